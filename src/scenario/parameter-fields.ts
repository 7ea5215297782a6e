/** From what a workload declares to the checked keys of its scenarios. */
import { z } from 'zod'
import type { Choice, Flag, Group, Parameter, Parameters, Quantity, Variant, Whole } from '../parameter.ts'
import { duration, mapping, rate, share, size, whole } from './fields.ts'
import { durationNs, ratePerSec, shareOf, sizeBytes } from './units.ts'

const QUANTITIES = {
  duration: { field: duration, parse: durationNs },
  rate: { field: rate, parse: ratePerSec },
  size: { field: size, parse: sizeBytes },
  share: { field: share, parse: shareOf },
} as const

/** A field for each parameter; what they read is what `ParametersOf` says. */
export function parameterFields(parameters: Parameters): Record<string, z.ZodType> {
  const fields = Object.entries(parameters).map(
    ([name, parameter]) => [name, fieldOf(name, parameter).describe(parameter.text)] as const,
  )
  return Object.fromEntries(fields)
}

function fieldOf(name: string, parameter: Parameter): z.ZodType {
  switch (parameter.kind) {
    case 'flag':
      return flagField(parameter)
    case 'whole':
      return wholeField(parameter)
    case 'choice':
      return choiceField(name, parameter)
    case 'group':
      return groupField(parameter)
    case 'variant':
      return variantField(name, parameter)
    default:
      return quantityField(name, parameter)
  }
}

function flagField({ preset }: Flag): z.ZodType {
  const field = z.boolean({ error: 'must be true or false; write one of them' })
  return preset === undefined ? field.optional() : field.default(preset)
}

function wholeField({ from, to, preset }: Whole): z.ZodType {
  const field = whole(from, to)
  return preset === undefined ? field.optional() : field.default(preset)
}

function quantityField(name: string, { kind, from, to, preset }: Quantity): z.ZodType {
  const { field: fieldWithin, parse } = QUANTITIES[kind]
  const limit = (text: string): number => {
    const parsed = parse(text)
    if (parsed === undefined) throw new Error(`the limit ${text} of the parameter ${name} is no ${kind}`)
    return parsed
  }
  const field = fieldWithin(limit(from), limit(to), `from ${from} to ${to}`)
  return preset === undefined ? field.optional() : field.prefault(preset)
}

function choiceField(name: string, { words, preset }: Choice): z.ZodType {
  const field = z.enum(words, { error: name })
  return preset === undefined ? field.optional() : field.default(preset)
}

function groupField(group: Group): z.ZodType {
  const error = `must be a mapping; write it as in ${exampleOf(group)}`
  const field = mapping(parameterFields(group.keys), error)
  return group.always ? field.prefault({}) : field.optional()
}

function variantField(name: string, variant: Variant): z.ZodType {
  const { words, keys, preset } = variant
  const example = mappingOf(keys)
  const aKeyAlone = `must be a mapping; write it as in ${example}`
  const word = z.enum(words, {
    error: ({ input }) => (typeof input === 'string' && Object.hasOwn(keys, input) ? aKeyAlone : name),
  })
  const saysSomething = (value: object) => Object.values(value).some((inner) => inner !== undefined)
  const mapped = mapping(parameterFields(keys), aKeyAlone).refine(saysSomething, {
    error: `must have a key; write it as in ${example}`,
  })
  const error = `must be ${words.join(', ')} or a mapping; write it as in ${exampleOf(variant)}`
  return z.union([word, mapped], { error }).prefault(preset)
}

/** How a value of it may be written. */
function exampleOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'group':
      return mappingOf(parameter.keys)
    case 'variant':
      return `${parameter.preset} or ${mappingOf(parameter.keys)}`
    case 'choice':
      return parameter.preset ?? parameter.words[0] ?? ''
    case 'flag':
      return String(parameter.preset ?? true)
    default:
      return String(parameter.preset ?? parameter.from)
  }
}

function mappingOf(keys: Parameters): string {
  return `{${Object.entries(keys)
    .map(([name, parameter]) => `${name}: ${exampleOf(parameter)}`)
    .join(', ')}}`
}
