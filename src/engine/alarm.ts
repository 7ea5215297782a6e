import type { Clock } from '../clock.ts'

/** What a process did while it waited. */
export interface Activity {
  /** Messages handled so far; a turn of the loop in which this stands still was spent waiting. */
  messages: number
  /** CPU time spent in busy waiting, ns. */
  spinNs: number
}

/** One alarm at a time: a new one replaces the old. */
export interface Alarm {
  /** Calls `ring` at the instant, finely, and never before it. */
  at(instantNs: number, ring: () => void): void
  /** Calls `ring` around the instant, by a plain timer: a millisecond or so is no matter, and no CPU is spent. */
  around(instantNs: number, ring: () => void): void
  clear(): void
}

/** A timer may be late by its own granularity of a millisecond; the rest of the way is waited finely. */
const FINE_WAIT_NS = 1_200_000
/** A turn of the waiting loop that takes so many times the shortest one was not spent waiting, or not on a CPU at all. */
const LONGEST_TURN = 5

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
  let shortestTurnNs = Number.POSITIVE_INFINITY

  const fine = (): void => {
    const nowNs = clock.nowNs()
    // A turn after a message was handled may hold its writes: that is work, not waiting.
    if (activity.messages === lastMessages) {
      const turnNs = nowNs - lastTurnNs
      if (turnNs > 0) shortestTurnNs = Math.min(shortestTurnNs, turnNs)
      activity.spinNs += Math.min(turnNs, shortestTurnNs * LONGEST_TURN)
    }
    lastMessages = activity.messages
    lastTurnNs = nowNs
    turn = undefined
    if (nowNs >= dueNs) ring()
    else turn = setImmediate(fine)
  }
  const startFine = (): void => {
    timer = undefined
    lastTurnNs = clock.nowNs()
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
    around(instantNs, whenDue) {
      clear()
      timer = setTimeout(whenDue, Math.max(0, instantNs - clock.nowNs()) / 1e6)
    },
    clear,
  }
}
