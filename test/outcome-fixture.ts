/** Invented accounts of processes that were never started, for tests of what is made of them. */
import { type Member, noProgress, type Report, type Role } from '../src/control.ts'
import { Recorder } from '../src/engine/recorder.ts'
import { type Blocks, type GateRules, gatedMetrics, gatePresets } from '../src/gate.ts'
import type { Recording } from '../src/recording.ts'
import type { PlannedTrial } from '../src/runner/plan.ts'
import type { TrialOutcome } from '../src/runner/trial.ts'
import type { Settings } from '../src/scenario.ts'
import type { Got, Sent, Window } from '../src/workload.ts'

/** One second of warm-up, two of measuring. */
export const window: Window = { startNs: 1e9, warmNs: 2e9, endNs: 4e9 }

export const settings: Settings = {
  connections: 3,
  payload: { sizeBytes: 100, kind: 'text' },
  load: { model: 'open', ratePerSec: 1000, arrivals: 'uniform' },
  warmupNs: window.warmNs - window.startNs,
  warmupMessages: 0,
  durationNs: window.endNs - window.warmNs,
  timeoutNs: 5e9,
  workers: null,
  highWaterBytes: 65536,
  parameters: {},
}

export function fixedBlocks(count: number): Blocks {
  return { least: count, most: count, auto: false, budgetNs: null }
}

export const rules: GateRules = { ...gatePresets, metrics: gatedMetrics('open') }

export function plannedWith(changes: Partial<Settings> = {}): PlannedTrial {
  return {
    id: '0007-memory',
    block: 2,
    order: 1,
    subject: { label: 'the memory', transport: 'memory' },
    point: { at: { rate: '1000/s' }, settings: { ...settings, ...changes } },
    seed: 5,
  }
}

/** A source that sent `sent` messages in the window, none before it. */
export function sentOf(source: number, sent: number, changes: Partial<Sent> = {}): Sent {
  return { source, from: 0, to: sent, scheduled: sent, sent, skipped: 0, errors: {}, ...changes }
}

/** A subscriber that got the first `next` messages of the source of its number. */
export function gotOf(source: number, next: number, changes: Partial<Got> = {}): Got {
  return {
    subscriber: source,
    source,
    owed: [[0, Number.POSITIVE_INFINITY]],
    next,
    missing: [],
    timedOut: [],
    state: 'open',
    ordered: true,
    relay: false,
    duplicate: 0,
    outOfOrder: 0,
    corrupt: 0,
    unreadable: 0,
    late: 0,
    replayed: 0,
    ...changes,
  }
}

/** One measured message. */
export interface Sample {
  readonly intendedNs: number
  readonly nowNs: number
  readonly lagNs: number
}

export function recordingOf(samples: readonly Sample[], scheduled = true): Recording {
  const recorder = new Recorder(scheduled)
  recorder.open(window)
  for (const { intendedNs, nowNs, lagNs } of samples.toSorted((one, other) => one.nowNs - other.nowNs)) {
    recorder.sent(lagNs)
    recorder.received(nowNs, intendedNs)
    recorder.delivered(nowNs, intendedNs, lagNs)
  }
  return recorder.finish()
}

export const usage: Report['usage'] = {
  cpuUserNs: 5,
  cpuSystemNs: 6,
  rssBytes: 7,
  peakRssBytes: 8,
  heldBeforeBytes: 3,
  heldSettledBytes: 4,
  spinNs: 1,
  eventLoopDelayP99: 9,
  eventLoopDelayMax: 2_000_000,
  eventLoopUtilization: 0.2,
  gcMaxNs: 1_000_000,
  gcCount: 2,
  gcNs: 2,
}

/** What a process of that role handed over; it recorded nothing unless it is said what. */
export function handedOver(role: Role, changes: Partial<Report> = {}, index = 0): TrialOutcome['reports'][number] {
  const report: Report = {
    part: { got: [] },
    recording: recordingOf([]),
    usage,
    wire: { up: 0, down: 0 },
    payload: { up: 0, down: 0 },
    messages: { up: 0, down: 0 },
    ...changes,
  }
  return { member: memberOf(role, index), report }
}

function memberOf(role: Role, index: number): Member {
  const never = () => Promise.reject(new Error('there is no such process'))
  return {
    role,
    index,
    group: role === 'client' ? 'client' : '',
    pid: 0,
    ended: Promise.resolve('was never started'),
    progress: noProgress,
    prepare: never,
    start: never,
    settle: never,
    retire: never,
    finish: never,
    cut() {},
    stop: never,
    freeze() {},
    kill() {},
  }
}

export function outcomeOf(changes: Partial<TrialOutcome> = {}): TrialOutcome {
  return {
    window,
    sents: [],
    reports: [],
    gone: 0,
    reasons: [],
    connectNs: 0,
    settleNs: 0,
    wallNs: 0,
    machine: null,
    ...changes,
  }
}
