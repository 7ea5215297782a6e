import type { Clock } from '../clock.ts'
import type { Pace, Source } from '../workload.ts'
import type { Alarm } from './alarm.ts'
import type { Sender } from './sender.ts'

/** Messages a source may send in one turn, so that a fast channel starves neither the others nor the replies. */
const LARGEST_BURST = 64

/** Sends as fast as back-pressure allows: every source until its channel is full, and again when it has drained. */
export function saturation(sender: Sender, clock: Clock, alarm: Alarm): Pace & { cut(): void } {
  const { sources } = sender
  let running = false
  let turn: NodeJS.Immediate | undefined
  let finish: () => void = () => {}
  let ending: NodeJS.Timeout | undefined

  const tick = (): void => {
    turn = undefined
    let roomLeft = false
    for (let index = 0; running && index < sources.length; index++) {
      const source = sources[index] as Source
      for (let burst = 0; burst < LARGEST_BURST && source.open && !source.full; burst++) {
        sender.send(index, clock.nowNs(), 0)
      }
      if (source.open && !source.full) roomLeft = true
    }
    if (running && roomLeft) turn = setImmediate(tick)
  }

  const stop = (): void => {
    alarm.clear()
    clearTimeout(ending)
    running = false
    if (turn) clearImmediate(turn)
    finish()
  }

  return {
    run(window) {
      return new Promise((resolve) => {
        finish = () => resolve(sender.sent())
        alarm.at(window.startNs, () => {
          running = true
          tick()
          ending = setTimeout(stop, (window.endNs - clock.nowNs()) / 1e6)
        })
      })
    },
    answered() {},
    drained() {
      if (running && !turn) turn = setImmediate(tick)
    },
    cut: stop,
  }
}
