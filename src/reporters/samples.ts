/** All latencies of a cell, out of the whole histograms of its trials. */
import type { Trial } from '../result.ts'
import type { Cell } from '../stats/cell.ts'
import { type Distribution, merged } from './html/hdr.ts'

/** A quantile is drawn where at least so many samples lie beyond it: below, it is the place of a few chance events. */
export const SAMPLES_BEYOND = 10

/** All samples of a cell. */
export interface Samples {
  readonly cell: Cell
  readonly distribution: Distribution
  /** With those that never came, which would have been the slowest. */
  readonly due: number
}

/** @returns nothing where a trial has no histogram, or none that can be read: a part would pass for the whole */
export function samplesOf(cell: Cell): Samples[] {
  const histograms = cell.usable.flatMap(({ latency }) => latency.response ?? latency.service ?? [])
  if (histograms.length < cell.usable.length || histograms.length === 0) return []
  const distribution = merged(histograms.map(({ hdr }) => hdr))
  if (!distribution) return []
  const missing = cell.usable.reduce((sum, trial) => sum + missingOf(trial), 0)
  return [{ cell, distribution, due: distribution.count + missing }]
}

function missingOf({ counts: { expected, skipped, delivered, errors } }: Trial): number {
  const failed = Object.values(errors).reduce((sum, one) => sum + one, 0)
  return Math.max(0, expected + skipped + failed - delivered)
}
