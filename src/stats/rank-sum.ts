/** The Wilcoxon-Mann-Whitney rank-sum test, and the shift and interval that belong to it. Pure. */
import { normalQuantile, normalTail } from './normal.ts'
import {
  atLeast,
  atMost,
  chosenSums,
  chosenSumsCost,
  countBeyond,
  type Distribution,
  doubledMidranks,
} from './rank-distribution.ts'
import { type Location, located } from './signed-rank.ts'

export interface RankSum {
  /** One-sided: that `ys` lie above `xs`, and below. */
  readonly pGreater: number
  readonly pLess: number
  readonly pTwoSided: number
}

/** Steps of exact counting: about 40 values against 40, with ties 35. Beyond, the normal approximation, off by less than 0.001. */
const AFFORDABLE = 1e7

/**
 * Mann & Whitney, On a test of whether one of two random variables is stochastically larger than the other, Ann. Math. Stat. 18
 * (1947) 50-60; Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3rd ed., 4.1. Exact, given the ties, which share
 * their midrank; with very many values the normal approximation with corrections for ties and continuity. Nothing against
 * something: p is 1.
 */
export function rankSum(xs: readonly number[], ys: readonly number[]): RankSum {
  if (xs.length === 0 || ys.length === 0) return { pGreater: 1, pLess: 1, pTwoSided: 1 }
  const doubled = doubledMidranks([...xs, ...ys])
  const unit = doubled.every((rank) => rank % 2 === 0) ? 2 : 1
  const ranks = doubled.map((rank) => rank / unit)
  // The fewer are chosen, the less there is to count.
  const ofXs = xs.length < ys.length
  const chosen = ofXs ? ranks.slice(0, xs.length) : ranks.slice(xs.length)
  const sum = chosen.reduce((total, rank) => total + rank, 0)
  const [above, below] =
    chosenSumsCost(ranks, chosen.length) > AFFORDABLE
      ? approximate(ranks, chosen.length, sum)
      : exact(ranks, chosen.length, sum)
  const [pGreater, pLess] = ofXs ? [below, above] : [above, below]
  return { pGreater, pLess, pTwoSided: Math.min(1, 2 * Math.min(pGreater, pLess)) }
}

function exact(ranks: readonly number[], chosen: number, sum: number): [number, number] {
  const isPlain = new Set(ranks).size === ranks.length
  const distribution = isPlain ? plainSums(ranks.length, chosen) : chosenSums(ranks, chosen)
  return [atLeast(distribution, sum), atMost(distribution, sum)]
}

function approximate(ranks: readonly number[], chosen: number, sum: number): [number, number] {
  const all = ranks.length
  const mean = ranks.reduce((total, rank) => total + rank, 0) / all
  const squares = ranks.reduce((total, rank) => total + (rank - mean) ** 2, 0)
  if (squares === 0) return [1, 1]
  const deviation = Math.sqrt((chosen * (all - chosen) * squares) / (all * (all - 1)))
  return [normalTail((sum - chosen * mean - 0.5) / deviation), normalTail((chosen * mean - sum - 0.5) / deviation)]
}

/**
 * By how much `ys` lie above `xs`: the median of all differences y - x, and the interval of all shifts that the two-sided test
 * does not reject. Of logarithms the shift is that of `ys` by `xs`. Hodges & Lehmann, Ann. Math. Stat. 34 (1963) 598-611;
 * Hollander, Wolfe & Chicken, 4.2 and 4.3. With ties the interval covers at least as often as without.
 * @param confidence two-sided, e.g. 0.95
 * @returns null of nothing; no interval of too few for the confidence (e.g. 3 against 4 for 0.95)
 */
export function shift(xs: readonly number[], ys: readonly number[], confidence: number): Location {
  const differences = new Float64Array(xs.length * ys.length)
  let at = 0
  for (const y of ys) for (const x of xs) differences[at++] = y - x
  return located(differences.sort(), pairsBeyond(xs.length, ys.length, (1 - confidence) / 2))
}

/** How many differences lie beyond each end of the interval. */
function pairsBeyond(one: number, other: number, tail: number): number {
  const chosen = Math.min(one, other)
  if (chosenSumsCost(oneTo(one + other), chosen) > AFFORDABLE) {
    const deviation = Math.sqrt((one * other * (one + other + 1)) / 12)
    return Math.floor((one * other) / 2 - normalQuantile(tail) * deviation)
  }
  const least = (chosen * (chosen + 1)) / 2
  return countBeyond(plainSums(one + other, chosen).subarray(least), tail)
}

const plain = new Map<string, Distribution>()

/** Without ties the ranks are 1 to `count`, again and again. */
function plainSums(count: number, chosen: number): Distribution {
  const key = `${chosen} of ${count}`
  const known = plain.get(key)
  if (known) return known
  const sums = chosenSums(oneTo(count), chosen)
  plain.set(key, sums)
  return sums
}

function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
