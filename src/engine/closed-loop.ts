import type { Clock } from '../clock.ts'
import type { Source } from '../workload.ts'
import type { Alarm } from './alarm.ts'
import type { CuttablePace } from './pace.ts'
import { Lane, type Sender } from './sender.ts'

/** How often in a timeout the loop looks for sources that fell silent. */
const LOOKS_PER_TIMEOUT = 4

class WindowedLane extends Lane {
  underWay = 0
  /** Messages that have leave to go, but no room in the channel. */
  waiting = 0
  heardNs = 0
}

/**
 * Keeps `inFlight` messages under way on every source; an answer makes room for the next one. One answer lost among
 * several leaves its place empty until its source falls silent: only then is it certain that it is not just slow.
 */
export function closedLoop(
  sender: Sender,
  sources: readonly Source[],
  inFlight: number,
  timeoutNs: number,
  clock: Clock,
  alarm: Alarm,
): CuttablePace {
  const lanes = sources.map((source) => new WindowedLane(source))
  let running = false
  let endNs = 0
  let finish: () => void = () => {}

  const send = (lane: WindowedLane, nowNs: number): void => {
    // A timer may ring late; what went out after the end would be in nobody's account.
    if (!running || !lane.source.open || nowNs >= endNs) return
    if (lane.source.full) {
      lane.waiting++
      return
    }
    lane.underWay++
    sender.send(lane, nowNs, 0)
  }

  /** A lost answer must not stop its source for ever: silence beyond the timeout frees all its places. */
  const watch = (): void => {
    const nowNs = clock.nowNs()
    for (const lane of lanes) {
      if (lane.underWay === 0 || nowNs - lane.heardNs < timeoutNs) continue
      const freed = lane.underWay
      lane.source.abandon(lane.next)
      lane.underWay = 0
      lane.heardNs = nowNs
      for (let count = 0; count < freed; count++) send(lane, nowNs)
    }
    wait()
  }

  const wait = (): void => {
    const lookNs = clock.nowNs() + timeoutNs / LOOKS_PER_TIMEOUT
    if (lookNs < endNs) alarm.around(lookNs, watch)
    else alarm.around(endNs, stop)
  }

  const begin = (): void => {
    running = true
    for (const lane of lanes) {
      lane.heardNs = clock.nowNs()
      for (let count = 0; count < inFlight; count++) send(lane, clock.nowNs())
    }
    wait()
  }

  const stop = (): void => {
    alarm.clear()
    running = false
    finish()
  }

  return {
    run(window) {
      endNs = window.endNs
      return new Promise((resolve) => {
        finish = () => resolve(lanes.map((lane) => lane.sent()))
        alarm.at(window.startNs, begin)
      })
    },
    answered(index) {
      const lane = lanes[index]
      if (!lane) return
      const nowNs = clock.nowNs()
      lane.heardNs = nowNs
      lane.underWay--
      send(lane, nowNs)
    },
    drained(index) {
      const lane = lanes[index]
      while (lane && lane.waiting > 0 && !lane.source.full) {
        lane.waiting--
        send(lane, clock.nowNs())
      }
    },
    cut: stop,
  }
}
