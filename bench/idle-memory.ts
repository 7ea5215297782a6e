/** What an idle connection weighs in rtbench's own client, against a bare client of the same library. */
import type { Command } from 'commander'
import type { Weight } from './idle/weight.ts'
import { median, spread } from './median.ts'
import { startPair } from './pair.ts'
import { figuresOf } from './process.ts'
import { passFail, table } from './table.ts'

const TARGET = 1.2
const SLOWEST_MS = 300_000
const CONTESTANTS = ['bare', 'own'] as const

interface Flags {
  readonly transports: string[]
  readonly connections: number[]
  readonly rounds: number
}

export const summary = 'Resident memory of an idle connection at the client, against bare clients of the same libraries'

export function addFlags(command: Command): Command {
  const list = (text: string) => text.split(',')
  return command
    .option('--transports <names>', 'separated by commas', list, ['tcp', 'ws', 'grpc', 'sse'])
    .option('--connections <counts>', 'separated by commas', (text) => list(text).map(Number), [2000, 5000])
    .option('--rounds <count>', 'alternating rounds', Number, 3)
}

export async function bench({ transports, connections, rounds }: Flags): Promise<boolean> {
  console.log(`${summary}.
rtbench's server; clients in fresh processes, alternating. Growth of the resident set from 500 connections on, garbage collected before
and after; medians of ${rounds} rounds, ± half the range.
`)
  const rows: string[][] = []
  let passed = true
  for (const transport of transports) {
    for (const count of connections) {
      const weights = await weighAll(transport, count, rounds)
      const ratio = median(weights.own) / median(weights.bare)
      const isPassed = ratio <= TARGET
      passed &&= isPassed
      const columns = CONTESTANTS.flatMap((name) => [kib(median(weights[name])), spread(weights[name])])
      rows.push([transport, String(count), ...columns, ratio.toFixed(2), `<= ${TARGET}`, passFail(isPassed)])
    }
  }
  const head = ['KiB a connection', 'connections', 'bare', '', 'rtbench', '', 'ratio', 'target', '']
  console.log(table(head, rows))
  return passed
}

type Weights = Readonly<Record<(typeof CONTESTANTS)[number], number[]>>

async function weighAll(transport: string, connections: number, rounds: number): Promise<Weights> {
  const idle = { connections, inFlight: 1, payloadBytes: 64, warmupMs: 0, windowMs: 0 }
  const server = await startPair({ transport, ...idle })
  const setup = JSON.stringify({ address: server.address, connections })
  const weights: Weights = { bare: [], own: [] }
  const order = [...CONTESTANTS]
  try {
    for (let round = 0; round < rounds; round++) {
      for (const name of order) {
        const { bytesEach } = await figuresOf<Weight>(`./idle/${name}.js`, [transport, setup], SLOWEST_MS)
        weights[name].push(bytesEach)
      }
      order.reverse()
    }
  } finally {
    await server.stop()
  }
  return weights
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1)
}
