/** rtbench's server of rooms against a naive loop over all clients, on the same library, with the same client for both. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { startMember } from '../src/runner/member.ts'
import type { FanOutFigures, FanOutSetup } from './fan-out/client.ts'
import { median, spread } from './median.ts'
import { figuresOf } from './process.ts'
import { alternate } from './rounds.ts'
import { passFail, percent, table, whole } from './table.ts'

const PAYLOAD_BYTES = 100
const SLOWEST_CONNECT_MS = 60_000

interface Flags {
  readonly transports: string[]
  readonly subscribers: number
  readonly bursts: number[]
  readonly rounds: number
  readonly warmup: number
  readonly window: number
  readonly patience: number
}

export const summary =
  "Deliveries of rtbench's server of rooms against `for (c of clients) c.send(m)` on the same library"

export function addFlags(command: Command): Command {
  const list = (text: string) => text.split(',')
  return command
    .option('--transports <names>', 'ws, sse, grpc', list, ['ws', 'sse', 'grpc'])
    .option('--subscribers <count>', 'in one room', Number, 1000)
    .option('--bursts <counts>', 'messages a tick of the server', (text) => list(text).map(Number), [1, 16])
    .option('--rounds <count>', 'alternating rounds', Number, 5)
    .option('--warmup <ms>', 'before each window', Number, 1000)
    .option('--window <ms>', 'measured part of a round', Number, 1500)
    .option('--patience <seconds>', 'longest wait for a quiet machine before each round', Number, 10)
}

export async function bench(flags: Flags): Promise<boolean> {
  console.log(`${summary}.
One publisher, ${flags.subscribers} subscribers in one room, payload ${PAYLOAD_BYTES} bytes; a fresh server and a fresh client, which counts bytes, for each
measurement; warm-up ${flags.warmup} ms, window ${flags.window} ms; medians of ${flags.rounds} rounds in turning order, ± half the range. cpu: share of one core
the client took: near 100 % it is the client that is measured. By CPU: the ratio of deliveries for a second of the server's CPU
time, which says the same where others share the machine. Again: rounds that were measured again, because foreign processes
took more than a quarter of a core.
`)
  const rows: string[][] = []
  let passed = true
  for (const transport of flags.transports) {
    for (const burst of flags.bursts) {
      const { results, disturbed } = await hold(transport, burst, flags)
      const rates = (figures: readonly FanOutFigures[]) => figures.map(({ deliveriesPerSec }) => deliveriesPerSec)
      const [naive, own] = [rates(results.naive), rates(results.rtbench)]
      const ratio = median(own) / median(naive)
      const target = targetOf(transport, burst)
      const isPassed = ratio >= target
      passed &&= isPassed
      const shares = [results.naive, results.rtbench].map((figures) =>
        percent(median(figures.map(({ cpuShare }) => cpuShare))),
      )
      const [naiveShare = '', ownShare = ''] = shares
      const work = (figures: readonly FanOutFigures[]) => median(figures.map(({ perServerSecond }) => perServerSecond))
      const byWork = work(results.rtbench) / work(results.naive)
      const columns = [whole(median(naive)), spread(naive), naiveShare, whole(median(own)), spread(own), ownShare]
      const row = [
        transport,
        String(burst),
        ...columns,
        byWork.toFixed(2),
        ratio.toFixed(2),
        `>= ${target}`,
        passFail(isPassed),
      ]
      rows.push([...row, String(disturbed)])
      console.error(row.join('  '))
    }
  }
  const head = [
    'fan-out',
    'a tick',
    'naive/s',
    '',
    'cpu',
    'rtbench/s',
    '',
    'cpu',
    'by CPU',
    'ratio',
    'target',
    '',
    'again',
  ]
  console.log(table(head, rows))
  return passed
}

/** Sharing a write gains most where the library does not do it by itself: node:http and node:http2 do. */
function targetOf(transport: string, burst: number): number {
  if (transport !== 'ws') return 1
  return burst === 1 ? 1.15 : 3
}

function hold(transport: string, burst: number, { subscribers, rounds, warmup, window, patience }: Flags) {
  const setup = { subscribers, burst, payloadBytes: PAYLOAD_BYTES, warmupMs: warmup, windowMs: window }
  const contestants = {
    naive: () => withNaive(transport, (server) => measure(transport, { ...setup, ...server })),
    rtbench: () => withOwn(transport, setup, (server) => measure(transport, { ...setup, ...server })),
  }
  return alternate<keyof typeof contestants, FanOutFigures>(contestants, rounds, [], patience * 1e3)
}

type Server = Pick<FanOutSetup, 'address' | 'pid'>

function measure(transport: string, setup: FanOutSetup): Promise<FanOutFigures> {
  const limitMs = SLOWEST_CONNECT_MS + setup.warmupMs + setup.windowMs
  return figuresOf<FanOutFigures>('./fan-out/client.js', [transport, JSON.stringify(setup)], limitMs)
}

async function withNaive<T>(transport: string, use: (server: Server) => Promise<T>): Promise<T> {
  const entry = fileURLToPath(new URL('./bare/servers/main.js', import.meta.url))
  const server = fork(entry, [transport], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    const [address] = await once(server, 'message')
    return await use({ address: String(address), pid: server.pid ?? 0 })
  } finally {
    const gone = once(server, 'exit')
    server.kill()
    await gone
  }
}

async function withOwn<T>(
  transport: string,
  { subscribers, payloadBytes }: Pick<FanOutSetup, 'subscribers' | 'payloadBytes'>,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const server = startMember('server', 0)
  try {
    const { address } = await server.prepare({
      role: 'server',
      index: 0,
      group: '',
      channels: { first: 0, step: 1, end: 0 },
      connections: subscribers + 1,
      workers: 1,
      checks: false,
      epochNs: String(process.hrtime.bigint()),
      transport,
      workload: 'fan-out',
      seed: 1,
      settings: {
        connections: subscribers + 1,
        payload: { sizeBytes: payloadBytes, kind: 'text' },
        load: { model: 'saturate' },
        warmupNs: 0,
        warmupMessages: 0,
        durationNs: 1e9,
        timeoutNs: 5e9,
        workers: 1,
        highWaterBytes: 65_536,
        parameters: {
          subscribers,
          publishers: 1,
          rooms: 1,
          strategy: 'immediate',
          slow: undefined,
          buffer: { limit: undefined, policy: undefined },
        },
      },
    })
    return await use({ address: address ?? '', pid: server.pid })
  } finally {
    await server.stop()
  }
}
