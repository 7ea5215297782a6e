/** Figures and names as text for people: three significant digits, units beside them, nothing that moves a cursor. */
import type { Unit } from '../result.ts'

/** Stands for a figure that is suppressed or was not measured. */
export const NO_FIGURE = '–'

const DURATIONS = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
] as const
const BYTES = [
  ['B', 1],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
] as const
const COUNTS = [
  ['', 1],
  ['M', 1e6],
  ['G', 1e9],
] as const

type Steps = ReadonlyArray<readonly [unit: string, size: number]>

/** Three significant digits, all digits before the point, thousands set apart; base units stay whole where they are. */
function digits(value: number, base: boolean): string {
  const decimals = value >= 99.95 || (base && Number.isInteger(value)) ? 0 : value >= 9.995 ? 1 : 2
  return decimals > 0 ? value.toFixed(decimals) : value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** The largest unit that leaves at least 1; a value that rounding lifts to the next unit is told in that one. */
function scaled(value: number, steps: Steps): string {
  const size = Math.abs(value)
  const fit = steps.find(([, factor], index) => {
    const next = steps[index + 1]
    return next === undefined || Math.round(size / factor) < next[1] / factor
  })
  const [unit, factor] = fit ?? ['', 1]
  return `${value < 0 ? '-' : ''}${digits(size / factor, factor === 1)}${unit && ` ${unit}`}`
}

export function duration(ns: number): string {
  return scaled(ns, DURATIONS)
}

export function bytes(amount: number): string {
  return scaled(amount, BYTES)
}

/** Whole up to a million: counts and rates are compared digit by digit. */
export function count(amount: number): string {
  return scaled(Math.abs(amount) >= 10 ? Math.round(amount) : amount, COUNTS)
}

/** 1.35× */
export function ratio(value: number): string {
  return `${value >= 99.95 ? digits(value, false) : value.toFixed(2)}×`
}

/** Of a metric, by its unit; a unit of a newer version is shown as it is. */
export function figure(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return NO_FIGURE
  switch (unit) {
    case 'ns':
      return duration(value)
    case 'bytes/s':
      return `${bytes(value)}/s`
    case 'messages/s':
    case 'connections/s':
      return `${count(value)}/s`
    case 'count':
      return count(value)
    case 'bytes':
      return bytes(value)
    case 'share':
      return `${(value * 100).toPrecision(3)} %`
    case 'ratio':
      return ratio(value)
    default:
      return `${value} ${unit}`
  }
}

/** `1 trial`, `3 trials` */
export function plural(amount: number, noun: string): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`
}

/** Control characters, and those that reverse or hide text; line breaks are the caller's alone. */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/gu

/** Foreign text made visible: what would act on a terminal is written as its code. */
export function clean(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** A copy of a record in which every string, keys included, is clean. */
export function cleanDeep<T>(value: T): T
export function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((item) => cleanDeep<unknown>(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleanDeep<unknown>(item)]))
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
const MARK = /^\p{M}$/u
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]$/u

/** Terminal cells that a text takes: two for East-Asian characters and emoji, none for combining marks and our colours. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text.replace(ANSI, '')) width += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}

/** Cuts the middle out, because labels often differ at their ends only: `grpc-serv…ream`. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const characters = [...text]
  const keep = (list: readonly string[], room: number): string[] => {
    let end = 0
    while (end < list.length && widthOf(list.slice(0, end + 1).join('')) <= room) end++
    return list.slice(0, end)
  }
  const tail = keep(characters.toReversed(), Math.floor((columns - 1) / 3)).toReversed()
  const head = keep(characters, columns - 1 - widthOf(tail.join('')))
  return `${head.join('')}…${tail.join('')}`
}

/** Breaks at spaces, and within a word only where it is longer than a line. `rest` goes before all lines but the first. */
export function wrap(text: string, columns: number, first = '', rest = first): string[] {
  const lines: string[] = []
  let line = first
  let empty = true
  const next = () => {
    if (!empty) lines.push(line)
    line = lines.length > 0 ? rest : line
    empty = true
  }
  for (const word of text.split(' ')) {
    if (!empty && widthOf(`${line} ${word}`) > columns) next()
    if (!empty) line += ' '
    for (const character of word) {
      if (!empty && widthOf(line + character) > columns) next()
      line += character
      empty = false
    }
  }
  return [...lines, line]
}
