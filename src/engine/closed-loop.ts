import type { Clock } from '../clock.ts'
import type { Pace, Source } from '../workload.ts'
import type { Alarm } from './alarm.ts'
import type { Sender } from './sender.ts'

/** Keeps `inFlight` messages under way on every source; an answer makes room for the next one. */
export function closedLoop(
  sender: Sender,
  inFlight: number,
  timeoutNs: number,
  clock: Clock,
  alarm: Alarm,
): Pace & { cut(): void } {
  const { sources } = sender
  const underWay = new Float64Array(sources.length)
  /** Messages that have leave to go, but no room in the channel. */
  const waiting = new Float64Array(sources.length)
  const heardNs = new Float64Array(sources.length)
  const highest = new Float64Array(sources.length)
  let running = false
  let finish: () => void = () => {}
  let ending: NodeJS.Timeout | undefined
  let watchdog: NodeJS.Timeout | undefined

  const send = (index: number): void => {
    const source = sources[index] as Source
    if (!running || !source.open) return
    if (source.full) {
      waiting[index] = (waiting[index] as number) + 1
      return
    }
    underWay[index] = (underWay[index] as number) + 1
    highest[index] = sender.send(index, clock.nowNs(), 0)
  }

  /** A lost answer must not stop its source for ever: silence beyond the timeout frees all its places. */
  const watch = (): void => {
    const nowNs = clock.nowNs()
    for (let index = 0; index < sources.length; index++) {
      const stuck = underWay[index] as number
      if (stuck === 0 || nowNs - (heardNs[index] as number) < timeoutNs) continue
      const to = (highest[index] as number) + 1
      sources[index]?.abandon(to - stuck, to)
      underWay[index] = 0
      heardNs[index] = nowNs
      for (let count = 0; count < stuck; count++) send(index)
    }
  }

  const stop = (): void => {
    alarm.clear()
    clearTimeout(ending)
    clearInterval(watchdog)
    running = false
    finish()
  }

  return {
    run(window) {
      return new Promise((resolve) => {
        finish = () => resolve(sender.sent())
        alarm.at(window.startNs, () => {
          running = true
          heardNs.fill(clock.nowNs())
          watchdog = setInterval(watch, Math.max(1, timeoutNs / 4e6))
          for (let index = 0; index < sources.length; index++) {
            for (let count = 0; count < inFlight; count++) send(index)
          }
          // A plain timer: messages belong to the window by their own time, so its end need not be sharp.
          ending = setTimeout(stop, (window.endNs - clock.nowNs()) / 1e6)
        })
      })
    },
    answered(index) {
      heardNs[index] = clock.nowNs()
      underWay[index] = (underWay[index] as number) - 1
      send(index)
    },
    drained(index) {
      while ((waiting[index] as number) > 0 && !(sources[index] as Source).full) {
        waiting[index] = (waiting[index] as number) - 1
        send(index)
      }
    },
    cut: stop,
  }
}
