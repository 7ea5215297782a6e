import type { Role } from '../control.ts'
import type { Apart, Ledger } from '../engine/ledger.ts'
import { type QuantileName, samplesNeeded } from '../metric.ts'
import type { Trial, Warning } from '../result.ts'
import type { Settings } from '../scenario.ts'
import type { Conclusion } from '../workload.ts'
import type { Reason } from './crew.ts'
import type { TrialOutcome } from './trial.ts'

/** Of what was due, so much may stay unsent before the figures are of another load than the one asked for. */
const UNSENT_SUSPECT = 0.01
const UNSENT_INVALID = 0.05
/** Of what was offered, so much may be received after the window before it was too much for somebody. */
const OVERDUE_SUSPECT = 0.05
const OVERDUE_INVALID = 0.1
/** Of what was expected, so much may stay undelivered before the figures are of the lucky ones. */
const UNDELIVERED_INVALID = 0.05
/** A queue left by the warm-up that would show in the percentiles. */
const CARRIED_SUSPECT = 0.02
/** Of the connections, so many may be lost before the figures are of fewer connections than asked for. */
const CLOSED_INVALID = 0.01
/** Lateness of the generator's own that shows in any table, and that which shows when it is much of the response time. */
const LATE_NS = 5_000_000
const NOTICEABLY_LATE_NS = 1_000_000
const LATE_SHARE = 0.5
/** Of the warm-up messages wanted: arrivals of chance may be fewer. */
const WARM_ENOUGH = 0.8

/** What a verdict is based on. */
export interface Evidence {
  readonly outcome: TrialOutcome
  readonly ledger: Ledger
  /** Of receivers whose latencies are in a histogram of their own: nothing is said about how quick they are. */
  readonly apart: Apart & { readonly achievedPerSec: number }
  readonly settings: Settings
  readonly latency: Trial['latency']
  readonly achievedPerSec: number
  /** Of those, the replays. */
  readonly replayedPerSec: number
  readonly negative: number
  /** Messages received in the window that were due before it. */
  readonly carriedOver: number
  readonly conclusion: Conclusion
  /** The percentile that there must be samples for. */
  readonly samplesFor: QuantileName
}

/** Messages whose latency should be known: all that were expected, but for replays, and all that should have been sent and were not. */
export function dueOf({
  expected,
  replayed,
  skipped,
  errors,
}: Pick<Ledger, 'expected' | 'replayed' | 'skipped' | 'errors'>): number {
  return expected - replayed + skipped + Object.values(errors).reduce((sum, count) => sum + count, 0)
}

/** Verdict, reasons and warnings of one trial: a pure function of the evidence. */
export function judge(evidence: Evidence): Pick<Trial, 'verdict' | 'reasons' | 'warnings'> {
  const reasons = reasonsOf(evidence)
  const warnings = warningsOf(evidence)
  return { verdict: reasons.length > 0 ? 'invalid' : warnings.length > 0 ? 'suspect' : 'valid', reasons, warnings }
}

function reasonsOf(evidence: Evidence): Reason[] {
  const { outcome, ledger, apart, settings, latency, negative, conclusion } = evidence
  const reasons: Reason[] = [...outcome.reasons]
  if (reasons.length > 0) return reasons
  const { scheduled, sent, corrupt, unaccounted, delivered, replayed } = ledger
  const add = (code: Reason['code'], message: string) => reasons.push({ code, message })
  if (corrupt > 0) add('corrupt', `${corrupt} messages arrived damaged`)
  if (negative > 0) {
    add('negative-latency', `${negative} messages seem to have arrived before they were sent: the clock is broken`)
  }
  if (unaccounted > 0) add('unaccounted', `${unaccounted} messages are in nobody's account`)
  const recorded = (latency.response?.count ?? 0) + negative
  const timed = delivered - replayed - apart.delivered
  if (recorded !== timed) {
    add('unaccounted', `${timed} messages were delivered, and the latency of ${recorded} was recorded`)
  }
  for (const problem of conclusion.problems ?? []) add('workload', problem)
  const lost = lostChannels(evidence)
  if (lost.count > settings.connections * CLOSED_INVALID) add('channels-closed', saying(lost, settings))
  if (settings.load.model === 'open') {
    const { achievedPerSec, duePerSec } = pacedOf(evidence)
    if (scheduled - sent > scheduled * UNSENT_INVALID) {
      add('load-not-reached', `${percent((scheduled - sent) / scheduled)} of the offered messages could not be sent`)
    } else if (achievedPerSec < duePerSec * (1 - OVERDUE_INVALID)) {
      add('load-not-reached', fellBehind(achievedPerSec, duePerSec))
    }
  }
  const { expected } = ledger
  const missing = missingOf(evidence)
  if (delivered > 0 && missing > expected * UNDELIVERED_INVALID) {
    add('undelivered', `${percent(missing / expected)} of the messages did not arrive in time`)
  }
  if (delivered === 0) add('nothing-delivered', 'not one message of the window was delivered')
  return reasons
}

function warningsOf(evidence: Evidence): Warning[] {
  const { outcome, ledger, settings, latency, carriedOver, conclusion, samplesFor } = evidence
  const warnings: Warning[] = []
  if (!outcome.window) return warnings
  const add = (code: Warning['code'], message: string) => warnings.push({ code, message })
  const { scheduled, sent, timedOut, inFlightAtEnd } = ledger
  if (settings.load.model === 'open') {
    const { achievedPerSec, duePerSec } = pacedOf(evidence)
    if (scheduled - sent > scheduled * UNSENT_SUSPECT) {
      add('offered-rate-missed', `${percent((scheduled - sent) / scheduled)} of the offered messages could not be sent`)
    } else if (achievedPerSec < duePerSec * (1 - OVERDUE_SUSPECT)) {
      add('offered-rate-missed', fellBehind(achievedPerSec, duePerSec))
    }
    if (carriedOver - (conclusion.intended?.waiting ?? 0) > ledger.expected * CARRIED_SUSPECT) {
      add('start-backlog', `${carriedOver} messages of the warm-up were still queued when the measured part began`)
    }
  }
  if (missingOf(evidence) > 0) {
    add('undelivered', `${ledger.lost} lost, ${timedOut} timed out, ${inFlightAtEnd} still in flight at the end`)
  }
  const lost = lostChannels(evidence)
  if (lost.count > 0) add('channels-closed', saying(lost, settings))
  const count = latency.response?.count ?? 0
  const needed = samplesNeeded(samplesFor)
  if (count < needed) add('too-few-samples', `${count} messages are too few for a ${samplesFor}, which needs ${needed}`)
  const late = lateness(evidence)
  if (late) add('generator-saturated', late)
  const warmup = warmupMessages(outcome)
  if (warmup < settings.warmupMessages * WARM_ENOUGH) {
    add('short-warm-up', `${warmup} messages before the window, ${settings.warmupMessages} wanted`)
  }
  return warnings
}

/** The generator was late so often that its lateness is a good part of what it shows as latency. */
function lateness({ latency: { sendLag, response }, outcome, samplesFor: at }: Evidence): string | undefined {
  const lagNs = sendLag?.[at] ?? sendLag?.max ?? 0
  const responseNs = response?.[at] ?? response?.max ?? 0
  const much = lagNs > LATE_NS || (lagNs > NOTICEABLY_LATE_NS && lagNs > responseNs * LATE_SHARE)
  if (!much) return undefined
  const name = sendLag?.[at] === null ? 'the largest send lag' : `send lag ${at}`
  const lag = `${name} is ${(lagNs / 1e6).toFixed(1)} ms`
  return `${lag}: the ${pacing(outcome)} could not keep to the schedule, and response times include that`
}

/** The side that sent on schedule: it alone has a lag. */
function pacing({ reports }: TrialOutcome): Role {
  return reports.find(({ report }) => (report.recording.sendLag?.count ?? 0) > 0)?.member.role ?? 'client'
}

interface LostChannels {
  readonly count: number
  readonly because: string | undefined
}

function lostChannels({ outcome: { reports }, conclusion }: Evidence): LostChannels {
  const closed = reports.flatMap(({ report }) => report.part.got).filter(({ state }) => state === 'closed')
  const { lost } = conclusion
  const because = lost?.because ?? closed.find(({ closedBecause }) => closedBecause !== undefined)?.closedBecause
  const count = Math.max(lost?.count ?? 0, new Set(closed.map(({ subscriber }) => subscriber)).size)
  return { count: Math.max(0, count - (conclusion.intended?.closed ?? 0)), because }
}

/** Messages that did not arrive and should have. */
function missingOf({ ledger: { lost, timedOut, inFlightAtEnd }, conclusion }: Evidence): number {
  return Math.max(0, lost + timedOut + inFlightAtEnd - (conclusion.intended?.undelivered ?? 0))
}

/** Receipts a second that there were, and that the load comes to: of a message to many, as many as there are receivers. */
function pacedOf({ ledger, apart, settings, conclusion, achievedPerSec, replayedPerSec }: Evidence) {
  // What a policy kept from receivers apart was not due to the others in the first place.
  const keptBack = Math.max(0, (conclusion.intended?.undelivered ?? 0) - (apart.expected - apart.delivered))
  // When a replay comes says how long somebody was away, not whether the load was too much.
  const waiting = conclusion.intended?.waiting ?? 0
  const due = Math.max(0, ledger.expected - ledger.replayed - apart.expected - keptBack - waiting)
  return { achievedPerSec: achievedPerSec - replayedPerSec - apart.achievedPerSec, duePerSec: perSec(due, settings) }
}

function saying({ count, because }: LostChannels, { connections }: Settings): string {
  return `${count} of ${connections} connections were lost${because === undefined ? '' : `, e.g.: ${because}`}`
}

/** Sequence numbers start at 0, so the first one of a source inside the window says how many came before it. */
function warmupMessages({ sents }: TrialOutcome): number {
  const first = new Map<number, number>()
  for (const { relay, source, from } of sents) {
    // A source that changed its process has sent in several parts.
    if (!relay) first.set(source, Math.min(from, first.get(source) ?? from))
  }
  return [...first.values()].reduce((sum, from) => sum + from, 0)
}

function fellBehind(achievedPerSec: number, offeredPerSec: number): string {
  const [achieved, offered] = [Math.round(achievedPerSec), Math.round(offeredPerSec)]
  return `${achieved}/s were received of ${offered}/s offered: a queue grew, and latency with it`
}

function perSec(count: number, { durationNs }: Settings): number {
  return count / (durationNs / 1e9)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
