/** One of rtbench's servers, and rtbench's own client measured on it as often as one likes, each time in a fresh process. */
import { monotonicClock } from '../src/clock.ts'
import type { Assignment } from '../src/control.ts'
import { Histogram } from '../src/engine/histogram.ts'
import { startMember } from '../src/runner/member.ts'
import type { Settings } from '../src/scenario/settings.ts'

/** Between the order to start and the start: time for the message to arrive. */
const LEAD_NS = 50e6

export interface ClosedLoop {
  readonly transport: string
  readonly connections: number
  readonly inFlight: number
  readonly payloadBytes: number
  readonly warmupMs: number
  readonly windowMs: number
}

export interface ClientFigures {
  /** Replies a second inside the window. */
  readonly perSec: number
  /** CPU time of the client over wall time. */
  readonly cpuShare: number
  readonly p50Ns: number
}

export interface Pair {
  /** The server's process. */
  readonly pid: number
  readonly address: string
  /** rtbench's client, connected afresh. */
  measure(): Promise<ClientFigures>
  stop(): Promise<void>
}

export async function startPair(loop: ClosedLoop): Promise<Pair> {
  const epochNs = process.hrtime.bigint()
  const clock = monotonicClock(epochNs)
  const common: Omit<Assignment, 'role'> = {
    index: 0,
    group: 'client',
    channels: { first: 0, step: 1, end: 0 },
    connections: loop.connections,
    workers: 1,
    checks: false,
    epochNs: String(epochNs),
    transport: loop.transport,
    workload: 'echo',
    settings: settingsOf(loop),
    seed: 1,
  }
  const server = startMember('server', 0)
  const { address } = await server.prepare({ ...common, role: 'server' })
  if (address === undefined) throw new Error('the server has no address')

  return {
    pid: server.pid,
    address,
    async measure() {
      const client = startMember('client', 0)
      try {
        await client.prepare({
          ...common,
          role: 'client',
          address,
          channels: { first: 0, step: 1, end: loop.connections },
        })
        const startNs = clock.nowNs() + LEAD_NS
        const warmNs = startNs + loop.warmupMs * 1e6
        const windowNs = loop.windowMs * 1e6
        const sent = await client.start({ startNs, warmNs, endNs: warmNs + windowNs })
        await client.settle(sent, clock.nowNs() + 2e9)
        const { recording, usage } = await client.finish()
        const response = new Histogram()
        for (const slice of recording.slices) response.add(slice.response)
        return {
          perSec: (recording.receivedInside / windowNs) * 1e9,
          cpuShare: (usage.cpuUserNs + usage.cpuSystemNs) / windowNs,
          p50Ns: response.percentile(0.5),
        }
      } finally {
        await client.stop()
      }
    },
    stop: () => server.stop(),
  }
}

export function settingsOf({ connections, inFlight, payloadBytes, warmupMs, windowMs }: ClosedLoop): Settings {
  return {
    connections,
    payload: { sizeBytes: payloadBytes, kind: 'text' },
    load: { model: 'closed', inFlight },
    warmupNs: warmupMs * 1e6,
    warmupMessages: 0,
    durationNs: windowMs * 1e6,
    timeoutNs: 2e9,
    workers: 1,
    highWaterBytes: 65_536,
    parameters: {},
  }
}
