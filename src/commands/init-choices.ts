/** What `rtbench init` can be told, what it takes unless told, and what is wrong with an answer. */
import { UserError } from '../errors.ts'
import { missingTrait } from '../runner/support.ts'
import { quote } from '../scenario/quote.ts'
import { suggest } from '../scenario/suggest.ts'
import type { Load } from '../scenario.ts'
import { type Override, readScenario } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import type { WorkloadSpec } from '../workload.ts'
import { allWorkloads, catalog } from './catalog.ts'
import { listed } from './flags.ts'
import { type Answers, type Choices, scenarioText } from './init-text.ts'

/** Enough to see the ways of moving messages side by side; the variants of gRPC are for a second look. */
const USUAL_TRANSPORTS = ['tcp', 'ws', 'grpc', 'sse']

const LOADS: Readonly<Record<Load['model'], string>> = {
  open: '{ rate: 500/s } by the clock',
  closed: '{ inFlight: 1 } on each connection',
  saturate: '{ saturate: true }, as fast as it goes',
}

/** @throws UserError for a workload that is not known */
export function findChoices(name: string, transports: readonly Transport[]): Choices {
  const workload = allWorkloads().find((one) => one.name === name)
  const known = allWorkloads().map((one) => one.name)
  if (!workload) throw new UserError(`no workload is called ${quote(name)}; ${suggest(name, known)}`)
  return {
    workload,
    transports: transports.filter(({ traits }) => !missingTrait(workload, traits)).map((transport) => transport.name),
    loads: workload.loads.map((model) => LOADS[model]),
  }
}

/** Taken where nobody answers. */
export function usualAnswers({ workload, transports }: Choices): Answers {
  return {
    workload: workload.name,
    transports: transports.filter((name) => USUAL_TRANSPORTS.includes(name)).join(', '),
    load: usualLoad(workload),
    ...(workload.withoutConnections === undefined ? { connections: '50' } : {}),
  }
}

/** By the clock where the workload can: only then is a slow answer seen for what it is. */
function usualLoad({ loads, defaultLoad }: WorkloadSpec): string {
  const preset = Object.entries(defaultLoad).map(([key, value]) => `${key}: ${value}`)
  return loads.includes('open') && !('rate' in defaultLoad) ? '{ rate: 500/s }' : `{ ${preset.join(', ')} }`
}

/** `ws sse` and `ws,sse` -> `ws, sse` */
export function transportsAnswer(text: string): string {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .join(', ')
}

/** `500/s` -> `{ rate: 500/s }`, `inFlight: 4` and `inFlight=4` -> `{ inFlight: 4 }`, `saturate` -> `{ saturate: true }` */
export function loadAnswer(text: string): string {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return trimmed
  if (trimmed === 'saturate') return '{ saturate: true }'
  const [, key, value] = /^(\w+)\s*[:=]\s*(.*)$/s.exec(trimmed) ?? []
  return key === undefined ? `{ rate: ${trimmed} }` : `{ ${key}: ${value} }`
}

/**
 * @param place that an error begins with: the flag, or the question
 * @throws UserError where a scenario with this answer would not be one
 */
export function checkAnswer(
  key: Exclude<keyof Answers, 'workload'>,
  answer: string,
  choices: Choices,
  place: string,
): void {
  const text = scenarioText('', [], usualAnswers(choices), choices)
  const override: Override = { path: key, value: key === 'transports' ? listed(answer, place) : answer, flag: place }
  const { subjects, points } = readScenario({ name: '', text }, catalog(), [override])
  if (points.length > 1 || /[\r\n#]/.test(answer))
    throw new UserError(`${place}: must be one plain value, got ${quote(answer)}; more can be written into the file`)
  const { workload, transports } = choices
  for (const { transport } of subjects) {
    if (transports.includes(transport)) continue
    throw new UserError(`${place}: ${transport} cannot carry ${workload.name}; choose among ${transports.join(', ')}`)
  }
}
