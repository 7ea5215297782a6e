import { seededRandom } from './random.ts'

/** Intended send times of an open loop: an endless, non-decreasing sequence of offsets from its start. */
export interface Schedule {
  /** The next offset, whole ns. */
  next(): number
}

const NS_PER_SECOND = 1e9

/** Equal distances. Each offset is computed from its index, so that no rounding adds up. */
export function uniformSchedule(ratePerSec: number): Schedule {
  let index = 0
  return { next: () => Math.round((index++ * NS_PER_SECOND) / ratePerSec) }
}

/** A Poisson process: exponential distances, as from many independent senders. */
export function poissonSchedule(ratePerSec: number, seed: number): Schedule {
  const random = seededRandom(seed)
  const meanNs = NS_PER_SECOND / ratePerSec
  let offsetNs = 0
  return {
    next() {
      // 1 - random() lies in (0, 1], so the logarithm is finite.
      offsetNs -= Math.log(1 - random()) * meanNs
      return Math.round(offsetNs)
    },
  }
}
