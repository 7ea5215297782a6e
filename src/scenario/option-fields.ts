/** The transports' own options, as they stand beside `use` in a subject. */
import type { Scalar, Scalars, Values } from '../parameter.ts'
import { mapping } from './fields.ts'
import { parameterFields } from './parameter-fields.ts'
import type { Catalog } from './settings.ts'

/** What one transport gets, and what is wrong with what was given. */
export interface OwnOptions {
  /** Nothing of a transport that has none. */
  readonly options?: Values
  /** By the key that does not belong. */
  readonly foreign: ReadonlyArray<{ readonly key: string; readonly message: string }>
}

export interface OptionFields {
  /** A field for every option that any transport has; absent unless given. */
  readonly shape: ReturnType<typeof parameterFields>
  /** @param given parsed by `shape` */
  ownOf(transport: string, given: Readonly<Record<string, unknown>>): OwnOptions
}

/** A name means one thing, whichever transport has it. */
function allOf(owned: ReadonlyArray<readonly [string, Scalars]>): Scalars {
  const all: Record<string, Scalar> = {}
  for (const [transport, options] of owned) {
    for (const [name, parameter] of Object.entries(options)) {
      const known = all[name]
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(parameter))
        throw new Error(`the option ${name} of ${transport} is another one elsewhere`)
      all[name] = parameter
    }
  }
  return all
}

export function optionFields({ options = {} }: Catalog): OptionFields {
  const owned = Object.entries(options)
  const all = allOf(owned)
  // Without their presets, so that it is seen what was given.
  const unset = Object.entries(all).map(([name, option]): [string, Scalar] => [name, { ...option, preset: undefined }])
  const presetsOf = new Map(
    owned.map(([transport, own]) => [transport, mapping(parameterFields(own), '').parse({}) as Values]),
  )
  return {
    shape: parameterFields(Object.fromEntries(unset)),
    ownOf(transport, given) {
      const presets = presetsOf.get(transport)
      const own = Object.keys(options[transport] ?? {})
      const set = Object.entries(given).filter(([name, value]) => Object.hasOwn(all, name) && value !== undefined)
      const foreign = set
        .filter(([name]) => !own.includes(name))
        .map(([key]) => ({ key, message: `is no option of ${transport}; ${remedyOf(key, owned)}` }))
      if (presets === undefined) return { foreign }
      const taken = Object.fromEntries(set.filter(([name]) => own.includes(name))) as Values
      return { options: { ...presets, ...taken }, foreign }
    },
  }
}

function remedyOf(key: string, owned: ReadonlyArray<readonly [string, Scalars]>): string {
  const owners = owned.filter(([, options]) => Object.hasOwn(options, key)).map(([transport]) => transport)
  return `remove it, it belongs to ${owners.join(', ')}`
}
