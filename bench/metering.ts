/** What it costs to take the costs: a saturated echo whose processes are metered as in a trial, and by turns are not. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { monotonicClock } from '../src/clock.ts'
import type { Assignment, Role } from '../src/control.ts'
import { medianInterval95 } from '../src/stats/spread.ts'
import type { Window } from '../src/workload.ts'
import { untilQuiet, watchOthers } from './machine.ts'
import { median } from './median.ts'
import { isMetered, type Ready, type Setup, type Used } from './metering/side.ts'
import { readingNs } from './metering/wire.ts'
import { type ClosedLoop, settingsOf } from './pair.ts'
import { micros, passFail, table, whole } from './table.ts'

const SIDE = fileURLToPath(new URL('./metering/main.js', import.meta.url))
const LEAD_NS = 100e6
const SLOWEST_MS = 30_000
/** So much may metering cost; or so little that an interval of this width cannot tell it from nothing. */
const TARGET = 0.02
const NARROW = 0.1

interface Flags {
  readonly transports: string[]
  readonly connections: number
  readonly inFlight: number
  readonly rounds: number
  readonly pairs: number
  readonly turn: number
  readonly patience: number
}

/** Of one turn, server and client together. */
interface Figures {
  readonly perSec: number
  readonly cpuNs: number
}

/** Two turns next to each other. */
interface Both {
  readonly without: Figures
  readonly metered: Figures
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
      measured.push(...(await measure(loop, 2 * pairs)))
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

function columns(all: readonly Both[], of: (figures: Figures) => number, show: (value: number) => string): string[] {
  return [median(all.map(({ without }) => of(without))), median(all.map(({ metered }) => of(metered)))].map(show)
}

/** @param of what is worse when it is more */
function compare(all: readonly Both[], of: (figures: Figures) => number): { isPassed: boolean; row: string[] } {
  const costs = all.map(({ without, metered }) => of(metered) / of(without) - 1)
  const [least = 0, most = 0] = medianInterval95(costs) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const isNothing = least <= 0 && most >= 0
  const isPassed = median(costs) <= TARGET || (isNothing && most - least <= NARROW)
  const cost = `${share(median(costs))}${isNothing ? ', not measurable' : ''}`
  return { isPassed, row: [cost, `${share(least)} to ${share(most)}`, `<= ${TARGET * 100} %`, passFail(isPassed)] }
}

function nanos(ns: number): string {
  return `${whole(ns)} ns`
}

function share(value: number): string {
  return `${value >= 0 ? '+' : ''}${(value * 100).toFixed(1)} %`
}

async function measure(loop: ClosedLoop, turns: number): Promise<Both[]> {
  const epochNs = process.hrtime.bigint()
  const common: Omit<Assignment, 'role' | 'channels'> = {
    index: 0,
    group: 'client',
    connections: loop.connections,
    workers: 1,
    checks: false,
    epochNs: String(epochNs),
    transport: loop.transport,
    workload: 'echo',
    settings: settingsOf(loop),
    seed: 1,
  }
  const sides: Side[] = []
  const begin = (role: Role, end: number, address?: string): Side => {
    const channels = { first: 0, step: 1, end }
    const side = startSide({
      assignment: { ...common, role, channels, ...(address !== undefined && { address }) },
      turns,
    })
    sides.push(side)
    return side
  }
  try {
    const server = begin('server', 0)
    const { address } = await server.said<Ready>()
    const client = begin('client', loop.connections, address)
    await client.said<Ready>()
    const startNs = monotonicClock(epochNs).nowNs() + LEAD_NS
    const warmNs = startNs + loop.warmupMs * 1e6
    for (const side of sides) side.tell({ startNs, warmNs, endNs: warmNs + loop.windowMs * 1e6 })
    const limitMs = loop.windowMs + SLOWEST_MS
    const [served, driven] = await Promise.all([server.said<Used[]>(limitMs), client.said<Used[]>(limitMs)])
    return pairsOf(driven.map((used, turn) => figuresOf(used, served[turn])))
  } finally {
    await Promise.all(sides.map((side) => side.stop()))
  }
}

/** The turns of two processes do not end at quite the same time: CPU is by the second in each. Only the client counts messages. */
function figuresOf(client: Used, server: Used | undefined): Figures {
  if (!server) throw new Error('the server has told of fewer turns than the client')
  const perSec = (client.messages / 2 / client.tookNs) * 1e9
  return { perSec, cpuNs: ((client.cpuNs / client.tookNs + server.cpuNs / server.tookNs) / perSec) * 1e9 }
}

function pairsOf(turns: readonly Figures[]): Both[] {
  return turns.flatMap((first, turn) => {
    const second = turns[turn + 1]
    if (turn % 2 === 1 || !second) return []
    return isMetered(turn) ? [{ metered: first, without: second }] : [{ without: first, metered: second }]
  })
}

interface Side {
  tell(window: Window): void
  /** The next thing it says. @throws Error when it ends, or says nothing for too long */
  said<What>(limitMs?: number): Promise<What>
  stop(): Promise<void>
}

function startSide(setup: Setup): Side {
  const child: ChildProcess = fork(SIDE, [JSON.stringify(setup)], { execArgv: ['--expose-gc'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    tell: (window) => {
      child.send(window)
    },
    said: <What>(limitMs = SLOWEST_MS) =>
      new Promise<What>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('a process of the echo did not answer')), limitMs)
        child.once('message', (what) => {
          clearTimeout(limit)
          resolve(what as What)
        })
        ended.then(() => {
          clearTimeout(limit)
          reject(new Error('a process of the echo ended early'))
        })
      }),
    async stop() {
      child.kill()
      await ended
    },
  }
}
