/**
 * The kinds of value that a scenario is made of, each with its limits and its message.
 * A message reads `requirement; remedy`, for `issues.ts` to put between them what it got.
 */
import { z } from 'zod'
import { KEY_SEPARATOR } from './issues.ts'
import { escapeText } from './quote.ts'
import {
  DURATION_PATTERN,
  durationNs,
  RATE_PATTERN,
  ratePerSec,
  SHARE_PATTERN,
  SIZE_PATTERN,
  shareOf,
  sizeBytes,
} from './units.ts'

/** Refuses unknown keys, and suggests those that are not `barred`. */
export function mapping<S extends z.core.$ZodLooseShape>(shape: S, error: string, barred: readonly string[] = []) {
  const known = Object.keys(shape)
    .filter((key) => !barred.includes(key))
    .join(KEY_SEPARATOR)
  return z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? known : error) })
}

export function whole(from: number, to: number) {
  const error = `must be a whole number from ${from} to ${to}; write a number in that range`
  return z.int({ error }).min(from, { error, abort: true }).max(to, { error, abort: true })
}

/** Printable text. */
export function text(longest: number, breaks: 'one line' | 'lines') {
  const error = `must be printable text of 1 to ${longest} characters${breaks === 'lines' ? '' : ' on one line'}; quote or shorten it`
  const printable = (value: string) => {
    const line = breaks === 'lines' ? value.replaceAll(/\r?\n|\t/g, ' ') : value
    return escapeText(line) === line
  }
  return z.string({ error }).min(1, { error }).max(longest, { error }).refine(printable, { error })
}

/** Text with a unit, to a number between two limits. */
function quantity<T extends string | number>(
  input: z.ZodType<T, T>,
  parse: (text: string) => number | undefined,
  [from, to]: readonly [from: number, to: number],
  message: string,
) {
  return input.transform((value, context) => {
    const parsed = typeof value === 'number' ? value : parse(value)
    if (parsed !== undefined && parsed >= from && parsed <= to) return parsed
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

export function duration(from: number, to: number, range: string) {
  const error = `must be a time ${range}; write a number and a unit, as in 10s or 500ms`
  return quantity(z.string({ error }).meta({ pattern: DURATION_PATTERN }), durationNs, [from, to], error)
}

export function size(from: number, to: number, range: string) {
  const error = `must be a size ${range}; write bytes or a number and a unit, as in 128 or 16KiB`
  return quantity(
    z.union([whole(from, to), z.string().meta({ pattern: SIZE_PATTERN })], { error }),
    sizeBytes,
    [from, to],
    error,
  )
}

export function rate(from: number, to: number, range: string) {
  const error = `must be a rate ${range}; write it as in 2000/s`
  return quantity(
    z.union(
      [z.string().meta({ pattern: RATE_PATTERN }), z.number().min(from, { abort: true }).max(to, { abort: true })],
      { error },
    ),
    ratePerSec,
    [from, to],
    error,
  )
}

export function share(from: number, to: number, range: string) {
  const error = `must be a share ${range}; write it as in 50 % or 0.5`
  return quantity(
    z.union(
      [z.string().meta({ pattern: SHARE_PATTERN }), z.number().min(from, { abort: true }).max(to, { abort: true })],
      { error },
    ),
    shareOf,
    [from, to],
    error,
  )
}
