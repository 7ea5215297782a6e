/** What it costs to take the costs: a saturated echo whose processes are metered as in a trial, and by turns are not. */
import type { Command } from 'commander'
import { columns, compare, nanos } from './cost.ts'
import { untilQuiet, watchOthers } from './machine.ts'
import { median } from './median.ts'
import { readingNs } from './metering/wire.ts'
import { settingsOf } from './pair.ts'
import { micros, table, whole } from './table.ts'
import { type Both, byTurns } from './turns.ts'

interface Flags {
  readonly transports: string[]
  readonly connections: number
  readonly inFlight: number
  readonly rounds: number
  readonly pairs: number
  readonly turn: number
  readonly patience: number
}

export const summary =
  'What metering costs: CPU, memory, event loop, GC and wire bytes taken as in a trial, and by turns not'

export function addFlags(command: Command): Command {
  return command
    .option('--transports <names>', 'separated by commas', (text) => text.split(','), ['tcp', 'ws'])
    .option('--connections <count>', 'connections', Number, 100)
    .option('--in-flight <count>', 'messages under way a connection', Number, 16)
    .option('--rounds <count>', 'rounds with fresh processes', Number, 4)
    .option('--pairs <count>', 'pairs of turns in a round', Number, 12)
    .option('--turn <ms>', 'length of a turn', Number, 1000)
    .option('--patience <seconds>', 'longest wait for a quiet machine before each round', Number, 10)
}

export async function bench(flags: Flags): Promise<boolean> {
  const { transports, connections, inFlight, rounds, pairs, turn, patience } = flags
  console.log(`${summary}.
Closed-loop echo, ${connections} connections, ${inFlight} in flight each, 64-byte payload; ${rounds} rounds with a fresh server and a fresh client, each of ${pairs} pairs
of turns of ${turn} ms next to each other, one metered and one not. Cost: the median of the pairs' ratios, with its 95 % interval; one with 0
in it says that no cost was measurable. Others: what other processes took meanwhile, in cores. A trial begins and ends metering once in its window, these once a turn.
`)
  const rows: string[][] = []
  let passed = true
  for (const transport of transports) {
    const windowMs = 2 * pairs * turn
    const loop = { transport, connections, inFlight, payloadBytes: 64, warmupMs: 1000, windowMs }
    const measured: Both[] = []
    const others: number[] = []
    for (let round = 0; round < rounds; round++) {
      await untilQuiet(patience * 1e3)
      const taken = watchOthers([])
      measured.push(...(await byTurns({ transport, settings: settingsOf(loop), extra: 'metering', turns: 2 * pairs })))
      others.push(taken())
    }
    const cpu = compare(measured, ({ cpuNs }) => cpuNs)
    const time = compare(measured, ({ perSec }) => 1 / perSec)
    const cores = median(others).toFixed(2)
    rows.push([`${transport}: CPU of a message`, ...columns(measured, ({ cpuNs }) => cpuNs, nanos), ...cpu.row, cores])
    rows.push([`${transport}: messages/s`, ...columns(measured, ({ perSec }) => perSec, whole), ...time.row, cores])
    passed &&= cpu.isPassed && time.isPassed
  }
  console.log(table(['', 'without', 'metered', 'cost', '95 % interval', 'target', '', 'others'], rows))
  console.log(
    '\nWire bytes are counted by the sockets all the time; a trial reads them twice, outside of its window. One reading:',
  )
  for (const sockets of [100, 1000]) console.log(`  ${sockets} sockets: ${micros(await readingNs(sockets))}`)
  return passed
}
