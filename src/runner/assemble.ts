import type { Role, Usage } from '../control.ts'
import { encodeHdr } from '../engine/hdr.ts'
import { Histogram } from '../engine/histogram.ts'
import { joinLedger } from '../engine/ledger.ts'
import { type QuantileName, quantiles, samplesNeeded } from '../metric.ts'
import type { SparseHistogram } from '../recording.ts'
import type { Latency, Trial } from '../result.ts'
import type { Settings } from '../scenario.ts'
import { censored, judge } from './judge.ts'
import type { PlannedTrial } from './plan.ts'
import type { TrialOutcome } from './trial.ts'

/** Makes the record of one trial out of what its processes handed over. */
export function assembleTrial(planned: PlannedTrial, workers: number, startedAt: string, outcome: TrialOutcome): Trial {
  const { settings } = planned.point
  const recordings = outcome.reports.map(({ report }) => report.recording)
  const ledger = joinLedger(
    outcome.sents,
    outcome.reports.flatMap(({ report }) => report.part.got),
    outcome.gone,
  )
  const unheard = censored(ledger)
  const slices = mergeSlices(outcome)
  const response = new Histogram()
  for (const slice of slices.values()) response.add(slice.sparse())
  const merged = (part: 'service' | 'sendLag') => mergeAll(recordings.map((recording) => recording[part]))
  const service = settings.load.model === 'open' ? merged('service') : response
  const lag = settings.load.model === 'open' ? merged('sendLag') : null
  const total = (part: 'receivedInside' | 'carriedOver' | 'negative') =>
    recordings.reduce((sum, recording) => sum + recording[part], 0)
  const achievedPerSec = total('receivedInside') / (settings.durationNs / 1e9)
  const latency = {
    response: summary(response, unheard),
    service: summary(service, unheard),
    // What was never sent has no lag, so nothing censors it.
    sendLag: lag ? summary(lag, 0) : null,
  }
  const judged = judge({
    outcome,
    ledger,
    settings,
    latency,
    achievedPerSec,
    negative: total('negative'),
    carriedOver: total('carriedOver'),
    warmup: warmupMessages(outcome),
  })
  return {
    id: planned.id,
    subject: planned.subject.label,
    transport: planned.subject.transport,
    client: 'library',
    point: planned.point.at,
    block: planned.block,
    order: planned.order,
    startedAt,
    durationNs: settings.durationNs,
    workers,
    ...judged,
    payload: settings.payload,
    load: loadOf(settings, achievedPerSec),
    counts: { ...ledger },
    bytes: bytesOf(outcome, settings),
    latency,
    timeline: [...slices].map(([atNs, slice]) => ({
      atNs,
      delivered: slice.count,
      p50: slice.percentile(0.5),
      p99: slice.percentile(0.99),
      max: slice.max,
    })),
    processes: outcome.reports.map(({ member, report }) => processOf(member.role, report.usage)),
    phases: {
      connectNs: outcome.connectNs,
      settleNs: outcome.settleNs,
      overheadNs: overheadOf(outcome),
    },
    workload: Object.assign({}, ...outcome.reports.map(({ report }) => report.part.workload ?? {})),
  }
}

/** Wall time beyond connecting, the window and settling: what running a trial itself costs. */
function overheadOf({ window, wallNs, connectNs, settleNs }: TrialOutcome): number {
  const measuringNs = window ? window.endNs - window.startNs : 0
  return Math.max(0, wallNs - connectNs - settleNs - measuringNs)
}

function mergeSlices({ reports }: TrialOutcome): Map<number, Histogram> {
  const byStart = new Map<number, Histogram>()
  for (const { report } of reports) {
    for (const { atNs, response } of report.recording.slices) {
      const slice = byStart.get(atNs) ?? new Histogram()
      slice.add(response)
      byStart.set(atNs, slice)
    }
  }
  return new Map([...byStart].sort(([one], [other]) => one - other))
}

function mergeAll(parts: ReadonlyArray<SparseHistogram | null>): Histogram {
  const whole = new Histogram()
  for (const part of parts) if (part) whole.add(part)
  return whole
}

/** @param unheard share of the messages that is missing from the histogram; what was not delivered is the slowest */
function summary(histogram: Histogram, unheard: number): Latency {
  const { count, min, max, sum } = histogram
  const at = (name: QuantileName) =>
    count >= samplesNeeded(name) && unheard < 1 - quantiles[name] ? histogram.percentile(quantiles[name]) : null
  const exact = count > 0 ? { min, max } : { min: null, max: null }
  const percentiles = { p50: at('p50'), p90: at('p90'), p99: at('p99'), p999: at('p999') }
  return { count, ...exact, sum, ...percentiles, hdr: count > 0 ? encodeHdr(histogram.sparse()) : '' }
}

function loadOf({ load, connections }: Settings, achievedPerSec: number): Trial['load'] {
  return {
    model: load.model,
    requestedPerSec: load.model === 'open' ? load.ratePerSec : null,
    achievedPerSec,
    connections,
    inFlight: load.model === 'closed' ? load.inFlight : null,
  }
}

/** The client's side of every byte count: it is the side that exists on any server. */
function bytesOf({ reports }: TrialOutcome, { payload }: Settings): Trial['bytes'] {
  const clients = reports.filter(({ member }) => member.role === 'client').map(({ report }) => report)
  const sum = (of: (report: (typeof clients)[number]) => number) => clients.reduce((total, one) => total + of(one), 0)
  return {
    payload: {
      up: sum(({ messages }) => messages.sent) * payload.sizeBytes,
      down: sum(({ messages }) => messages.received) * payload.sizeBytes,
    },
    wire: { up: sum(({ wire }) => wire.up), down: sum(({ wire }) => wire.down) },
  }
}

function processOf(role: Role, usage: Usage): Trial['processes'][number] {
  return { role, ...usage }
}

/** Sequence numbers start at 0, so the first one inside the window says how many came before it. */
function warmupMessages({ sents }: TrialOutcome): number {
  return sents.reduce((sum, sent) => sum + sent.from, 0)
}

/** The record of a pair that cannot work: nothing was started, and the reason says why. */
export function unsupportedTrial(planned: PlannedTrial, workers: number, startedAt: string, lacking: string): Trial {
  const nothing: TrialOutcome = {
    window: null,
    sents: [],
    reports: [],
    gone: 0,
    reasons: [],
    connectNs: 0,
    settleNs: 0,
    wallNs: 0,
  }
  const trial = assembleTrial(planned, workers, startedAt, nothing)
  return { ...trial, verdict: 'unsupported', reasons: [{ code: 'unsupported', message: lacking }], warnings: [] }
}
