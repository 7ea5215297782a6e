/** Cells: one subject at one point of the matrix, with its trials. */
import type { Point, Trial, Verdict } from '../result.ts'

export interface Cell {
  readonly subject: string
  readonly point: Point
  readonly trials: readonly Trial[]
  /** Those with figures: valid and suspect. */
  readonly usable: readonly Trial[]
  /** The gravest of its trials: one invalid trial and the cell cannot compete or pass. */
  readonly verdict: Verdict
}

const byGravity: readonly Verdict[] = ['valid', 'suspect', 'unsupported', 'invalid']

/** The same text for the same point, in whatever order its parameters were written. */
export function pointKey(point: Point): string {
  return JSON.stringify(Object.entries(point).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** `payload=1KiB connections=10`, for people; empty without a matrix. */
export function pointName(point: Point): string {
  return Object.entries(point)
    .map(([path, value]) => `${path}=${value}`)
    .join(' ')
}

/** In the order of their first trials. */
export function cellsOf(trials: readonly Trial[]): Cell[] {
  const groups = new Map<string, Trial[]>()
  for (const trial of trials) {
    const key = JSON.stringify([trial.subject, pointKey(trial.point)])
    const group = groups.get(key)
    if (group) group.push(trial)
    else groups.set(key, [trial])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const gravity = Math.max(...group.map(({ verdict }) => byGravity.indexOf(verdict)))
    return {
      subject: first.subject,
      point: first.point,
      trials: group,
      usable: group.filter(({ verdict }) => verdict === 'valid' || verdict === 'suspect'),
      verdict: byGravity[gravity] ?? 'invalid',
    }
  })
}
