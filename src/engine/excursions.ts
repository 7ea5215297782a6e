import type { Peaks } from '../recording.ts'

/** A percentile is as exact as its bucket: 3 significant digits. */
const BUCKET = 1 - 1 / 1024

/**
 * How many distinct events there were that made a response time reach `limitNs`. Two messages that were under way at the same
 * time may have suffered the same stall, however many messages it held up; two that were not have not. So this is the number of
 * slow messages of whom no two were under way at the same time, counted from the first on (greedy interval scheduling,
 * Kleinberg & Tardos, Algorithm Design, 4.1); by intervals of the peaks, so at most one in each.
 * @param all of the processes of a trial
 */
export function excursionsFrom(limitNs: number, all: readonly Peaks[]): number {
  let excursions = 0
  let overNs = Number.NEGATIVE_INFINITY
  for (const [index, { everyNs, largestNs }] of joined(all)) {
    if (largestNs < limitNs * BUCKET) continue
    // It may have come at any time within its interval.
    if (index * everyNs - largestNs < overNs) continue
    excursions++
    overNs = (index + 1) * everyNs
  }
  return excursions
}

function joined(all: readonly Peaks[]): Array<[index: number, { everyNs: number; largestNs: number }]> {
  const largest = new Map<number, { everyNs: number; largestNs: number }>()
  for (const { everyNs, indexes, largestNs } of all) {
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at] as number
      const known = largest.get(index)?.largestNs ?? 0
      largest.set(index, { everyNs, largestNs: Math.max(known, largestNs[at] as number) })
    }
  }
  return [...largest].sort(([one], [other]) => one - other)
}
