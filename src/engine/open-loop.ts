import type { Clock } from '../clock.ts'
import type { Pace, Source } from '../workload.ts'
import type { Alarm } from './alarm.ts'
import type { Schedule } from './schedule.ts'
import type { Sender } from './sender.ts'

/** At most so many overdue messages leave in one turn, so that replies are read in between. */
const LARGEST_BURST = 256
/** Overdue messages may still leave this long after the end; what is left then was skipped. */
const GRACE_NS = 50_000_000

/**
 * Sends on an absolute schedule, whatever comes back. All processes walk the same schedule: message n is due on source
 * n mod `total`, and each process sends those of its own sources; so the load does not depend on how many
 * processes share it. A message whose channel is full waits for room and keeps its intended time.
 */
export function openLoop(
  sender: Sender,
  schedule: Schedule,
  total: number,
  clock: Clock,
  alarm: Alarm,
): Pace & { cut(): void } {
  const { sources } = sender
  const mine = new Int32Array(total).fill(-1)
  sources.forEach(({ number }, index) => {
    mine[number] = index
  })
  /** Intended times that wait for room, by source. */
  const backlog = new Map<number, number[]>()
  let endNs = 0
  let finish: () => void = () => {}
  let startNs = 0
  let dueNs = 0
  let dueIndex = -1
  let turn = 0

  /** Moves on to the next message of one of this process's sources. */
  const advance = (): void => {
    do {
      dueNs = startNs + schedule.next()
      dueIndex = mine[turn] as number
      turn = turn + 1 === total ? 0 : turn + 1
    } while (dueIndex < 0 && dueNs < endNs)
  }

  const emit = (index: number, intendedNs: number, nowNs: number): void => {
    const source = sources[index] as Source
    if (!source.open) sender.drop(index, intendedNs, 'channel-closed')
    else sender.send(index, intendedNs, nowNs - intendedNs)
  }

  const flush = (index: number): void => {
    const waiting = backlog.get(index)
    if (!waiting) return
    const source = sources[index] as Source
    let sent = 0
    while (sent < waiting.length && !(source.open && source.full)) emit(index, waiting[sent++] as number, clock.nowNs())
    if (sent === waiting.length) backlog.delete(index)
    else waiting.splice(0, sent)
  }

  const tick = (): void => {
    let burst = 0
    for (let nowNs = clock.nowNs(); dueNs <= nowNs && dueNs < endNs; nowNs = clock.nowNs()) {
      if (nowNs > endNs + GRACE_NS) {
        stop()
        return
      }
      const source = sources[dueIndex] as Source
      const waiting = backlog.get(dueIndex)
      if (waiting && source.open) waiting.push(dueNs)
      else if (source.open && source.full) backlog.set(dueIndex, [dueNs])
      else emit(dueIndex, dueNs, nowNs)
      advance()
      if (++burst === LARGEST_BURST) break
    }
    if (dueNs < endNs) alarm.at(dueNs, tick)
    else alarm.at(endNs, stop)
  }

  const stop = (): void => {
    alarm.clear()
    for (const [index, waiting] of backlog) for (const intendedNs of waiting) sender.drop(index, intendedNs, 'skipped')
    backlog.clear()
    while (dueNs < endNs) {
      sender.drop(dueIndex, dueNs, 'skipped')
      advance()
    }
    finish()
  }

  return {
    run(window) {
      ;({ startNs, endNs } = window)
      return new Promise((resolve) => {
        finish = () => resolve(sender.sent())
        if (sources.length === 0) endNs = startNs
        else advance()
        alarm.at(dueNs < endNs ? Math.max(dueNs, startNs) : startNs, tick)
      })
    },
    answered() {},
    drained: flush,
    cut() {
      // What was due by now is accounted for; the rest was never offered.
      endNs = Math.min(endNs, clock.nowNs())
      stop()
    },
  }
}
