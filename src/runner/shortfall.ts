/** What a trial fell short of what was asked for: messages, their rate, connections. */
import { finePercent } from '../percent.ts'
import type { Settings } from '../scenario.ts'
import type { Evidence } from './evidence.ts'

/** Messages that did not arrive and should have. */
export function missingOf({ ledger: { lost, timedOut, inFlightAtEnd }, conclusion }: Evidence): number {
  return Math.max(0, lost + timedOut + inFlightAtEnd - (conclusion.intended?.undelivered ?? 0))
}

/** What was offered and not taken, as a sentence, where it is more than the shares given. */
export function missedRate(evidence: Evidence, unsentShare: number, overdueShare: number): string | undefined {
  const { settings, ledger } = evidence
  if (settings.load.model !== 'open') return undefined
  const { scheduled, sent } = ledger
  if (scheduled - sent > scheduled * unsentShare) {
    return `${finePercent((scheduled - sent) / scheduled)} of the offered messages could not be sent`
  }
  const { achievedPerSec, duePerSec } = pacedOf(evidence)
  if (achievedPerSec >= duePerSec * (1 - overdueShare)) return undefined
  const [achieved, offered] = [Math.round(achievedPerSec), Math.round(duePerSec)]
  return `${achieved}/s were received of ${offered}/s offered: a queue grew, and latency with it`
}

/** Receipts a second that there were, and that the load comes to: of a message to many, as many as there are receivers. */
function pacedOf({ ledger, apart, settings, conclusion, achievedPerSec, replayedPerSec }: Evidence) {
  // What a policy kept from receivers apart was not due to the others in the first place.
  const keptBack = Math.max(0, (conclusion.intended?.undelivered ?? 0) - (apart.expected - apart.delivered))
  // When a replay comes says how long somebody was away, not whether the load was too much.
  const waiting = conclusion.intended?.waiting ?? 0
  const due = Math.max(0, ledger.expected - ledger.replayed - apart.expected - keptBack - waiting)
  const duePerSec = due / (settings.durationNs / 1e9)
  return { achievedPerSec: achievedPerSec - replayedPerSec - apart.achievedPerSec, duePerSec }
}

export interface LostChannels {
  readonly count: number
  readonly because: string | undefined
}

export function lostChannels({ outcome: { reports }, conclusion }: Evidence): LostChannels {
  const closed = reports.flatMap(({ report }) => report.part.got).filter(({ state }) => state === 'closed')
  const { lost } = conclusion
  const because = lost?.because ?? closed.find(({ closedBecause }) => closedBecause !== undefined)?.closedBecause
  const count = Math.max(lost?.count ?? 0, new Set(closed.map(({ subscriber }) => subscriber)).size)
  return { count: Math.max(0, count - (conclusion.intended?.closed ?? 0)), because }
}

export function sayingLost({ count, because }: LostChannels, { connections }: Settings): string {
  return `${count} of ${connections} connections were lost${because === undefined ? '' : `, e.g.: ${because}`}`
}
