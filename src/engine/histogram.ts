import type { SparseHistogram } from '../recording.ts'

/**
 * A log-linear histogram of whole, non-negative numbers with the bucket layout of HdrHistogram at 3 significant
 * digits, so that it converts to and from one without loss. Recording costs a few nanoseconds and allocates nothing.
 *
 * Below 2048 every value has a bucket of its own; above, each power of two is split into 1024 buckets, which keeps
 * the relative error below 1/1024.
 */

const HALF = 1024
const TWO_31 = 2 ** 31
/** 2^52 and above are never recorded: 52 days in ns. */
export const BUCKETS = (52 - 10 + 1) * HALF

function indexOf(value: number): number {
  if (value < 2 * HALF) return value
  if (value < TWO_31) {
    const shift = 21 - Math.clz32(value)
    return shift * HALF + (value >>> shift)
  }
  const high = Math.floor(value / TWO_31)
  const shift = 31 + 21 - Math.clz32(high)
  return shift * HALF + Math.floor(value / 2 ** shift)
}

/** The smallest value of a bucket. */
export function lowestOf(index: number): number {
  if (index < 2 * HALF) return index
  const shift = Math.floor(index / HALF) - 1
  return (index - shift * HALF) * 2 ** shift
}

/** The largest value of a bucket. */
export function highestOf(index: number): number {
  if (index < 2 * HALF) return index
  return lowestOf(index) + 2 ** (Math.floor(index / HALF) - 1) - 1
}

export class Histogram {
  private readonly buckets = new Float64Array(BUCKETS)
  private lowest = BUCKETS
  private highest = -1
  count = 0
  min = Number.POSITIVE_INFINITY
  max = 0
  sum = 0

  /** @param value whole, at least 0, below 2^52 */
  record(value: number): void {
    const index = indexOf(value)
    this.buckets[index] = (this.buckets[index] as number) + 1
    if (index < this.lowest) this.lowest = index
    if (index > this.highest) this.highest = index
    this.count++
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  add(other: SparseHistogram): void {
    for (let at = 0; at < other.indexes.length; at++) {
      const index = other.indexes[at] as number
      this.buckets[index] = (this.buckets[index] as number) + (other.counts[at] as number)
      if (index < this.lowest) this.lowest = index
      if (index > this.highest) this.highest = index
    }
    this.count += other.count
    this.sum += other.sum
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  /** Adds the counts to others whose buckets are `fine` of these. */
  addTo(coarse: Float64Array, fine: number): void {
    for (let index = this.lowest; index <= this.highest; index++) {
      const at = Math.floor(index / fine)
      coarse[at] = (coarse[at] as number) + (this.buckets[index] as number)
    }
  }

  /**
   * The value that `quantile` (0..1) of all samples do not exceed, within the bucket's precision and never above the exact
   * maximum.
   * @param due how many samples there should have been: those that are missing count as the largest
   * @returns null when the quantile lies among the missing ones
   */
  percentile(quantile: number): number
  percentile(quantile: number, due: number): number | null
  percentile(quantile: number, due = this.count): number | null {
    // A product like 0.999 × 20,000 comes out a hair above 19,980: not another rank.
    const rank = Math.max(1, Math.ceil(quantile * due - 1e-6))
    if (rank > this.count) return null
    let seen = 0
    for (let index = this.lowest; index <= this.highest; index++) {
      seen += this.buckets[index] as number
      if (seen >= rank) return Math.max(this.min, Math.min(this.max, highestOf(index)))
    }
    return this.max
  }

  sparse(): SparseHistogram {
    const indexes: number[] = []
    const counts: number[] = []
    for (let index = this.lowest; index <= this.highest; index++) {
      const count = this.buckets[index] as number
      if (count === 0) continue
      indexes.push(index)
      counts.push(count)
    }
    const { count, min, max, sum } = this
    return { indexes: Uint32Array.from(indexes), counts: Float64Array.from(counts), count, min, max, sum }
  }

  clear(): void {
    if (this.highest >= this.lowest) this.buckets.fill(0, this.lowest, this.highest + 1)
    this.lowest = BUCKETS
    this.highest = -1
    this.count = 0
    this.min = Number.POSITIVE_INFINITY
    this.max = 0
    this.sum = 0
  }
}
