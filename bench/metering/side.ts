/** One side of an echo in a process of its own, by turns metered as a trial's processes are, and not at all. */
import { monotonicClock } from '../../src/clock.ts'
import type { Assignment } from '../../src/control.ts'
import { type EngineHost, engineHost } from '../../src/runner/host.ts'
import { type UsageMeter, usageMeter } from '../../src/runner/usage.ts'
import type { Endpoint, Options, Transport } from '../../src/transport.ts'
import { loadTransport } from '../../src/transports/index.ts'
import type { Window } from '../../src/workload.ts'
import { findWorkload } from '../../src/workloads/index.ts'

export interface Setup {
  readonly assignment: Assignment
  /** The window is so many turns of the same length; the first is not metered, nor the fourth, nor the fifth. */
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
}

/** Not metered, metered, metered, not metered: whatever drifts steadily is on both sides alike. */
export function isMetered(turn: number): boolean {
  return turn % 4 === 1 || turn % 4 === 2
}

/** Runs in a process that was started with a setup. */
export async function run({ assignment, turns }: Setup): Promise<void> {
  const { transport: name, settings, role, epochNs } = assignment
  const clock = monotonicClock(BigInt(epochNs))
  const transport = await loadTransport(name)
  const engine = engineHost(assignment, transport.traits, clock)
  const options: Options = {
    kind: settings.payload.kind === 'binary' ? 'binary' : 'text',
    answers: 'each',
    highWaterBytes: settings.highWaterBytes,
  }
  const { half, endpoint, address } =
    role === 'server'
      ? await serve(transport, engine, options)
      : drive(transport, engine, options, assignment.address ?? '')
  await half.prepare()
  process.on('message', async (window: Window) => {
    engine.open(window)
    const used = measure(window)
    const sent = await half.start(window)
    tell(await used)
    await half.settle(sent, clock.nowNs())
  })
  process.on('disconnect', () => process.exit(0))
  tell({ address })

  /** What all turns have in common is that the CPU time and the messages are read at their ends. */
  async function measure({ warmNs, endNs, startNs }: Window): Promise<Used[]> {
    const used: Used[] = []
    const until = (ns: number) => new Promise((resolve) => setTimeout(resolve, (ns - clock.nowNs()) / 1e6))
    await until(warmNs)
    for (let turn = 0; turn < turns; turn++) {
      const turnEndNs = warmNs + ((endNs - warmNs) * (turn + 1)) / turns
      const before = { cpu: process.cpuUsage(), messages: engine.activity.messages, nowNs: clock.nowNs() }
      let meter: UsageMeter | undefined
      if (isMetered(turn)) {
        meter = usageMeter(engine.activity)
        meter.watch({ startNs, warmNs: before.nowNs, endNs: turnEndNs }, before.nowNs)
        endpoint.wire()
      }
      await until(turnEndNs)
      meter?.finish()
      if (meter) endpoint.wire()
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

function tell(what: Ready | readonly Used[]): void {
  process.send?.(what)
}
