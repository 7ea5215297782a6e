/** Whether somebody else's client, on the same server, finds the same figures as rtbench's. */
import type { Command } from 'commander'
import type { Figures, Setup } from './independent/samples.ts'
import { median, spread } from './median.ts'
import { type ClosedLoop, startPair } from './pair.ts'
import { figuresOf } from './process.ts'
import { alternate } from './rounds.ts'
import { micros, passFail, table, whole } from './table.ts'

const AGREEMENT = 0.1
const SLOWEST_MS = 30_000

interface Flags {
  readonly transports: string[]
  readonly connections: number[]
  readonly rounds: number
  readonly warmup: number
  readonly window: number
  readonly patience: number
}

export const summary = 'Throughput and p50 as rtbench sees them, and as a small client without its code does'

export function addFlags(command: Command): Command {
  const list = (text: string) => text.split(',')
  return command
    .option('--transports <names>', 'tcp, ws', list, ['tcp', 'ws'])
    .option('--connections <counts>', 'separated by commas', (text) => list(text).map(Number), [10, 100])
    .option('--rounds <count>', 'alternating rounds', Number, 9)
    .option('--warmup <ms>', 'before each window', Number, 500)
    .option('--window <ms>', 'measured part of a round', Number, 2000)
    .option('--patience <seconds>', 'longest wait for a quiet machine before each round', Number, 10)
}

export async function bench(flags: Flags): Promise<boolean> {
  console.log(`${summary}.
Closed loop, 1 message in flight a connection, 64-byte payload, one server process for both; fresh clients in alternating order,
warm-up ${flags.warmup} ms, window ${flags.window} ms; medians of ${flags.rounds} rounds, ± half the range. They agree when they differ by at most ${AGREEMENT * 100} %.
Again: rounds that were measured again, because foreign processes took more than a quarter of a core.
`)
  const rows: string[][] = []
  let passed = true
  for (const transport of flags.transports) {
    for (const connections of flags.connections) {
      const times = { warmupMs: flags.warmup, windowMs: flags.window }
      const both = await measureBoth({ transport, connections, inFlight: 1, payloadBytes: 64, ...times }, flags)
      const subject = `${transport}, ${connections} x 1`
      const rate = compare(`${subject}: messages/s`, both, ({ perSec }) => perSec, whole)
      const p50 = compare(`${subject}: p50`, both, ({ p50Ns }) => p50Ns, micros)
      rows.push(rate.row, p50.row)
      passed &&= rate.agrees && p50.agrees
    }
  }
  console.log(table(['', 'independent', '', 'rtbench', '', 'rtbench / independent', 'target', '', 'again'], rows))
  return passed
}

interface Both {
  readonly independent: readonly Figures[]
  readonly own: readonly Figures[]
  readonly disturbed: number
}

async function measureBoth(loop: ClosedLoop, { rounds, patience }: Flags): Promise<Both> {
  const pair = await startPair(loop)
  const { connections, payloadBytes, warmupMs, windowMs } = loop
  const setup: Setup = { address: pair.address, connections, payloadBytes, warmupMs, windowMs }
  const foreign = () => figuresOf<Figures>('./independent/main.js', [loop.transport, JSON.stringify(setup)], SLOWEST_MS)
  try {
    // The server's code warms up once, before the first round.
    await foreign()
    const contestants = { independent: foreign, own: (): Promise<Figures> => pair.measure() }
    const { results, disturbed } = await alternate<keyof typeof contestants, Figures>(
      contestants,
      rounds,
      [pair.pid],
      patience * 1e3,
    )
    return { ...results, disturbed }
  } finally {
    await pair.stop()
  }
}

function compare(
  name: string,
  { independent, own, disturbed }: Both,
  of: (figures: Figures) => number,
  show: (value: number) => string,
): { row: string[]; agrees: boolean } {
  const theirs = independent.map(of)
  const ours = own.map(of)
  const ratio = median(ours) / median(theirs)
  const agrees = Math.abs(ratio - 1) <= AGREEMENT
  const target = `${1 - AGREEMENT} to ${1 + AGREEMENT}`
  const figures = [show(median(theirs)), spread(theirs), show(median(ours)), spread(ours)]
  return { row: [name, ...figures, ratio.toFixed(2), target, passFail(agrees), String(disturbed)], agrees }
}
