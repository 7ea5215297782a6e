/** From tests and intervals to verdicts: the rule of the gate. Pure. */
import type { Gate } from '../gate.ts'
import { benjaminiHochberg, holm } from './correction.ts'

export const LEVEL = 0.05
/** Of notes: stricter, so that a false alarm in any metric at all, gated or not, stays below 5 %. */
export const NOTES_LEVEL = 0.01
/** With fewer blocks not even complete agreement gives a 95 % interval. */
export const FEWEST_BLOCKS = 6

/** What was found out of one metric; all in natural logarithms of how much worse head is than base, whatever better means. */
export interface Evidence {
  /** One-sided. */
  readonly pWorse: number
  readonly pBetter: number
  readonly estimate: number
  /** Each end holds by itself with the confidence of `boundsConfidence`; null of too few. */
  readonly bounds: readonly [number, number] | null
  /** By so much the two would differ anyway; 0 side by side. */
  readonly margin: number
}

/** Metrics that are judged together. */
export interface Family {
  /** p-values for being several. */
  readonly correct: (ps: readonly number[]) => number[]
  /** An adjusted p up to which a difference is one. */
  readonly level: number
}

export const gatedFamily: Family = { correct: holm, level: LEVEL }
export const notesFamily: Family = { correct: benjaminiHochberg, level: NOTES_LEVEL }

export interface Decision {
  readonly verdict: 'better' | 'worse' | 'same' | 'inconclusive'
  /** Adjusted for all of the family. */
  readonly pAdjusted: number
}

/** Two-sided, so that each end excludes what lies beyond it at 5 %, corrected for `tests` (Bonferroni). */
export function boundsConfidence(tests: number): number {
  return 1 - (2 * LEVEL) / tests
}

/**
 * `worse`: significantly, and by `minEffect` or more; `better` the same, mirrored; `same`: a slowdown of `detect` or more is
 * excluded; else `inconclusive`. With a margin, the bounds have to clear it, too. Shares are taken as factors: a throughput is worse by
 * 10 % at 1/1.1 of the base.
 * @param metrics of one family; null where one gives no evidence: it counts, but cannot be decided
 */
export function decide(
  metrics: ReadonlyArray<Evidence | null>,
  { minEffect, detect }: Pick<Gate, 'minEffect' | 'detect'>,
  { correct, level }: Family,
): Decision[] {
  const worse = correct(metrics.map((one) => one?.pWorse ?? 1))
  const better = correct(metrics.map((one) => one?.pBetter ?? 1))
  const matters = Math.log1p(minEffect)
  return metrics.map((one, index) => {
    const pAdjusted = worse[index] ?? 1
    if (!one) return { verdict: 'inconclusive', pAdjusted }
    const { estimate, bounds, margin } = one
    const clears = (bound: number | undefined) => margin === 0 || (bound !== undefined && bound > margin)
    if (pAdjusted <= level && estimate >= matters && clears(bounds?.[0])) return { verdict: 'worse', pAdjusted }
    const high = bounds ? -bounds[1] : undefined
    if ((better[index] ?? 1) <= level && -estimate >= matters && clears(high)) return { verdict: 'better', pAdjusted }
    const isExcluded = bounds !== null && bounds[1] + margin < Math.log1p(detect)
    return { verdict: isExcluded ? 'same' : 'inconclusive', pAdjusted }
  })
}
