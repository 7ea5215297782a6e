/**
 * Quantities as people write them, to plain numbers in one unit. Pure; each function gives `undefined` for text that
 * is no such quantity. How far a quantity may go is the scenario's business.
 */

const NS_PER: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  // Both code points in use for micro: U+00B5 (keyboards) and U+03BC (Greek mu).
  '\u00b5s': 1e3,
  '\u03bcs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
}

/** KiB and its kin are powers of 1024, KB and its kin powers of 1000 (IEC 80000-13). */
const BYTES_PER: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
}

const SECONDS_PER: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3600 }

const NUMBER = String.raw`\d+(?:\.\d+)?`

/** For the JSON Schema, so that editors mark what the parsers below would refuse. */
export const DURATION_PATTERN = `^${NUMBER} ?(${Object.keys(NS_PER).join('|')})$`
export const SIZE_PATTERN = `^${NUMBER} ?(${Object.keys(BYTES_PER).join('|')})?$`
export const RATE_PATTERN = `^${NUMBER}(/(${Object.keys(SECONDS_PER).join('|')}))?$`

export const SHARE_PATTERN = `^${NUMBER}( ?%)?$`

const DURATION = new RegExp(DURATION_PATTERN)
const SIZE = new RegExp(SIZE_PATTERN)
const RATE = new RegExp(RATE_PATTERN)
const SHARE = new RegExp(SHARE_PATTERN)
const BYTE_RATE = new RegExp(`^(.+)/(${Object.keys(SECONDS_PER).join('|')})$`)

/** Number literals end where the unit begins; `parseFloat` stops there. */
function scaled(text: string, factor: number | undefined): number | undefined {
  return factor === undefined ? undefined : Number.parseFloat(text) * factor
}

/** `10s`, `1.5ms` -> whole nanoseconds. A bare number has no unit and is refused. */
export function durationNs(text: string): number | undefined {
  const unit = DURATION.exec(text)?.[1]
  const ns = unit === undefined ? undefined : scaled(text, NS_PER[unit])
  return ns === undefined ? undefined : Math.round(ns)
}

/** `64`, `64B`, `16KiB`, `2KB` -> bytes. Fractions of a byte are refused. */
export function sizeBytes(text: string): number | undefined {
  const match = SIZE.exec(text)
  if (match === null) return undefined
  const bytes = scaled(text, BYTES_PER[match[1] ?? 'B'])
  if (bytes === undefined) return undefined
  // 4.35KB is not a whole number in binary floating point, though it is one in decimals.
  const whole = Math.round(bytes)
  return Math.abs(bytes - whole) < 1e-6 ? whole : undefined
}

/** `2000/s`, `120/min`, `2000` -> per second. */
export function ratePerSec(text: string): number | undefined {
  const match = RATE.exec(text)
  if (match === null) return undefined
  const seconds = SECONDS_PER[match[2] ?? 's']
  return seconds === undefined ? undefined : scaled(text, 1 / seconds)
}

/** `50 %`, `50%`, `0.5` -> 0.5 */
export function shareOf(text: string): number | undefined {
  const match = SHARE.exec(text)
  if (match === null) return undefined
  return match[1] === undefined ? Number.parseFloat(text) : Number.parseFloat(text) / 100
}

/** `1MiB/s`, `60KB/min` -> bytes a second */
export function bytesPerSec(text: string): number | undefined {
  const [, size = '', unit = ''] = BYTE_RATE.exec(text) ?? []
  const bytes = sizeBytes(size)
  const seconds = SECONDS_PER[unit]
  return bytes === undefined || seconds === undefined ? undefined : bytes / seconds
}
