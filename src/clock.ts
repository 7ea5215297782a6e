/** The one clock of a run. */
export interface Clock {
  /** Whole nanoseconds since the run's epoch; never steps back. */
  nowNs(): number
}

const CALIBRATIONS = 32

/**
 * The host's monotonic clock, counted from `epochNs` (a reading of `process.hrtime.bigint()`), so that every process
 * of a run shares one timeline. `performance.now()` is the cheaper reading of the same clock; its offset is calibrated
 * once, by the tightest of several pairs. Counting from the run's epoch keeps values exact in a Number.
 */
export function monotonicClock(epochNs: bigint): Clock {
  const { performance } = globalThis
  let offsetNs = 0
  let tightestNs = Number.POSITIVE_INFINITY
  for (let round = 0; round < CALIBRATIONS; round++) {
    const before = process.hrtime.bigint()
    const reading = performance.now()
    const after = process.hrtime.bigint()
    const widthNs = Number(after - before)
    if (widthNs < tightestNs) {
      tightestNs = widthNs
      offsetNs = Number(before - epochNs) + widthNs / 2 - reading * 1e6
    }
  }
  return { nowNs: () => Math.round(performance.now() * 1e6 + offsetNs) }
}
