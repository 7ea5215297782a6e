/** Options as a program gave them: a wrong key or kind is told before anything is measured, because plain JavaScript has no compiler. */
import { UserError } from '../errors.ts'
import { nearest } from '../scenario/suggest.ts'

interface Kind {
  readonly what: string
  readonly holds: (value: unknown) => boolean
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const kinds = {
  record: { what: 'an object', holds: isRecord },
  signal: { what: 'an AbortSignal', holds: (value) => value instanceof AbortSignal },
  function: { what: 'a function', holds: (value) => typeof value === 'function' },
  text: { what: 'a text', holds: (value) => typeof value === 'string' },
  share: { what: 'a number or a text', holds: (value) => typeof value === 'number' || typeof value === 'string' },
  flag: { what: 'true or false', holds: (value) => typeof value === 'boolean' },
  texts: {
    what: 'a list of texts',
    holds: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  },
} as const satisfies Readonly<Record<string, Kind>>

/** @throws UserError for a key that there is not, or a value of another kind; undefined is as good as none */
export function checkOptions(options: unknown, known: Readonly<Record<string, Kind>>): void {
  if (!isRecord(options)) throw mistake('options', 'an object', options)
  for (const [key, value] of Object.entries(options)) {
    const kind = Object.hasOwn(known, key) ? known[key] : undefined
    if (!kind) {
      const meant = nearest(key, Object.keys(known))
      throw new UserError(
        `options: unknown option "${key}"; ${meant ? `did you mean "${meant}"? ` : ''}known are ${Object.keys(known).join(', ')}`,
      )
    }
    if (value !== undefined && !kind.holds(value)) throw mistake(`options.${key}`, kind.what, value)
  }
}

export function mistake(place: string, wanted: string, value: unknown): UserError {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value
  return new UserError(`${place}: must be ${wanted}, got ${got}; see docs/api.md`)
}
