import type { Clock } from '../clock.ts'

/** What a process did while it waited. */
export interface Activity {
  /** Messages handled so far; a turn of the loop in which this stands still was spent waiting. */
  messages: number
  /** CPU time spent in busy waiting, ns. */
  spinNs: number
}

export interface Alarm {
  /** Calls `ring` at the instant, never before it. One alarm at a time: a new one replaces the old. */
  at(instantNs: number, ring: () => void): void
  clear(): void
}

/** A timer may be late by its own granularity of a millisecond; the rest of the way is waited finely. */
const FINE_WAIT_NS = 1_200_000
/** A turn of the waiting loop takes a few microseconds; a longer one was mostly not on a CPU at all. */
const LONGEST_SPIN_NS = 50_000

/**
 * Waits more finely than `setTimeout`: by a timer until shortly before the instant, then turn by turn of the event
 * loop (`setImmediate`), so that sockets are served all the while. At high rates this keeps one core busy; what
 * it burns is recorded in `activity.spinNs`.
 */
export function fineAlarm(clock: Clock, activity: Activity): Alarm {
  let dueNs = 0
  let ring: () => void = () => {}
  let timer: NodeJS.Timeout | undefined
  let turn: NodeJS.Immediate | undefined
  let lastTurnNs = 0
  let lastMessages = 0

  const fine = (): void => {
    const nowNs = clock.nowNs()
    if (activity.messages === lastMessages) activity.spinNs += Math.min(nowNs - lastTurnNs, LONGEST_SPIN_NS)
    lastMessages = activity.messages
    lastTurnNs = nowNs
    turn = undefined
    if (nowNs >= dueNs) ring()
    else turn = setImmediate(fine)
  }
  const startFine = (): void => {
    timer = undefined
    lastTurnNs = clock.nowNs()
    lastMessages = activity.messages
    turn = setImmediate(fine)
  }
  const clear = (): void => {
    if (timer) clearTimeout(timer)
    if (turn) clearImmediate(turn)
    timer = undefined
    turn = undefined
  }
  return {
    at(instantNs, whenDue) {
      clear()
      dueNs = instantNs
      ring = whenDue
      const coarseMs = Math.floor((dueNs - clock.nowNs() - FINE_WAIT_NS) / 1e6)
      if (coarseMs >= 1) timer = setTimeout(startFine, coarseMs)
      else startFine()
    },
    clear,
  }
}
