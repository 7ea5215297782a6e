/** How far the figures of repeated trials lie apart. Pure; no assumption about their distribution. */

/** @returns the middle value, or the mean of the two middle ones; null of none */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** Smallest and largest; null of none. */
export function range(values: readonly number[]): [number, number] | null {
  return values.length > 0 ? [Math.min(...values), Math.max(...values)] : null
}

/** The ranks, from 1, of the order statistics that bound an interval, and how often it covers the median. */
export interface MedianRanks {
  readonly lower: number
  readonly upper: number
  readonly confidence: number
}

/** Below this many values even smallest to largest covers the median less often than 95 % of the time. */
const FEWEST = 6

/**
 * The narrowest symmetric pair of order statistics that covers the median of a continuous distribution at least 95 %
 * of the time: the number of values below the median is Binomial(n, 1/2), so [x(r), x(n+1-r)] covers it with
 * probability 1 - 2 P(B < r). David & Nagaraja, Order Statistics, 3rd ed., 7.1; Conover, Practical Nonparametric
 * Statistics, 3rd ed., 3.2.
 * @returns null below 6 values
 */
export function medianRanks95(count: number): MedianRanks | null {
  if (count < FEWEST) return null
  // Logarithms, because 2^-n is no Number above n = 1074.
  let logTerm = -count * Math.LN2
  let below = Math.exp(logTerm)
  let lower = 1
  for (; lower < count / 2; lower++) {
    logTerm += Math.log((count - lower + 1) / lower)
    const next = below + Math.exp(logTerm)
    if (2 * next > 0.05) break
    below = next
  }
  return { lower, upper: count + 1 - lower, confidence: 1 - 2 * below }
}

/** 95 % interval of the median; null below 6 values. */
export function medianInterval95(values: readonly number[]): [number, number] | null {
  const ranks = medianRanks95(values.length)
  if (!ranks) return null
  const sorted = values.toSorted((one, other) => one - other)
  const low = sorted[ranks.lower - 1]
  const high = sorted[ranks.upper - 1]
  return low === undefined || high === undefined ? null : [low, high]
}
