/** Parameters of workloads, and options of transports, for people: what may be set, and what is set. */
import type { Parameter, Parameters, Values } from '../parameter.ts'
import { bytes, count, duration, figure } from '../reporters/format.ts'

/** `slow.pause (default 100ms): How long they pause.` One for each key, those within mappings after the mapping itself. */
export function describeParameters(parameters: Parameters, above = ''): string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const path = above + name
    const inner = 'keys' in parameter ? describeParameters(parameter.keys, `${path}.`) : []
    return [`${path} (${kindOf(parameter)}): ${parameter.text}`, ...inner]
  })
}

function kindOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'group':
      return parameter.always ? 'a mapping' : 'a mapping; not set by default'
    case 'variant':
      return `${parameter.words.join(', ')} or a mapping; default ${parameter.preset}`
    case 'choice':
      return `${parameter.words.join(', ')}; ${presetOf(parameter)}`
    default:
      return presetOf(parameter)
  }
}

function presetOf({ preset }: { readonly preset: string | number | boolean | undefined }): string {
  return preset === undefined ? 'not set by default' : `default ${preset}`
}

/** `slow.pause 100 ms`: of all that is set. */
export function listValues(parameters: Parameters, values: Values, above = ''): string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const value = values[name]
    const path = above + name
    if (value === undefined) return []
    if (typeof value === 'object') return 'keys' in parameter ? listValues(parameter.keys, value, `${path}.`) : []
    return [`${path} ${typeof value === 'number' ? numberText(parameter, value) : value}`]
  })
}

function numberText({ kind }: Parameter, value: number): string {
  if (kind === 'duration') return duration(value)
  if (kind === 'size') return bytes(value)
  if (kind === 'rate') return `${count(value)}/s`
  return kind === 'share' ? figure(value, 'share') : String(value)
}
