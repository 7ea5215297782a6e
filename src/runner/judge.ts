import type { Ledger } from '../engine/ledger.ts'
import { samplesNeeded } from '../metric.ts'
import type { Trial, Warning } from '../result.ts'
import type { Settings } from '../scenario.ts'
import type { Reason, TrialOutcome } from './trial.ts'

/** Of what was due, so much may stay unsent before the figures are of another load than the one asked for. */
const UNSENT_SUSPECT = 0.01
const UNSENT_INVALID = 0.05
/** Of what was offered, so much may be received after the window before it was too much for somebody. */
const RECEIVED_SUSPECT = 0.05
/** A queue left by the warm-up that would show in the percentiles. */
const CARRIED_SUSPECT = 0.02
/** Lateness of the generator's own that would show in a table. */
const LATE_P99_NS = 5_000_000

/** What a verdict is based on. */
export interface Evidence {
  readonly outcome: TrialOutcome
  readonly ledger: Ledger
  readonly settings: Settings
  readonly latency: Trial['latency']
  readonly achievedPerSec: number
  readonly negative: number
  /** Messages received in the window that were due before it. */
  readonly carriedOver: number
  /** Messages sent before the window. */
  readonly warmup: number
}

/** The share of the due messages whose latency nobody knows; they count as the slowest. */
export function censored({ expected, delivered, skipped }: Ledger): number {
  const due = expected + skipped
  return due > 0 ? (due - delivered) / due : 1
}

/** Verdict, reasons and warnings of one trial: a pure function of the evidence. */
export function judge(evidence: Evidence): Pick<Trial, 'verdict' | 'reasons' | 'warnings'> {
  const reasons = reasonsOf(evidence)
  const warnings = warningsOf(evidence)
  return { verdict: reasons.length > 0 ? 'invalid' : warnings.length > 0 ? 'suspect' : 'valid', reasons, warnings }
}

function reasonsOf({ outcome, ledger, settings, negative }: Evidence): Reason[] {
  const reasons: Reason[] = [...outcome.reasons]
  if (reasons.length > 0) return reasons
  const { scheduled, sent, corrupt, unaccounted, delivered } = ledger
  if (corrupt > 0) reasons.push({ code: 'corrupt', message: `${corrupt} messages came back damaged` })
  if (negative > 0)
    reasons.push({
      code: 'negative-latency',
      message: `${negative} messages seem to have arrived before they were sent: the clock is broken`,
    })
  if (unaccounted > 0) reasons.push({ code: 'unaccounted', message: `${unaccounted} messages are in nobody's account` })
  const unsent = scheduled - sent
  if (settings.load.model === 'open' && unsent > scheduled * UNSENT_INVALID) {
    reasons.push({
      code: 'load-not-reached',
      message: `${percent(unsent / scheduled)} of the offered messages could not be sent`,
    })
  }
  if (delivered === 0)
    reasons.push({ code: 'nothing-delivered', message: 'not one message of the window was delivered' })
  return reasons
}

function warningsOf({ outcome, ledger, settings, latency, achievedPerSec, carriedOver, warmup }: Evidence): Warning[] {
  const warnings: Warning[] = []
  if (!outcome.window) return warnings
  const { scheduled, sent, lost, timedOut, inFlightAtEnd } = ledger
  const count = latency.response?.count ?? 0
  if (settings.load.model === 'open' && scheduled - sent > scheduled * UNSENT_SUSPECT) {
    warnings.push({
      code: 'offered-rate-missed',
      message: `${percent((scheduled - sent) / scheduled)} of the offered messages could not be sent`,
    })
  }
  const offeredPerSec = scheduled / (settings.durationNs / 1e9)
  if (settings.load.model === 'open' && achievedPerSec < offeredPerSec * (1 - RECEIVED_SUSPECT)) {
    warnings.push({
      code: 'offered-rate-missed',
      message: `${Math.round(achievedPerSec)}/s were received of ${Math.round(offeredPerSec)}/s offered: a queue grew, and latency with it`,
    })
  }
  if (settings.load.model === 'open' && carriedOver > scheduled * CARRIED_SUSPECT) {
    warnings.push({
      code: 'start-backlog',
      message: `${carriedOver} messages of the warm-up were still queued when the measured part began`,
    })
  }
  const missing = lost + timedOut + inFlightAtEnd
  if (missing > 0)
    warnings.push({
      code: 'undelivered',
      message: `${lost} lost, ${timedOut} timed out, ${inFlightAtEnd} still in flight at the end`,
    })
  if (count < samplesNeeded('p99')) {
    warnings.push({
      code: 'too-few-samples',
      message: `${count} messages are too few for a p99, which needs ${samplesNeeded('p99')}`,
    })
  }
  const lagP99 = latency.sendLag?.p99 ?? 0
  if (lagP99 > LATE_P99_NS) {
    warnings.push({
      code: 'generator-saturated',
      message: `send lag p99 is ${(lagP99 / 1e6).toFixed(1)} ms: the client could not keep to the schedule, and response times include that`,
    })
  }
  if (warmup < settings.warmupMessages) {
    warnings.push({
      code: 'short-warm-up',
      message: `${warmup} messages before the window, ${settings.warmupMessages} wanted`,
    })
  }
  return warnings
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
