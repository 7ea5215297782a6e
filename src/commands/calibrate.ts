/** What a machine can tell apart: its conditions, its floors, and its noise, by measuring the same twice. */
import { examine } from '../doctor/examine.ts'
import { type NullWorkload, nullWorkload } from '../doctor/null-workload.ts'
import type { Blocks, Gate } from '../gate.ts'
import type { Calibration, Trial, Verdict } from '../result.ts'
import type { RunEnd } from '../runner/blocks.ts'
import { describeEnvironment } from '../runner/environment.ts'
import { type RunWatcher, runScenario } from '../runner/run.ts'
import type { Scenario, Settings } from '../scenario.ts'
import { compareSideBySide } from '../stats/comparison.ts'
import { figureOf } from '../stats/figure.ts'
import { noiseOf } from '../stats/noise.ts'
import { median, range } from '../stats/spread.ts'
import type { Transport } from '../transport.ts'
import { findWorkload } from '../workloads/index.ts'
import { transportsOf } from './catalog.ts'
import { figuresOf } from './result.ts'

export interface Examination {
  /** Its first subject at its first point is measured twice a block. */
  readonly scenario: Scenario
  /** At least 6; fewer tell nothing. */
  readonly blocks: number
  /** One round for the floors. */
  readonly quick: boolean
  readonly aborted: AbortSignal
  /** What comes next, in a few words. */
  begins(stage: string): void
  /** Shows the trials of a scenario that is about to run. */
  watch(scenario: Scenario): RunWatcher & { close(): void }
}

const BASE = 'base'
const HEAD = 'head'

/** @throws what `aborted` says, when it ends it */
export async function calibrate(examination: Examination): Promise<Calibration> {
  const { scenario, blocks, aborted, begins } = examination
  begins('conditions of this machine')
  const checks = await examine(aborted)
  aborted.throwIfAborted()
  begins('floors of this machine')
  const floors = await floorsOf(examination)
  begins(`noise: the same twice, ${blocks} blocks`)
  const gate = gateOf(scenario)
  const { trials, setAside } = await measure(sameTwice(scenario, gate, blocks), examination)
  return {
    measuredAt: new Date().toISOString(),
    environment: describeEnvironment(),
    checks,
    floors,
    subject: subjectOf(scenario),
    minEffect: gate.minEffect,
    blocks,
    doubts: [
      ...doubtsOf(trials),
      ...setAside.map(({ cause }) => `${cause.code}, a block was measured again: ${cause.message}`),
    ],
    noise: noiseOf(trials, gate, compareSideBySide(trials, gate, figuresOf(findWorkload(scenario.workload)))),
  }
}

/** The first subject at the first point, under two names. */
function sameTwice(scenario: Scenario, gate: Gate, blocks: number): Scenario {
  const { search: _, ...rest } = scenario
  const [subject] = scenario.subjects
  const subjects = subject ? [BASE, HEAD].map((label) => ({ ...subject, label })) : []
  return { ...rest, subjects, points: scenario.points.slice(0, 1), gate, blocks: exactly(blocks) }
}

function gateOf({ rules }: Scenario): Gate {
  return { ...rules, base: BASE, head: HEAD }
}

function exactly(blocks: number): Blocks {
  return { least: blocks, most: blocks, auto: false, budgetNs: null }
}

async function measure(scenario: Scenario, { aborted, watch }: Examination): Promise<RunEnd> {
  const transports = await transportsOf(scenario)
  const traitsOf = (transport: string) => (transports.get(transport) as Transport).traits
  const watcher = watch(scenario)
  const workload = findWorkload(scenario.workload)
  const input = { scenario, workload, traitsOf, keep: () => {}, aborted, watcher }
  // The number of blocks is fixed: nobody asks how precise they are.
  const precisionOf = () => ({ reached: false, widest: null, metric: null })
  const end = await runScenario({ ...input, precisionOf }).finally(() => watcher.close())
  aborted.throwIfAborted()
  return end
}

/** `echo over tcp, open loop at 2000/s, 10 connections, 128 B text, 1 s a trial` */
function subjectOf({ workload, subjects, points }: Scenario): string {
  const settings = points[0]?.settings
  const over = `${workload} over ${subjects[0]?.transport ?? 'nothing'}`
  if (!settings) return over
  const { connections, payload, durationNs } = settings
  const about = [loadText(settings), `${connections} connections`, `${payload.sizeBytes} B ${payload.kind}`]
  return [over, ...about, `${durationNs / 1e9} s a trial`].join(', ')
}

function loadText({ load }: Settings): string {
  if (load.model === 'open') return `open loop at ${load.ratePerSec}/s`
  return load.model === 'closed' ? `closed loop, ${load.inFlight} in flight each` : 'saturated'
}

function doubtsOf(trials: readonly Trial[]): string[] {
  const causes = new Map<string, { count: number; text: string; verdict: Verdict }>()
  for (const { verdict, reasons, warnings } of trials) {
    if (verdict === 'valid') continue
    for (const { code, message } of reasons.length > 0 ? reasons : warnings) {
      const cause = causes.get(code) ?? { count: 0, text: `e.g. ${message}`, verdict }
      cause.count++
      causes.set(code, cause)
    }
  }
  return [...causes].map(
    ([code, { count, text, verdict }]) => `${verdict}, ${code}, ${count} of ${trials.length} trials: ${text}`,
  )
}

type Floor = Calibration['floors'][number]

const ROUNDS = 3

async function floorsOf(examination: Examination): Promise<Floor[]> {
  const rounds = examination.quick ? 1 : ROUNDS
  const nulls: NullWorkload[] = []
  for (let round = 0; round < rounds; round++) {
    nulls.push(await nullWorkload())
    examination.aborted.throwIfAborted()
  }
  const { trials } = await measure(rawEcho(examination.scenario, rounds), examination)
  const floor = (name: string, metric: string, unit: Floor['unit'], figures: readonly (number | null)[]): Floor => {
    const known = figures.filter((figure) => figure !== null)
    return { name, metric, unit, median: median(known), range: range(known) }
  }
  const of = (metric: string) => trials.map((trial) => figureOf(trial, metric))
  const beside = trials.map(({ phases }) => phases.connectNs + phases.settleNs + phases.overheadNs)
  return [
    floor('raw TCP echo', 'latency.p50', 'ns', of('latency.p50')),
    floor('raw TCP echo', 'latency.p99', 'ns', of('latency.p99')),
    floor('raw TCP echo', 'throughput.messagesPerSec', 'messages/s', of('throughput.messagesPerSec')),
    floor('raw TCP echo', 'cpu.serverPerMessageNs', 'ns', of('cpu.serverPerMessageNs')),
    floor(
      'null workload',
      'throughput.messagesPerSec',
      'messages/s',
      nulls.map((one) => one.messagesPerSec),
    ),
    floor(
      'null workload',
      'sendLag.p50',
      'ns',
      nulls.map((one) => one.sendLagP50),
    ),
    floor(
      'null workload',
      'sendLag.p99',
      'ns',
      nulls.map((one) => one.sendLagP99),
    ),
    floor('a trial beside its window', 'phases', 'ns', beside),
  ]
}

/** One message under way on one connection of the plainest transport, in real processes. */
function rawEcho(scenario: Scenario, blocks: number): Scenario {
  const { search: _, gate: _none, ...rest } = scenario
  const settings: Settings = {
    connections: 1,
    payload: { sizeBytes: 128, kind: 'text' },
    load: { model: 'closed', inFlight: 1 },
    warmupNs: 300e6,
    warmupMessages: 0,
    durationNs: 500e6,
    timeoutNs: 5e9,
    workers: 1,
    highWaterBytes: 65_536,
    parameters: {},
  }
  const subjects = [{ label: 'raw TCP', transport: 'tcp' }]
  const points = [{ at: {}, settings }]
  return { ...rest, name: 'floor', workload: 'echo', subjects, points, thresholds: [], blocks: exactly(blocks) }
}
