/**
 * The process of a publisher and its subscribers: `client.js <transport> <setup as JSON>`; its figures go to the parent. It counts
 * what arrives and looks at nothing else, so that the server is what is measured; it is the same for every server.
 */
import { hrtime } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { composer } from '../../src/message.ts'
import { secondsOf } from '../machine.ts'

export interface FanOutSetup {
  /** `host:port` */
  readonly address: string
  /** The server's process. */
  readonly pid: number
  readonly subscribers: number
  /** Messages that reach the server in one read, and so fall into one tick of it. */
  readonly burst: number
  readonly payloadBytes: number
  readonly warmupMs: number
  readonly windowMs: number
}

export interface FanOutFigures {
  readonly deliveriesPerSec: number
  /** CPU time of the client over wall time. */
  readonly cpuShare: number
  /** The same by the CPU time of the server, where others share the machine: deliveries for each second of it. */
  readonly perServerSecond: number
}

/** How a protocol is spoken with as little as possible. */
export interface Wire {
  /** @param delivered called with the number of messages that one read brought */
  subscribe(setup: FanOutSetup, channel: number, delivered: (messages: number) => void): Promise<void>
  /** @returns what sends messages in one write */
  publish(setup: FanOutSetup, channel: number): Promise<(messages: readonly Buffer[]) => void>
}

const CONNECTING_AT_ONCE = 50

const wires: Readonly<Record<string, () => Promise<{ wire: Wire }>>> = {
  grpc: () => import('./grpc.ts'),
  sse: () => import('./sse.ts'),
  ws: () => import('./ws.ts'),
}

async function run(wire: Wire, setup: FanOutSetup): Promise<FanOutFigures> {
  const { pid, subscribers, burst, payloadBytes, warmupMs, windowMs } = setup
  const { stamp } = composer({ sizeBytes: payloadBytes, kind: 'text' })
  let sequence = 0
  let delivered = 0
  let wanted = Number.POSITIVE_INFINITY
  const publish = await wire.publish(setup, 0)
  const next = () => {
    const messages = Array.from({ length: burst }, () =>
      Buffer.from(stamp({ kind: 0, source: 0, sequence: sequence++, intendedNs: 0, lagNs: 0, position: 0 })),
    )
    // The next ones go up when the first of these comes down: while the server writes these, one burst waits for it and never two.
    wanted = (sequence - burst) * subscribers + 1
    publish(messages)
  }
  const count = (messages: number) => {
    delivered += messages
    if (delivered >= wanted) next()
  }
  for (let first = 1; first <= subscribers; first += CONNECTING_AT_ONCE) {
    const channels = Array.from(
      { length: Math.min(CONNECTING_AT_ONCE, subscribers - first + 1) },
      (_, at) => first + at,
    )
    await Promise.all(channels.map((channel) => wire.subscribe(setup, channel, count)))
  }
  next()
  await sleep(warmupMs)
  const before = delivered
  const cpuBefore = process.cpuUsage()
  const serverBefore = secondsOf(pid, false)
  const startedNs = hrtime.bigint()
  await sleep(windowMs)
  const seconds = Number(hrtime.bigint() - startedNs) / 1e9
  const { user, system } = process.cpuUsage(cpuBefore)
  const measured = delivered - before
  return {
    deliveriesPerSec: measured / seconds,
    cpuShare: (user + system) / 1e6 / seconds,
    perServerSecond: measured / (secondsOf(pid, false) - serverBefore),
  }
}

process.on('disconnect', () => process.exit(0))
const [transport = '', setup = ''] = process.argv.slice(2)
const load = wires[transport]
if (!load) throw new Error(`there is no counting client for ${transport}`)
const { wire } = await load()
const figures = await run(wire, JSON.parse(setup))
process.send?.(figures, () => process.exit(0))
