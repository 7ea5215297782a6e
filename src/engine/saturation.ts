import type { Clock } from '../clock.ts'
import type { Source } from '../workload.ts'
import type { Alarm } from './alarm.ts'
import type { CuttablePace } from './pace.ts'
import { Lane, type Sender } from './sender.ts'

/** Messages a source may send in one turn, so that a fast channel starves neither the others nor the replies. */
const LARGEST_BURST = 64

/** Sends as fast as back-pressure allows: every source until its channel is full, and again when it has drained. */
export function saturation(sender: Sender, sources: readonly Source[], clock: Clock, alarm: Alarm): CuttablePace {
  const lanes = sources.map((source) => new Lane(source))
  /** What each may still send in this turn. */
  const left = new Uint8Array(lanes.length)
  let running = false
  let endNs = 0
  let turn: NodeJS.Immediate | undefined
  let finish: () => void = () => {}

  const hasRoom = ({ source }: Lane): boolean => source.open && !source.full
  // A timer may ring late; what went out after the end would be in nobody's account.
  const goesOn = (): boolean => running && clock.nowNs() < endNs

  const tick = (): void => {
    turn = undefined
    left.fill(LARGEST_BURST)
    // Sources that share a channel may take turns: each waits for the others, and has room again within this turn.
    let sent: boolean
    do {
      sent = false
      for (const [index, lane] of lanes.entries()) {
        for (let burst = left[index] ?? 0; burst > 0 && hasRoom(lane) && goesOn(); burst--) {
          sender.send(lane, clock.nowNs(), 0)
          left[index] = burst - 1
          sent = true
        }
      }
    } while (sent)
    if (goesOn() && lanes.some(hasRoom)) turn = setImmediate(tick)
  }

  const stop = (): void => {
    alarm.clear()
    running = false
    if (turn) clearImmediate(turn)
    finish()
  }

  return {
    run(window) {
      endNs = window.endNs
      return new Promise((resolve) => {
        finish = () => resolve(lanes.map((lane) => lane.sent()))
        alarm.at(window.startNs, () => {
          running = true
          alarm.around(window.endNs, stop)
          tick()
        })
      })
    },
    answered() {},
    drained() {
      if (running) turn ??= setImmediate(tick)
    },
    cut: stop,
  }
}
