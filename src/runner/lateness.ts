import type { Role } from '../control.ts'
import { type QuantileName, quantiles } from '../metric.ts'
import type { Evidence } from './evidence.ts'
import type { TrialOutcome } from './trial.ts'

/** Lateness of the generator's own that shows in any table, and that which shows when it is much of the response time. */
const LATE_NS = 5_000_000
const NOTICEABLY_LATE_NS = 1_000_000
const LATE_SHARE = 0.5

/** The generator was late so often that its lateness is a good part of what it shows as latency. */
export interface Lateness {
  readonly by: Role
  /** A sentence. */
  readonly text: string
}

/** Judged at the percentile that the trial must have samples for, or the highest below it that has them: one stall is no rule. */
export function latenessOf({ latency: { sendLag, response }, outcome, samplesFor }: Evidence): Lateness | undefined {
  const borne = (Object.keys(quantiles) as QuantileName[])
    .filter((name) => quantiles[name] <= quantiles[samplesFor])
    .findLast((name) => (sendLag?.[name] ?? null) !== null)
  const lagNs = borne && sendLag?.[borne]
  if (!borne || !lagNs) return undefined
  const responseNs = response?.[borne] ?? response?.max ?? 0
  if (!(lagNs > LATE_NS || (lagNs > NOTICEABLY_LATE_NS && lagNs > responseNs * LATE_SHARE))) return undefined
  const by = pacing(outcome)
  const lag = `send lag ${borne} is ${(lagNs / 1e6).toFixed(1)} ms`
  return { by, text: `${lag}: the ${by} could not keep to the schedule, and response times include that` }
}

/** The side that sent on schedule: it alone has a lag. */
function pacing({ reports }: TrialOutcome): Role {
  return reports.find(({ report }) => (report.recording.sendLag?.count ?? 0) > 0)?.member.role ?? 'client'
}
