import type { Member, Report, Usage } from '../control.ts'
import { Histogram } from '../engine/histogram.ts'
import { type Apart, joinLedger, type Ledger } from '../engine/ledger.ts'
import { sliceNsOf } from '../engine/recorder.ts'
import { handicapNote, type Injected } from '../handicap.ts'
import type { Trial } from '../result.ts'
import type { Settings } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Conclusion, FigureSpec, Workload } from '../workload.ts'
import { dueOf, judge } from './judge.ts'
import { excursionsOf, latencyOf, summary, timelineOf, withoutFewExcursions } from './latency.ts'
import { machineOf } from './machine.ts'
import type { PlannedTrial } from './plan.ts'
import type { TrialOutcome } from './trial.ts'

/** What a record says beside what its processes handed over. */
export interface Told {
  readonly workload: Workload
  readonly traits: Traits
  readonly workers: number
  readonly startedAt: string
}

/** Makes the record of one trial out of what its processes handed over. */
export function assembleTrial(planned: PlannedTrial, told: Told, outcome: TrialOutcome): Trial {
  const { workers, startedAt } = told
  const { settings } = planned.point
  const { handicap } = planned.subject
  const reports = outcome.reports.map(({ report }) => report)
  const { apart, ...ledger } = joinLedger(
    outcome.sents,
    reports.flatMap(({ part }) => part.got),
    outcome.gone,
  )
  const total = (part: 'receivedInside' | 'receivedApart' | 'receivedAgain' | 'carriedOver' | 'negative') =>
    reports.reduce((sum, { recording }) => sum + recording[part], 0)
  const seconds = settings.durationNs / 1e9
  const achievedPerSec = total('receivedInside') / seconds
  const conclusion = concludeWith(told, settings, outcome, { counts: ledger, apart })
  const measured = latencyOf(reports, settings, dueOf(ledger) - apart.expected)
  const excursions = excursionsOf(reports, measured.response)
  const latency = withoutFewExcursions(measured, excursions)
  const timeline = timelineOf(reports)
  const processes = outcome.reports.map(({ member, report }) => processOf(member, report.usage))
  const machine = machineOf(outcome.machine, ownCpuNs(outcome, processes))
  const incidents = told.workload.incidents?.(settings, settings.parameters) ?? []
  const judged = judge({
    outcome,
    excursions,
    timeline,
    sliceNs: sliceNsOf(settings.durationNs),
    processes,
    machine,
    frozen: [
      ...incidents.flatMap(({ kind }) => (kind === 'freeze-client' ? ['client' as const] : [])),
      ...(planned.subject.handicap?.freeze ? ['server' as const] : []),
    ],
    ledger,
    apart: { ...apart, achievedPerSec: total('receivedApart') / seconds },
    settings,
    latency,
    achievedPerSec,
    replayedPerSec: total('receivedAgain') / seconds,
    negative: total('negative'),
    carriedOver: total('carriedOver'),
    conclusion,
    samplesFor: told.workload.samplesFor ?? 'p99',
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
    counts: { ...ledger, ...(apart.expected > 0 && { apart }) },
    bytes: bytesOf(outcome),
    latency,
    timeline,
    processes,
    machine,
    injected: injectedBy(reports),
    phases: {
      connectNs: outcome.connectNs,
      settleNs: outcome.settleNs,
      overheadNs: overheadOf(outcome),
    },
    workload: workloadOf(told.workload, conclusion, reports, handicap && handicapNote(handicap)),
  }
}

function concludeWith(
  { workload, traits }: Told,
  settings: Settings,
  { reports, window }: TrialOutcome,
  ledger: { readonly counts: Ledger; readonly apart: Apart },
): Conclusion {
  if (!workload.conclude || !window) return {}
  const told = reports.map(({ member: { role, group }, report: { part, usage } }) => ({ role, group, part, usage }))
  return workload.conclude({ parameters: settings.parameters, settings, traits, ...ledger, reports: told })
}

/** What only this workload reports: histograms of all processes added up, figures of them, and what it concluded. */
function workloadOf(
  { figures }: Workload,
  conclusion: Conclusion,
  reports: readonly Report[],
  note: string | undefined,
): Trial['workload'] {
  const merged = new Map<string, Histogram>()
  for (const { recording } of reports) {
    for (const [name, sparse] of Object.entries(recording.histograms)) {
      const histogram = merged.get(name) ?? new Histogram()
      histogram.add(sparse)
      merged.set(name, histogram)
    }
  }
  const dueIn = (name: string, { count }: Histogram) => Math.max(count, conclusion.due?.[name] ?? 0)
  const histograms = Object.fromEntries([...merged].map(([name, one]) => [name, summary(one, dueIn(name, one))]))
  const at = (place: FigureSpec['of']): number | null => {
    const one = place && merged.get(place[0])
    if (!place || !one) return null
    // The maximum is the percentile 100: with one missing it is not known.
    const [name, point] = place
    return point === 'max' && dueIn(name, one) > one.count ? null : (histograms[name]?.[point] ?? null)
  }
  const values = Object.entries(figures).map(([name, { of, per }]) => {
    const value = of ? at(of) : (conclusion.figures?.[name] ?? null)
    if (!per) return [name, value] as const
    const base = at(per)
    return [name, value !== null && base ? value / base : null] as const
  })
  return {
    figures: Object.fromEntries(values),
    histograms,
    details: conclusion.details ?? {},
    notes: [...(note === undefined ? [] : [note]), ...(conclusion.notes ?? [])],
  }
}

/** What all servers did that a trial had, one after the other. */
function injectedBy(reports: readonly Report[]): Trial['injected'] {
  const all = reports.flatMap(({ injected }) => (injected ? [injected] : []))
  if (all.length === 0) return null
  const sum = (of: (one: Injected) => number) => all.reduce((total, one) => total + of(one), 0)
  return {
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    reordered: sum(({ reordered }) => reordered),
  }
}

/** Wall time beyond connecting, the window and settling: what running a trial itself costs. */
function overheadOf({ window, wallNs, connectNs, settleNs }: TrialOutcome): number {
  const measuringNs = window ? window.endNs - window.startNs : 0
  return Math.max(0, wallNs - connectNs - settleNs - measuringNs)
}

/** CPU time of all of the trial's processes; null where one of them did not tell. */
function ownCpuNs({ gone, reasons }: TrialOutcome, processes: Trial['processes']): number | null {
  if (gone > 0 || reasons.length > 0) return null
  return processes.reduce((sum, { cpuUserNs, cpuSystemNs }) => sum + cpuUserNs + cpuSystemNs, 0)
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
function bytesOf({ reports }: TrialOutcome): Trial['bytes'] {
  const clients = reports.filter(({ member }) => member.role === 'client').map(({ report }) => report)
  const sum = (of: (report: Report) => number) => clients.reduce((total, one) => total + of(one), 0)
  return {
    messages: { up: sum(({ messages }) => messages.up), down: sum(({ messages }) => messages.down) },
    payload: { up: sum(({ payload }) => payload.up), down: sum(({ payload }) => payload.down) },
    wire: { up: sum(({ wire }) => wire.up), down: sum(({ wire }) => wire.down) },
  }
}

function processOf({ role, group }: Member, usage: Usage): Trial['processes'][number] {
  return { role, group, ...usage }
}

/** The record of a pair that cannot work: nothing was started, and the reason says why. */
export function unsupportedTrial(planned: PlannedTrial, told: Told, lacking: string): Trial {
  const nothing: TrialOutcome = {
    window: null,
    sents: [],
    reports: [],
    gone: 0,
    reasons: [],
    connectNs: 0,
    settleNs: 0,
    wallNs: 0,
    machine: null,
  }
  const trial = assembleTrial(planned, told, nothing)
  return { ...trial, verdict: 'unsupported', reasons: [{ code: 'unsupported', message: lacking }], warnings: [] }
}
