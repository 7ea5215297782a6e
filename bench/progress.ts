/** What it costs to show a run while it runs: processes that tell of their progress once a second, and by turns do not. */
import { serialize } from 'node:v8'
import type { Command } from 'commander'
import { noProgress, type Progress, type Role } from '../src/control.ts'
import { seededRandom } from '../src/engine/random.ts'
import { Recorder } from '../src/engine/recorder.ts'
import { Pulse } from '../src/progress/pulse.ts'
import { linesOf } from '../src/progress/scene.ts'
import type { Settings } from '../src/scenario/settings.ts'
import { columns, compare, nanos } from './cost.ts'
import { untilQuiet, watchOthers } from './machine.ts'
import { median } from './median.ts'
import { settingsOf } from './pair.ts'
import { micros, table, whole } from './table.ts'
import { type Both, byTurns } from './turns.ts'

interface Flags {
  readonly transports: string[]
  readonly connections: number
  readonly rate: number
  readonly rounds: number
  readonly pairs: number
  readonly turn: number
  readonly patience: number
}

export const summary = 'What live progress costs: told, added up and drawn as in a run, and by turns not'

export function addFlags(command: Command): Command {
  return command
    .option('--transports <names>', 'separated by commas', (text) => text.split(','), ['tcp', 'ws'])
    .option('--connections <count>', 'connections', Number, 100)
    .option('--rate <count>', 'messages a second, where they are scheduled', Number, 5000)
    .option('--rounds <count>', 'rounds with fresh processes', Number, 3)
    .option('--pairs <count>', 'pairs of turns in a round', Number, 6)
    .option('--turn <seconds>', 'length of a turn', Number, 2)
    .option('--patience <seconds>', 'longest wait for a quiet machine before each round', Number, 10)
}

export async function bench(flags: Flags): Promise<boolean> {
  const { transports, connections, rate, rounds, pairs, turn, patience } = flags
  console.log(`${summary}.
Echo, ${connections} connections, 64-byte payload: closed loop with 16 in flight each, and open loop at ${whole(rate)}/s; ${rounds} rounds with a fresh server and a
fresh client, each of ${pairs} pairs of turns of ${turn} s next to each other. With: both processes send a message in every second, and this one adds them up and draws
them twice. Cost: the median of the pairs' ratios, with its 95 % interval; one with 0 in it says that no cost was measurable. Others: what other processes took meanwhile, in cores.
`)
  const windowMs = 2 * pairs * turn * 1000
  const rows: string[][] = []
  let passed = true
  for (const transport of transports) {
    const closed = settingsOf({ transport, connections, inFlight: 16, payloadBytes: 64, warmupMs: 1000, windowMs })
    const open: Settings = { ...closed, load: { model: 'open', ratePerSec: rate, arrivals: 'uniform' } }
    for (const [name, settings] of [['closed', closed] as const, ['open', open] as const]) {
      const measured: Both[] = []
      const others: number[] = []
      for (let round = 0; round < rounds; round++) {
        await untilQuiet(patience * 1e3)
        const taken = watchOthers([])
        measured.push(...(await byTurns({ transport, settings, extra: 'progress', turns: 2 * pairs, heard: show() })))
        others.push(taken())
      }
      const cores = median(others).toFixed(2)
      const row = (figure: string, cells: string[], { row: compared }: { row: string[] }) =>
        rows.push([`${transport}, ${name}: ${figure}`, ...cells, ...compared, cores])
      const cpu = compare(measured, ({ cpuNs }) => cpuNs)
      const p99 = compare(measured, ({ p99Ns }) => p99Ns)
      row(
        'CPU of a message',
        columns(measured, ({ cpuNs }) => cpuNs, nanos),
        cpu,
      )
      row(
        'p99',
        columns(measured, ({ p99Ns }) => p99Ns, micros),
        { row: [...p99.row.slice(0, 2), '', ''] },
      )
      passed &&= cpu.isPassed
      if (name !== 'closed') continue
      const time = compare(measured, ({ perSec }) => 1 / perSec)
      row(
        'messages/s',
        columns(measured, ({ perSec }) => perSec, whole),
        time,
      )
      passed &&= time.isPassed
    }
  }
  console.log(table(['', 'without', 'with', 'cost', '95 % interval', 'target', '', 'others'], rows))
  console.log(
    `\n${one()}\n\nThe p99 of single turns is shown and decides nothing: on a shared machine it varies by more than any message could add.`,
  )
  return passed
}

/** What a message takes of the process that tells it, and of the one that shows it; both once and twice a second. */
function one(): string {
  const recorder = new Recorder(true)
  const random = seededRandom(1)
  recorder.open({ startNs: 0, warmNs: 0, endNs: 10e9 })
  for (let nowNs = 1e9; nowNs < 9e9; nowNs += 10_000) {
    const responseNs = Math.round(20_000 / (1.0001 - random()))
    recorder.received(nowNs, nowNs - responseNs)
    recorder.delivered(nowNs, nowNs - responseNs, 1000)
  }
  const make = (): Progress => ({ ...noProgress, atNs: 9e9, ...recorder.soFar() })
  const progress = make()
  const shown = show()
  const making = medianNs(() => serialize({ progress: make() }))
  const drawing = medianNs(() => shown('client', progress)) / 2
  const size = serialize({ progress }).byteLength
  return `One message of a client with ${whole(800_000)} samples: ${micros(making)} to make, ${whole(size)} B; ${micros(drawing)} to add up and draw.`
}

function medianNs(act: () => unknown): number {
  const times = Array.from({ length: 201 }, () => {
    const startedNs = process.hrtime.bigint()
    act()
    return Number(process.hrtime.bigint() - startedNs)
  })
  return median(times)
}

/** Adds up and draws, twice for each message that comes. */
function show(): (from: Role, progress: Progress) => void {
  const last = { server: { progress: noProgress }, client: { progress: noProgress } }
  const pulse = new Pulse({ startNs: 0, warmNs: 0, endNs: Number.MAX_SAFE_INTEGER }, Object.values(last))
  return (from, progress) => {
    last[from].progress = progress
    const scene = {
      place: '1/1',
      scenario: 'progress',
      subject: 'echo',
      details: '',
      phase: 'measuring',
      over: 0.5,
      left: '',
    }
    for (let redraw = 0; redraw < 2; redraw++)
      linesOf({ ...scene, reading: pulse.read() }, { columns: 80, rows: 24, ascii: false })
  }
}
