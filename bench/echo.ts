/** rtbench's closed-loop echo against a bare loop over the same library, on the same server process. */
import type { Command } from 'commander'
import { transportNames } from '../src/transports/index.ts'
import type { Figures } from './bare/loop.ts'
import { median, spread } from './median.ts'
import { type ClosedLoop, startPair } from './pair.ts'
import { figuresOf } from './process.ts'
import { alternate } from './rounds.ts'
import { passFail, percent, table, whole } from './table.ts'

const SLOWEST_CONNECT_MS = 60_000
/** Libraries that leave it to their user whether the messages of a tick share a write. */
const COALESCABLE = ['tcp', 'ws']

interface Flags {
  readonly transports: string[]
  readonly connections: number[]
  readonly inFlight: number[]
  readonly rounds: number
  readonly warmup: number
  readonly window: number
  readonly patience: number
}

/** What one configuration came to, a figure a round. */
interface Contest {
  readonly loop: ClosedLoop
  readonly rounds: Readonly<Record<Contestant, readonly Figures[]>>
  readonly disturbed: number
}

/** `plain` is the bare loop that makes no effort to share writes. */
type Contestant = 'bare' | 'rtbench' | 'plain'

export const summary = `rtbench's closed-loop echo against bare loops that use the same libraries and do nothing else`

export function addFlags(command: Command): Command {
  const list = (text: string) => text.split(',')
  const numbers = (text: string) => list(text).map(Number)
  return command
    .option('--transports <names>', 'separated by commas', list, ['tcp', 'ws', 'grpc', 'sse'])
    .option('--connections <counts>', 'separated by commas', numbers, [1, 100, 1000])
    .option('--in-flight <counts>', 'messages under way a connection, separated by commas', numbers, [1, 16])
    .option('--rounds <count>', 'alternating rounds', Number, 5)
    .option('--warmup <ms>', 'before each window', Number, 500)
    .option('--window <ms>', 'measured part of a round', Number, 1500)
    .option('--patience <seconds>', 'longest wait for a quiet machine before each round', Number, 10)
}

export async function bench(flags: Flags): Promise<boolean> {
  console.log(`${summary}.
One server process a configuration. A round measures every client once, in a fresh process, in turning order; warm-up
${flags.warmup} ms, window ${flags.window} ms, 64-byte payload. Medians of ${flags.rounds} rounds, ± half the range. cpu: share of one core the client took.
"plain" is the bare loop without shared writes. Ratio: rtbench / bare. Again: rounds that were measured again,
because foreign processes took more than a quarter of a core.
`)
  const rows: string[][] = []
  let passed = true
  for (const transport of flags.transports) {
    if (!transportNames.includes(transport)) {
      console.log(`${transport}: not built in, left out`)
      continue
    }
    for (const inFlight of flags.inFlight) {
      for (const connections of flags.connections) {
        const times = { warmupMs: flags.warmup, windowMs: flags.window }
        const contest = await hold({ transport, connections, inFlight, payloadBytes: 64, ...times }, flags)
        const { row, isPassed } = judge(contest)
        rows.push(row)
        passed &&= isPassed
        console.error(row.join('  '))
      }
    }
  }
  const head = [
    'echo',
    'conns',
    'in flight',
    'bare/s',
    '',
    'cpu',
    'rtbench/s',
    '',
    'cpu',
    'ratio',
    'target',
    '',
    'plain/s',
  ]
  console.log(table(head, rows))
  return passed
}

async function hold(loop: ClosedLoop, { rounds, patience }: Flags): Promise<Contest> {
  const pair = await startPair(loop)
  const { transport, warmupMs, windowMs } = loop
  const bare = (coalesce: boolean) => {
    const setup = JSON.stringify({ ...loop, address: pair.address, coalesce })
    return figuresOf<Figures>('./bare/main.js', [transport, setup], SLOWEST_CONNECT_MS + warmupMs + windowMs)
  }
  const two = { bare: () => bare(true), rtbench: () => pair.measure() }
  const plainDiffers = loop.inFlight > 1 && COALESCABLE.includes(transport)
  const contestants = plainDiffers ? { ...two, plain: () => bare(false) } : two
  try {
    // The server's code warms up once, before the first round.
    await bare(true)
    const { results, disturbed } = await alternate<keyof typeof contestants, Figures>(
      contestants,
      rounds,
      [pair.pid],
      patience * 1e3,
    )
    return { loop, rounds: { plain: [], ...results }, disturbed }
  } finally {
    await pair.stop()
  }
}

/** One in flight is bound by system calls, more of them by what the engine does for each message. */
function targetOf({ transport, inFlight }: ClosedLoop): number {
  if (inFlight === 1) return 0.9
  return transport === 'tcp' ? 0.6 : 0.8
}

function judge({ loop, rounds, disturbed }: Contest): { row: string[]; isPassed: boolean } {
  const rates = (figures: readonly Figures[]) => figures.map(({ perSec }) => perSec)
  const columns = (figures: readonly Figures[]) => [
    whole(median(rates(figures))),
    spread(rates(figures)),
    percent(median(figures.map(({ cpuShare }) => cpuShare))),
  ]
  const ratio = median(rates(rounds.rtbench)) / median(rates(rounds.bare))
  const target = targetOf(loop)
  const isPassed = ratio >= target
  const row = [
    loop.transport,
    String(loop.connections),
    String(loop.inFlight),
    ...columns(rounds.bare),
    ...columns(rounds.rtbench),
    ratio.toFixed(2),
    `>= ${target}`,
    passFail(isPassed),
    rounds.plain.length > 0 ? whole(median(rates(rounds.plain))) : '',
    String(disturbed),
  ]
  return { row, isPassed }
}
