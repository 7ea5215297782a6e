import type { Clock } from '../clock.ts'
import type { Source } from '../workload.ts'
import type { Alarm } from './alarm.ts'
import type { CuttablePace } from './pace.ts'
import type { Schedule } from './schedule.ts'
import { Lane, type Sender } from './sender.ts'

/** At most so many overdue messages leave in one turn, so that replies are read in between. */
const LARGEST_BURST = 256
/** A generator that is late at the end may go on for so long with what has room; what is left then was skipped. */
const GRACE_NS = 50_000_000

class QueueingLane extends Lane {
  /** Intended times of messages that wait for room. */
  backlog: number[] = []
  /** Among the lanes of this process. */
  readonly index: number

  constructor(source: Source, index: number) {
    super(source)
    this.index = index
  }
}

/**
 * Sends on an absolute schedule, whatever comes back. All processes walk the same schedule: message n is due on source
 * n mod `total`, and each process sends those of its own sources; so the load does not depend on how many
 * processes share it. A message whose channel is full waits for room and keeps its intended time.
 */
export function openLoop(
  sender: Sender,
  sources: readonly Source[],
  total: number,
  schedule: Schedule,
  clock: Clock,
  alarm: Alarm,
): CuttablePace {
  const lanes = sources.map((source, index) => new QueueingLane(source, index))
  /** The lane of each number; none for the sources of other processes. */
  const byNumber = new Array<QueueingLane | undefined>(total)
  for (const lane of lanes) {
    if (lane.source.number >= total) throw new RangeError(`source ${lane.source.number} of ${total}`)
    byNumber[lane.source.number] = lane
  }
  let startNs = 0
  let endNs = 0
  let turn = 0
  /** Whose message is due next, among this process's own; undefined when none is left before the end. */
  let dueLane: QueueingLane | undefined
  let dueNs = 0
  let finish: () => void = () => {}

  const advance = (): void => {
    do {
      dueNs = startNs + schedule.next()
      dueLane = dueNs < endNs ? byNumber[turn] : undefined
      turn = turn + 1 === total ? 0 : turn + 1
    } while (!dueLane && dueNs < endNs)
  }

  const send = (lane: QueueingLane, intendedNs: number): void => {
    if (lane.source.open) sender.send(lane, intendedNs, clock.nowNs() - intendedNs)
    else sender.drop(lane, intendedNs)
  }

  const flush = (lane: QueueingLane): void => {
    let sent = 0
    while (sent < lane.backlog.length && !(lane.source.open && lane.source.full)) {
      send(lane, lane.backlog[sent++] ?? 0)
    }
    lane.backlog.splice(0, sent)
  }

  /** Whoever sends what is due on a lane: itself, or the next one that is there. */
  const speakerFor = (lane: QueueingLane): QueueingLane | undefined => {
    if (!lane.source.away) return lane
    const after = lanes.slice(lane.index + 1).find(({ source }) => !source.away)
    return after ?? lanes.find(({ source }) => !source.away)
  }

  const tick = (): void => {
    for (let burst = 0; dueLane && burst < LARGEST_BURST; burst++) {
      const nowNs = clock.nowNs()
      if (dueNs > nowNs) break
      if (nowNs > endNs + GRACE_NS) {
        stop()
        return
      }
      const lane = speakerFor(dueLane)
      if (!lane) sender.drop(dueLane, dueNs)
      else if (lane.source.open && (lane.source.full || lane.backlog.length > 0)) lane.backlog.push(dueNs)
      else send(lane, dueNs)
      advance()
    }
    if (dueLane) alarm.at(dueNs, tick)
    else alarm.at(endNs, stop)
  }

  const stop = (): void => {
    alarm.clear()
    for (const lane of lanes) {
      for (const intendedNs of lane.backlog) sender.drop(lane, intendedNs)
      lane.backlog = []
    }
    for (; dueLane && dueNs < endNs; advance()) sender.drop(dueLane, dueNs)
    finish()
  }

  return {
    run(window) {
      ;({ startNs, endNs } = window)
      return new Promise((resolve) => {
        finish = () => resolve(lanes.map((lane) => lane.sent()))
        if (lanes.length > 0) advance()
        alarm.at(dueLane ? dueNs : endNs, tick)
      })
    },
    answered() {},
    drained(index) {
      const lane = lanes[index]
      if (lane) flush(lane)
    },
    cut() {
      // What was due by now is accounted for; the rest was never offered.
      endNs = Math.min(endNs, clock.nowNs())
      stop()
    },
  }
}
