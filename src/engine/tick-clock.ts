import type { Clock } from '../clock.ts'

/**
 * A clock that is read once a tick. Messages that came in one read share their time of receipt, and the answers to
 * them their time of sending; with 16 messages in flight that saves a clock reading (about 50 ns) on each.
 */
export function tickClock(clock: Clock): Clock {
  let cachedNs = -1
  const forget = () => {
    cachedNs = -1
  }
  return {
    nowNs() {
      if (cachedNs < 0) {
        cachedNs = clock.nowNs()
        process.nextTick(forget)
      }
      return cachedNs
    },
  }
}
