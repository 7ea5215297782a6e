/** How late the open loop sends: actual minus intended send time, and what that costs the client. */
import type { Command } from 'commander'
import { monotonicClock } from '../src/clock.ts'
import type { Trial } from '../src/result.ts'
import { readLimits } from '../src/runner/limits.ts'
import { measureTrial } from '../src/runner/measure.ts'
import type { Settings } from '../src/scenario/settings.ts'
import { loadTransport } from '../src/transports/index.ts'
import { echo } from '../src/workloads/echo.ts'
import { median } from './median.ts'
import { micros, passFail, percent, table, whole } from './table.ts'

/** Where a target is set, and what it is. */
const TARGETS: Readonly<Record<number, { readonly text: string; isMet(row: Row): boolean }>> = {
  100: { text: 'cpu < 50 %', isMet: ({ cpuShare }) => cpuShare < 0.5 },
  10000: { text: 'p50 < 50 µs, p99 < 1 ms', isMet: ({ p50Ns, p99Ns }) => p50Ns < 50e3 && p99Ns < 1e6 },
}

interface Flags {
  readonly transport: string
  readonly rates: number[]
  readonly connections: number
  readonly rounds: number
  readonly seconds: number
}

interface Row {
  readonly p50Ns: number
  readonly p99Ns: number
  readonly maxNs: number
  /** The client's share of a core, its spinning among it. */
  readonly cpuShare: number
  readonly spinShare: number
  readonly gcShare: number
  readonly achievedPerSec: number
}

export const summary = 'Send lag of the open loop: how late messages leave, and what the waiting costs'

export function addFlags(command: Command): Command {
  return command
    .option('--transport <name>', 'one transport', 'tcp')
    .option(
      '--rates <rates>',
      'messages/s, separated by commas',
      (text) => text.split(',').map(Number),
      [100, 1_000, 10_000, 50_000],
    )
    .option('--connections <count>', 'connections', Number, 50)
    .option('--rounds <count>', 'runs of each rate, the rates in turn', Number, 5)
    .option('--seconds <count>', 'measured part of a run; longer where 1,100 messages need it', Number, 3)
}

export async function bench(flags: Flags): Promise<boolean> {
  console.log(`${summary}.
Echo over ${flags.transport}, ${flags.connections} connections, uniform arrivals; medians of ${flags.rounds} runs, and the range of p99.
cpu: the client's share of a core; spin: the part of it that was fine waiting.
`)
  const runs = new Map<number, Row[]>(flags.rates.map((rate) => [rate, []]))
  for (let round = 0; round < flags.rounds; round++) {
    for (const [rate, rows] of runs) rows.push(await measure(rate, flags))
  }
  let passed = true
  const rows = Array.from(runs, ([rate, results]) => {
    const row = medianRow(results)
    const target = TARGETS[rate]
    const isPassed = target?.isMet(row) ?? true
    passed &&= isPassed
    const p99 = results.map(({ p99Ns }) => p99Ns)
    return [
      `${whole(rate)}/s`,
      micros(row.p50Ns),
      micros(row.p99Ns),
      `${micros(Math.min(...p99))} to ${micros(Math.max(...p99))}`,
      micros(row.maxNs),
      `${whole(row.achievedPerSec)}/s`,
      percent(row.cpuShare),
      percent(row.spinShare),
      `${(row.gcShare * 100).toFixed(2)} %`,
      target?.text ?? '',
      target ? passFail(isPassed) : '',
    ]
  })
  const head = ['offered', 'p50', 'p99', 'range of p99', 'max', 'achieved', 'cpu', 'spin', 'gc', 'target', '']
  console.log(table(head, rows))
  return passed
}

async function measure(ratePerSec: number, { transport, connections, seconds }: Flags): Promise<Row> {
  const durationNs = Math.max(seconds, 1_100 / ratePerSec) * 1e9
  const settings: Settings = {
    connections,
    payload: { sizeBytes: 64, kind: 'text' },
    load: { model: 'open', ratePerSec, arrivals: 'uniform' },
    warmupNs: 1e9,
    warmupMessages: 0,
    durationNs,
    timeoutNs: 2e9,
    workers: 1,
    highWaterBytes: 65_536,
    parameters: {},
  }
  const epochNs = process.hrtime.bigint()
  const surroundings = { epochNs, clock: monotonicClock(epochNs), limits: readLimits(), workload: echo }
  const planned = { id: 'send-lag', block: 0, order: 0, seed: 1 }
  const subject = { label: transport, transport }
  const record = { ...planned, subject, point: { at: {}, settings } }
  const { traits } = await loadTransport(transport)
  return rowOf(await measureTrial(record, traits, surroundings, new AbortController().signal))
}

function rowOf({ latency, load, processes, durationNs, verdict, reasons }: Trial): Row {
  const client = processes.find(({ role }) => role === 'client')
  const lag = latency.sendLag
  if (verdict === 'invalid' || !client || !lag || lag.p50 === null || lag.p99 === null || lag.max === null) {
    throw new Error(`a run failed: ${reasons.map(({ message }) => message).join('; ')}`)
  }
  return {
    p50Ns: lag.p50,
    p99Ns: lag.p99,
    maxNs: lag.max,
    cpuShare: (client.cpuUserNs + client.cpuSystemNs) / durationNs,
    spinShare: client.spinNs / durationNs,
    gcShare: (client.gcNs ?? 0) / durationNs,
    achievedPerSec: load.achievedPerSec,
  }
}

function medianRow(rows: readonly Row[]): Row {
  const of = (pick: (row: Row) => number) => median(rows.map(pick))
  return {
    p50Ns: of((row) => row.p50Ns),
    p99Ns: of((row) => row.p99Ns),
    maxNs: of((row) => row.maxNs),
    cpuShare: of((row) => row.cpuShare),
    spinShare: of((row) => row.spinShare),
    gcShare: of((row) => row.gcShare),
    achievedPerSec: of((row) => row.achievedPerSec),
  }
}
