/** Wilcoxon's signed-rank test, and the estimate and interval that belong to it. Pure. */
import { normalQuantile, normalTail } from './normal.ts'
import { atLeast, atMost, countBeyond, type Distribution, doubledMidranks, signedSums } from './rank-distribution.ts'

export interface SignedRank {
  /** Differences that are not zero. */
  readonly count: number
  /** One-sided: that the differences lie above zero, and below. */
  readonly pGreater: number
  readonly pLess: number
  readonly pTwoSided: number
}

/** Up to so many differences p is exact; the normal approximation is off by less than 0.0005 beyond. */
const EXACT = 300

/**
 * Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1 (1945) 80-83; Hollander, Wolfe & Chicken,
 * Nonparametric Statistical Methods, 3rd ed., 3.1. The p is exact, given the absolute differences: ties share their midrank,
 * and zeros are ranked and then left out (Pratt, Remarks on zeros and ties in the Wilcoxon signed rank procedures, JASA 54
 * (1959) 655-667: dropped before ranking, as Wilcoxon did, a test may call significant what it does not after all differences
 * have grown). All zero, or none: p is 1.
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const all = doubledMidranks(differences.map(Math.abs))
  const doubled = all.filter((_, index) => differences[index] !== 0)
  if (doubled.length === 0) return { count: 0, pGreater: 1, pLess: 1, pTwoSided: 1 }
  const unit = doubled.every((rank) => rank % 2 === 0) ? 2 : 1
  const ranks = doubled.map((rank) => rank / unit)
  const positive = all.reduce((sum, rank, index) => sum + ((differences[index] ?? 0) > 0 ? rank / unit : 0), 0)
  const [pGreater, pLess] = ranks.length > EXACT ? approximate(ranks, positive) : exact(ranks, positive)
  return { count: ranks.length, pGreater, pLess, pTwoSided: Math.min(1, 2 * Math.min(pGreater, pLess)) }
}

function exact(ranks: readonly number[], positive: number): [number, number] {
  const isPlain = new Set(ranks).size === ranks.length && Math.max(...ranks) === ranks.length
  const distribution = isPlain ? plainSums(ranks.length) : signedSums(ranks)
  return [atLeast(distribution, positive), atMost(distribution, positive)]
}

/** With the continuity correction of half the step between sums; the variance, of the ranks as they are, accounts for ties. */
function approximate(ranks: readonly number[], positive: number): [number, number] {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank ** 2, 0)) / 2
  return [normalTail((positive - mean - 0.5) / deviation), normalTail((mean - positive - 0.5) / deviation)]
}

const plain = new Map<number, Distribution>()

/** Without ties and zeros the ranks are 1 to `count`, again and again. */
function plainSums(count: number): Distribution {
  const known = plain.get(count)
  if (known) return known
  const sums = signedSums(Array.from({ length: count }, (_, index) => index + 1))
  plain.set(count, sums)
  return sums
}

export interface Location {
  readonly estimate: number | null
  readonly interval: [number, number] | null
}

/**
 * The median of all means of two differences (Walsh averages), each with itself among them; and the interval of all centres that
 * the two-sided signed-rank test does not reject, which is bounded by two of them. Hodges & Lehmann, Estimates of location based
 * on rank tests, Ann. Math. Stat. 34 (1963) 598-611; Hollander, Wolfe & Chicken, 3.2 and 3.3. With ties it covers at
 * least as often as without. All zero: 0 and [0, 0].
 * @param confidence two-sided, e.g. 0.95
 * @returns null of no differences; no interval of too few for the confidence (below 6 for 0.95)
 */
export function hodgesLehmann(differences: readonly number[], confidence: number): Location {
  const count = differences.length
  const averages = new Float64Array((count * (count + 1)) / 2)
  let at = 0
  differences.forEach((one, index) => {
    for (let other = 0; other <= index; other++) averages[at++] = (one + (differences[other] ?? 0)) / 2
  })
  return located(averages.sort(), signedRanksBeyond(count, (1 - confidence) / 2))
}

/** How many Walsh averages lie beyond each end of the interval; negative numbers of them do not exist. */
function signedRanksBeyond(count: number, tail: number): number {
  if (count <= EXACT) return countBeyond(plainSums(count), tail)
  const mean = (count * (count + 1)) / 4
  return Math.floor(mean - normalQuantile(tail) * Math.sqrt((mean * (2 * count + 1)) / 6))
}

/** @param sorted what the estimate is the median of @param beyond how many of them lie beyond each end of the interval */
export function located(sorted: Float64Array, beyond: number): Location {
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) return { estimate: null, interval: null }
  const low = sorted[beyond - 1]
  const high = sorted[sorted.length - beyond]
  const interval: [number, number] | null = low === undefined || high === undefined ? null : [low, high]
  return { estimate: (lower + upper) / 2, interval }
}
