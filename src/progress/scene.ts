/** The few lines that show a trial while it runs: text alone, for any width and height. */
import { inAscii } from '../reporters/ascii.ts'
import { count, cut, duration, widthOf } from '../reporters/format.ts'
import type { Reading } from './pulse.ts'

/** What is going on. Texts are clean. */
export interface Scene {
  /** Which trial it is: `5/24`. */
  readonly place: string
  readonly scenario: string
  readonly subject: string
  /** Beside the subject: the point, the block. */
  readonly details: string
  /** `measuring, 4 of 10 s` */
  readonly phase: string
  readonly reading: Reading | null
  /** Of the run's time, how much is over; null where nobody knows. */
  readonly over: number | null
  /** `about 40 s left`; empty where nobody knows. */
  readonly left: string
}

export interface Room {
  readonly columns: number
  readonly rows: number
  readonly ascii: boolean
}

/** With a higher rank it is the first to go. */
interface Part {
  readonly text: string
  readonly rank: number
}

/** The lines, and what was there before them. */
const ROWS_FOR_ALL = 4
const BAR_COLUMNS = 30
/** A bar shorter than that tells nothing. */
const SHORTEST_BAR = 8

/** @returns one to three lines, each shorter than the room is wide, and fewer than it has rows */
export function linesOf(scene: Scene, { columns, rows, ascii }: Room): string[] {
  // The last cell stays free: a cursor behind it would be on the next line.
  const width = Math.max(1, columns - 1)
  const { place, scenario, subject, details } = scene
  const figures = figuresOf(scene.reading)
  if (rows < ROWS_FOR_ALL)
    return [fit([part(`[${place}]`, 3), part(subject, 0), ...figures, part(scene.left, 4)], width)]
  const lines = [
    fit([part(`[${place}]`, 1), part(`${scenario}:`, 2), part(subject, 0), part(details, 3)], width, ' '),
    fit([part(scene.phase, 3), ...figures], width),
    timeLine(scene, width, ascii),
  ]
  return lines.filter((line) => line !== '').map((line) => (ascii ? inAscii(line) : line))
}

function part(text: string, rank: number): Part {
  return { text, rank }
}

function figuresOf(reading: Reading | null): Part[] {
  if (!reading) return []
  const { perSec, p50, p99 } = reading
  const time = (name: string, ns: number | null, rank: number) => part(ns === null ? '' : `${name} ${rough(ns)}`, rank)
  return [part(`${count(perSec)}/s`, 1), time('p50', p50, 2), time('p99', p99, 0)]
}

/** Two digits: it is not known better. */
function rough(ns: number): string {
  const text = duration(Number(ns.toPrecision(2)))
  return text.includes('.') ? text.replace(/\.?\d(?= )/, '') : text
}

function timeLine({ over, left }: Scene, width: number, ascii: boolean): string {
  if (over === null) return fit([part(left, 0)], width)
  const beside = fit([part(`${Math.floor(over * 100)} %`.padStart(4), 1), part(left, 0)], width)
  const room = Math.min(BAR_COLUMNS, width - widthOf(beside) - 1)
  return room < SHORTEST_BAR ? beside.trim() : `${bar(over, room, ascii)} ${beside}`
}

function bar(share: number, columns: number, ascii: boolean): string {
  const [done, open] = ascii ? ['#', '.'] : ['█', '░']
  const full = Math.round(Math.min(1, share) * columns)
  return done.repeat(full) + open.repeat(columns - full)
}

/** Joins the parts, leaving out what has no room; the last one that is left is cut. */
function fit(parts: readonly Part[], width: number, between = '  '): string {
  const shown = parts.filter(({ text }) => text !== '')
  for (;;) {
    const line = shown.map(({ text }) => text).join(between)
    if (widthOf(line) <= width) return line
    if (shown.length < 2) return cut(line, width)
    const least = Math.max(...shown.map(({ rank }) => rank))
    shown.splice(
      shown.findLastIndex(({ rank }) => rank === least),
      1,
    )
  }
}
