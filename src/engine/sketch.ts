/** Response times while they are still being recorded: coarse enough to be told once a second, exact enough to be read. */
import type { Sketch } from '../control.ts'
import type { SparseHistogram } from '../recording.ts'
import { BUCKETS, type Histogram, highestOf, lowestOf } from './histogram.ts'

/** Of the histogram's buckets so many make one: 16 for each power of two, so that a percentile is within 3 %. */
const FINE = 64

/** Adds up what was recorded, slice by slice. */
export class Sketcher {
  private readonly closed = new Float64Array(BUCKETS / FINE)

  /** What will not change any more. */
  add({ indexes, counts }: SparseHistogram): void {
    for (let at = 0; at < indexes.length; at++) {
      const index = Math.floor((indexes[at] as number) / FINE)
      this.closed[index] = (this.closed[index] as number) + (counts[at] as number)
    }
  }

  /** All that was added, and what is in a histogram that is still filled. */
  with(open: Histogram): Sketch {
    const all = this.closed.slice()
    open.addTo(all, FINE)
    const indexes: number[] = []
    const counts: number[] = []
    for (let index = 0; index < all.length; index++) {
      const count = all[index] as number
      if (count === 0) continue
      indexes.push(index)
      counts.push(count)
    }
    return { indexes: Uint16Array.from(indexes), counts: Float64Array.from(counts) }
  }
}

/**
 * Quantiles of all samples of several processes.
 * @param quantiles rising
 * @returns ns, for each; null without a sample
 */
export function quantilesOf(sketches: readonly Sketch[], quantiles: readonly number[]): (number | null)[] {
  const all = new Map<number, number>()
  for (const { indexes, counts } of sketches) {
    indexes.forEach((index, at) => {
      all.set(index, (all.get(index) ?? 0) + (counts[at] as number))
    })
  }
  const rising = [...all].sort(([one], [other]) => one - other)
  const total = rising.reduce((sum, [, count]) => sum + count, 0)
  return quantiles.map((quantile) => {
    const rank = Math.max(1, Math.ceil(quantile * total - 1e-6))
    let seen = 0
    for (const [index, count] of rising) {
      seen += count
      if (seen >= rank) return (lowestOf(index * FINE) + highestOf(index * FINE + FINE - 1)) / 2
    }
    return null
  })
}
