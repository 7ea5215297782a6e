import type { Ledger } from '../engine/ledger.ts'
import { excursionsNeeded, samplesNeeded } from '../metric.ts'
import { finePercent } from '../percent.ts'
import type { Trial, Warning, WarningCode } from '../result.ts'
import { type Bottleneck, bottleneckOf } from './bottleneck.ts'
import type { Reason } from './crew.ts'
import { disturbancesOf, takenFrom } from './disturbances.ts'
import type { Evidence } from './evidence.ts'
import { type Lateness, latenessOf } from './lateness.ts'
import { lostChannels, missedRate, missingOf, sayingLost } from './shortfall.ts'
import { unsteadiness } from './steadiness.ts'
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
/** Of the warm-up messages wanted: arrivals of chance may be fewer. */
const WARM_ENOUGH = 0.8
/** They say what a figure is made of, and do not make the trial doubtful. */
const REMARKS: ReadonlySet<WarningCode> = new Set(['few-excursions'])

/** Messages whose latency should be known: all that were expected, but for replays, and all that should have been sent and were not. */
export function dueOf({
  expected,
  replayed,
  skipped,
  errors,
}: Pick<Ledger, 'expected' | 'replayed' | 'skipped' | 'errors'>): number {
  return expected - replayed + skipped + Object.values(errors).reduce((sum, count) => sum + count, 0)
}

/** Verdict, reasons and warnings of one trial, and who was its limit: a pure function of the evidence. */
export function judge(evidence: Evidence): Pick<Trial, 'verdict' | 'reasons' | 'warnings' | 'bottleneck'> {
  if (!evidence.outcome.window) {
    const reasons = reasonsOf(evidence)
    return { verdict: reasons.length > 0 ? 'invalid' : 'valid', reasons, warnings: [], bottleneck: null }
  }
  const late = latenessOf(evidence)
  const missed = missedRate(evidence, UNSENT_SUSPECT, OVERDUE_SUSPECT)
  const bottleneck = bottleneckOf(evidence.processes, {
    model: evidence.settings.load.model,
    durationNs: evidence.settings.durationNs,
    missed: missed ?? late?.text ?? null,
    crowded: takenFrom({ machine: evidence.machine, cores: evidence.outcome.machine?.cores ?? 1 }) ?? null,
  })
  const reasons = reasonsOf(evidence)
  const warnings = warningsOf(evidence, { late, missed, bottleneck })
  const doubtful = warnings.some(({ code }) => !REMARKS.has(code))
  return { verdict: reasons.length > 0 ? 'invalid' : doubtful ? 'suspect' : 'valid', reasons, warnings, bottleneck }
}

function reasonsOf(evidence: Evidence): Reason[] {
  const { outcome, ledger, apart, settings, latency, negative, conclusion } = evidence
  const reasons: Reason[] = [...outcome.reasons]
  if (reasons.length > 0) return reasons
  const { corrupt, unaccounted, delivered, replayed } = ledger
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
  if (lost.count > settings.connections * CLOSED_INVALID) add('channels-closed', sayingLost(lost, settings))
  const missed = missedRate(evidence, UNSENT_INVALID, OVERDUE_INVALID)
  if (missed !== undefined) add('load-not-reached', missed)
  const { expected } = ledger
  const missing = missingOf(evidence)
  if (delivered > 0 && missing > expected * UNDELIVERED_INVALID) {
    add('undelivered', `${finePercent(missing / expected)} of the messages did not arrive in time`)
  }
  if (delivered === 0) add('nothing-delivered', 'not one message of the window was delivered')
  return reasons
}

/** What is known of the load before anything is said of it. */
interface LoadFound {
  readonly late: Lateness | undefined
  readonly missed: string | undefined
  readonly bottleneck: Bottleneck
}

function warningsOf(evidence: Evidence, { late, missed, bottleneck }: LoadFound): Warning[] {
  const { outcome, ledger, settings, latency, carriedOver, conclusion, samplesFor, timeline, sliceNs } = evidence
  const { load, durationNs } = settings
  const warnings: Warning[] = []
  const add = (code: Warning['code'], message: string) => warnings.push({ code, message })
  if (missed !== undefined) add('offered-rate-missed', missed)
  if (load.model === 'open') {
    if (carriedOver - (conclusion.intended?.waiting ?? 0) > ledger.expected * CARRIED_SUSPECT) {
      add('start-backlog', `${carriedOver} messages of the warm-up were still queued when the measured part began`)
    }
  }
  const { lost, timedOut, inFlightAtEnd } = ledger
  if (missingOf(evidence) > 0) {
    add('undelivered', `${lost} lost, ${timedOut} timed out, ${inFlightAtEnd} still in flight at the end`)
  }
  const closed = lostChannels(evidence)
  if (closed.count > 0) add('channels-closed', sayingLost(closed, settings))
  const count = latency.response?.count ?? 0
  const needed = samplesNeeded(samplesFor)
  if (count < needed) add('too-few-samples', `${count} messages are too few for a ${samplesFor}, which needs ${needed}`)
  if (late) add('generator-saturated', late.text)
  // Where nothing is offered by rate, the side that has no time left is what was measured; else only where the rate was missed,
  // and lateness of the clients' own says the same.
  const limited = load.model !== 'open' || missed !== undefined || late?.by === 'server'
  if (bottleneck.who === 'client' && limited) add('client-bound', bottleneck.because)
  const warmup = warmupMessages(outcome)
  if (warmup < settings.warmupMessages * WARM_ENOUGH) {
    add('short-warm-up', `${warmup} messages before the window, ${settings.warmupMessages} wanted`)
  }
  const trend = unsteadiness({ timeline, model: load.model, durationNs, sliceNs })
  if (trend) add('not-steady', trend)
  warnings.push(
    ...fewExcursions(evidence),
    ...disturbancesOf({ ...evidence, model: load.model, durationNs, cores: outcome.machine?.cores ?? 1 }),
  )
  return warnings
}

function fewExcursions({ excursions }: Evidence): Warning[] {
  const few = (
    [
      ['p99', 'p99'],
      ['p999', 'p99.9'],
    ] as const
  ).flatMap(([name, head]) => {
    const events = excursions[name]
    return events !== null && events < excursionsNeeded ? [`${head}: ${events}`] : []
  })
  if (few.length === 0) return []
  return [
    {
      code: 'few-excursions',
      message: `distinct slow moments behind ${few.join(', ')}; ${excursionsNeeded} are wanted`,
    },
  ]
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
