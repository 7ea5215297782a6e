/** One side of an echo in a process of its own that by turns does something extra, as a trial's processes do, and does not. */
import { monotonicClock } from '../../src/clock.ts'
import type { Assignment, Progress } from '../../src/control.ts'
import { Histogram } from '../../src/engine/histogram.ts'
import { type EngineHost, engineHost } from '../../src/runner/host.ts'
import { usageMeter } from '../../src/runner/usage.ts'
import type { Endpoint, Options, Transport } from '../../src/transport.ts'
import { loadTransport } from '../../src/transports/index.ts'
import type { Window } from '../../src/workload.ts'
import { findWorkload } from '../../src/workloads/index.ts'

export interface Setup {
  readonly assignment: Assignment
  /** Whether its costs are metered, or it tells of its progress once a second. */
  readonly extra: 'metering' | 'progress'
  /** The window is so many turns of the same length, of whole seconds; the first has nothing extra, nor the fourth, nor the fifth. */
  readonly turns: number
}

/** The first thing this process says; empty of a client. */
export interface Ready {
  readonly address: string
}

/** What a process used in one turn. */
export interface Used {
  readonly cpuNs: number
  /** Sent and received. */
  readonly messages: number
  readonly tookNs: number
  /** Of the response times; null of a server. */
  readonly p99Ns: number | null
}

/** What a process tells while it is measured. */
export interface Told {
  readonly progress: Progress
}

/** Without, with, with, without: whatever drifts steadily is on both sides alike. */
export function hasExtra(turn: number): boolean {
  return turn % 4 === 1 || turn % 4 === 2
}

/** Runs in a process that was started with a setup. */
export async function run({ assignment, extra, turns }: Setup): Promise<void> {
  const { transport: name, settings, role, epochNs } = assignment
  const clock = monotonicClock(BigInt(epochNs))
  const transport = await loadTransport(name)
  const engine = engineHost(assignment, transport.traits, clock)
  const options: Options = {
    kind: settings.payload.kind === 'binary' ? 'binary' : 'text',
    answers: 'each',
    highWaterBytes: settings.highWaterBytes,
  }
  const extras = { metering, progress }
  const { half, endpoint, address } =
    role === 'server'
      ? await serve(transport, engine, options)
      : drive(transport, engine, options, assignment.address ?? '')
  await half.prepare()
  process.on('message', async (window: Window) => {
    engine.open(window)
    const measured = measure(window)
    const sent = await half.start(window)
    const used = await measured
    const slices = role === 'client' ? engine.recording().slices : []
    const turnNs = (window.endNs - window.warmNs) / turns
    tell(
      used.map((one, turn) => {
        const own = slices.filter(({ atNs }) => Math.floor(atNs / turnNs) === turn)
        const response = new Histogram()
        for (const slice of own) response.add(slice.response)
        return { ...one, p99Ns: own.length > 0 ? response.percentile(0.99) : null }
      }),
    )
    await half.settle(sent, clock.nowNs())
  })
  process.on('disconnect', () => process.exit(0))
  tell({ address })

  /** As `start` and `finish` of a trial's process do it. */
  function metering(turn: Window): () => void {
    const meter = usageMeter(engine.activity)
    meter.watch(turn, turn.warmNs)
    endpoint.wire()
    return () => {
      meter.finish()
      endpoint.wire()
    }
  }

  /** In the middle of every second. */
  function progress(): () => void {
    let ticking: NodeJS.Timeout | undefined
    const say = () => tell({ progress: engine.progress() })
    const first = setTimeout(() => {
      say()
      ticking = setInterval(say, 1000)
    }, 500)
    return () => {
      clearTimeout(first)
      clearInterval(ticking)
    }
  }

  /** What all turns have in common is that the CPU time and the messages are read at their ends. */
  async function measure({ warmNs, endNs, startNs }: Window): Promise<Omit<Used, 'p99Ns'>[]> {
    const used: Omit<Used, 'p99Ns'>[] = []
    const until = (ns: number) => new Promise((resolve) => setTimeout(resolve, (ns - clock.nowNs()) / 1e6))
    await until(warmNs)
    for (let turn = 0; turn < turns; turn++) {
      const turnEndNs = warmNs + ((endNs - warmNs) * (turn + 1)) / turns
      const before = { cpu: process.cpuUsage(), messages: engine.activity.messages, nowNs: clock.nowNs() }
      const end = hasExtra(turn) ? extras[extra]({ startNs, warmNs: before.nowNs, endNs: turnEndNs }) : () => {}
      await until(turnEndNs)
      end()
      const { user, system } = process.cpuUsage(before.cpu)
      used.push({
        cpuNs: (user + system) * 1e3,
        messages: engine.activity.messages - before.messages,
        tookNs: clock.nowNs() - before.nowNs,
      })
    }
    return used
  }
}

async function serve<F>(over: Transport<F>, { host }: EngineHost, options: Options) {
  const half = findWorkload('echo').serve<F>(host, () => listener)
  const listener = await over.listen(options, (channel) => half.accept(channel))
  return { half, endpoint: listener as Endpoint, address: listener.address }
}

function drive(over: Transport, { host }: EngineHost, options: Options, serverAddress: string) {
  const dialer = over.dial(serverAddress, options)
  return { half: findWorkload('echo').drive(host, dialer), endpoint: dialer as Endpoint, address: '' }
}

function tell(what: Ready | Told | readonly Used[]): void {
  process.send?.(what)
}
