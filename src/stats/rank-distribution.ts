/** Ranks with ties, and the exact distributions of their sums. Pure. */

/**
 * Twice the rank of each value: equal values share the mean of their ranks, which is a whole number or half of one, so that
 * twice of it can be summed exactly.
 */
export function doubledMidranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0))
  const ranks = new Array<number>(values.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++
    for (let place = from; place < to; place++) ranks[order[place] ?? 0] = from + 1 + to
    from = to
  }
  return ranks
}

/** Probabilities of the sums 0, 1, 2, … */
export type Distribution = Float64Array

/**
 * Of the sum of ranks of which each is in with probability 1/2: every sign is equally likely. By dynamic programming over the
 * ranks, exact for any of them, tied or not. Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3rd ed., 3.1.
 */
export function signedSums(ranks: readonly number[]): Distribution {
  const sums = new Float64Array(ranks.reduce((sum, rank) => sum + rank, 0) + 1)
  sums[0] = 1
  let largest = 0
  for (const rank of ranks) {
    largest += rank
    for (let sum = largest; sum >= 0; sum--) {
      const without = sums[sum] ?? 0
      sums[sum] = (without + (sum >= rank ? (sums[sum - rank] ?? 0) : 0)) / 2
    }
  }
  return sums
}

/**
 * Of the sum of `chosen` of the ranks, every choice being equally likely. Hollander, Wolfe & Chicken, 4.1, conditional on the
 * ties.
 */
export function chosenSums(ranks: readonly number[], chosen: number): Distribution {
  const largest = largestSum(ranks, chosen)
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(largest + 1))
  const [none] = ways
  if (none) none[0] = 1
  ranks.forEach((rank, index) => {
    for (let taken = Math.min(chosen, index + 1); taken > 0; taken--) {
      const from = ways[taken - 1]
      const to = ways[taken]
      if (!from || !to) continue
      for (let sum = rank; sum <= largest; sum++) to[sum] = (to[sum] ?? 0) + (from[sum - rank] ?? 0)
    }
  })
  const all = ways[chosen] ?? new Float64Array(1)
  const total = all.reduce((sum, count) => sum + count, 0)
  return all.map((count) => count / total)
}

/** How many steps `chosenSums` takes. */
export function chosenSumsCost(ranks: readonly number[], chosen: number): number {
  return ranks.length * chosen * largestSum(ranks, chosen)
}

function largestSum(ranks: readonly number[], chosen: number): number {
  return ranks
    .toSorted((one, other) => other - one)
    .slice(0, chosen)
    .reduce((sum, rank) => sum + rank, 0)
}

/** P(sum <= `sum`). */
export function atMost(distribution: Distribution, sum: number): number {
  let total = 0
  for (let at = 0; at <= Math.min(sum, distribution.length - 1); at++) total += distribution[at] ?? 0
  return Math.min(1, total)
}

/** P(sum >= `sum`), summed from the end, so that a small one keeps its digits. */
export function atLeast(distribution: Distribution, sum: number): number {
  let total = 0
  for (let at = distribution.length - 1; at >= Math.max(0, sum); at--) total += distribution[at] ?? 0
  return Math.min(1, total)
}

/** The largest k with P(sum < k) <= `tail`: as many ordered values an interval may leave out at each end. */
export function countBeyond(distribution: Distribution, tail: number): number {
  let below = 0
  for (let k = 0; k < distribution.length; k++) {
    below += distribution[k] ?? 0
    if (below > tail) return k
  }
  return distribution.length
}
