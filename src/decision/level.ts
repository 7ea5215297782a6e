/** What was varied in steps: the levels of one number, all else being equal. */
import type { Point, Trial } from '../result.ts'
import { pointKey } from '../stats/cell.ts'

export interface Level {
  readonly point: Point
  readonly value: number
  /** As it was written. */
  readonly text: string
}

export interface Ladder {
  /** The varied number, by its name in the matrix. */
  readonly over: string
  /** Of the matrix, without it. */
  readonly rest: Point
  /** Rising, at least two. */
  readonly levels: readonly Level[]
}

/** One for each number and point of the rest; what is varied and no number has no order, and so no ladder. */
export function laddersOf(trials: readonly Trial[]): Ladder[] {
  const first = new Map<string, Trial>()
  for (const trial of trials) {
    const key = pointKey(trial.point)
    if (!first.has(key)) first.set(key, trial)
  }
  const points = [...first.values()]
  const names = [...new Set(points.flatMap(({ point }) => Object.keys(point)))]
  return names.flatMap((over) => {
    const groups = new Map<string, Trial[]>()
    for (const trial of points) {
      const key = pointKey(without(trial.point, over))
      groups.set(key, [...(groups.get(key) ?? []), trial])
    }
    return [...groups.values()].flatMap((group) => {
      const levels = group.flatMap((trial) => levelOf(trial, over))
      const isOrdered = levels.length === group.length && new Set(levels.map(({ value }) => value)).size > 1
      const [{ point } = { point: {} }] = group
      return isOrdered
        ? [{ over, rest: without(point, over), levels: levels.toSorted((a, b) => a.value - b.value) }]
        : []
    })
  })
}

/** A size or a rate is text in the scenario, and a number in what was measured. */
function levelOf({ point, payload, load }: Trial, over: string): Level[] {
  const written = point[over]
  const measured =
    over === 'payload' || over === 'payload.size'
      ? payload.sizeBytes
      : over === 'load.rate'
        ? load.requestedPerSec
        : null
  const value = measured ?? (typeof written === 'number' ? written : null)
  return value === null || written === undefined ? [] : [{ point, value, text: String(written) }]
}

function without(point: Point, name: string): Point {
  return Object.fromEntries(Object.entries(point).filter(([key]) => key !== name))
}
