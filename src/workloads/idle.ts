import type { Channel, Closed, Dialer, Heartbeat, Receiver, ServerChannel } from '../transport.ts'
import type { Inlet, Pace, Pair, Source, Workload } from '../workload.ts'
import { type Counted, censusOf, type State } from './idle-census.ts'
import { type ClientView, concludeIdle } from './idle-conclusion.ts'
import { Registry } from './idle-registry.ts'

const parameters = {
  connectRate: {
    kind: 'rate',
    preset: '2000/s',
    from: '100/s',
    to: '100000/s',
    text: 'Connections that all clients together open a second, at the most.',
  },
  probes: {
    kind: 'whole',
    preset: 100,
    from: 1,
    to: 1_000_000,
    text: 'Connections that get the messages of the load, spread evenly over all; the others get none.',
  },
  heartbeat: {
    kind: 'group',
    always: false,
    text: 'Signs of life by the transport’s own means; a peer that misses them is dead, and cut.',
    keys: {
      every: { kind: 'duration', preset: '1s', from: '10ms', to: '1h', text: 'How often a sign of life is asked for.' },
      missed: { kind: 'whole', preset: 2, from: 1, to: 100, text: 'So many missed in a row, and the peer is dead.' },
    },
  },
} as const

/** Says in a client's greeting that its connection is none of the measured ones. */
const RUN_IN = 'run-in'
/** Enough for the compiler; many more would leave room that others then fill. */
const RUN_IN_CONNECTIONS = 100
/** What compiles in the background takes a good deal of memory until it is done. */
const RUN_IN_NS = 300e6

/** Very many connections that hardly speak; now and then the server wakes one of a sample. */
export const idle: Workload<typeof parameters> = {
  name: 'idle',
  summary: 'very many connections that hardly speak, a few of which the server wakes now and then',
  latency: 'from the intended send time at the server to the receipt by a client whose connection was idle',
  needs: { push: true },
  parameters,
  loads: ['open'],
  defaultLoad: { rate: '20/s' },
  // Rare messages are the point; a tail of thousands would make them frequent or the trial long.
  samplesFor: 'p50',
  figures: {
    'memory.serverPerConnection': {
      head: 'server/conn',
      unit: 'bytes',
      better: 'lower',
      rank: 'essential',
      text: 'Memory that the server process grew by from before connecting until all had settled, for one connection.',
    },
    'memory.clientPerConnection': {
      head: 'client/conn',
      unit: 'bytes',
      better: 'lower',
      rank: 'essential',
      text: 'The same of all client processes.',
    },
    survivors: {
      head: 'alive',
      unit: 'share',
      better: 'higher',
      rank: 'essential',
      text: 'Connections that were open on both sides at the end, of those asked for.',
    },
    'dead.byServer': {
      head: 'found dead',
      unit: 'count',
      better: 'none',
      rank: 'full',
      text: 'Clients that missed their heartbeats and were cut; no figure where the server cannot find out.',
    },
    'dead.byClient': {
      head: 'server found dead',
      unit: 'count',
      better: 'none',
      rank: 'extra',
      text: 'Connections whose client found the server silent, and cut them.',
    },
    'establish.p50': {
      head: 'connect p50',
      unit: 'ns',
      better: 'lower',
      rank: 'full',
      text: 'Time to establish one connection.',
      of: ['establish', 'p50'],
    },
    'establish.p99': {
      head: 'connect p99',
      unit: 'ns',
      better: 'lower',
      rank: 'full',
      text: 'Time to establish one connection.',
      of: ['establish', 'p99'],
    },
    'connect.rate': {
      head: 'connects/s',
      unit: 'connections/s',
      better: 'higher',
      rank: 'full',
      text: 'Connections established a second, `connectRate` at the most.',
    },
    'cpu.serverIdle': {
      head: 'server idle CPU',
      unit: 'share',
      better: 'lower',
      rank: 'full',
      text: 'CPU of the server process while measuring, as a share of one core, without busy waiting.',
    },
    'cpu.clientIdle': {
      head: 'client idle CPU',
      unit: 'share',
      better: 'lower',
      rank: 'full',
      text: 'The same of all client processes.',
    },
    'memory.server': {
      head: 'server memory',
      unit: 'bytes',
      better: 'lower',
      rank: 'extra',
      text: 'Memory that the server process grew by from before connecting until all had settled.',
    },
    'memory.client': {
      head: 'client memory',
      unit: 'bytes',
      better: 'lower',
      rank: 'extra',
      text: 'The same of all client processes.',
    },
  },
  slopes: [
    { metric: 'memory.server', over: 'connections' },
    { metric: 'memory.client', over: 'connections' },
  ],
  cast: ({ connections }) => [{ group: 'client', channels: connections, processes: 'workers', sends: false }],
  ask: ({ heartbeat }) => (heartbeat ? { heartbeat: asAsked(heartbeat) } : {}),

  serve(host) {
    const registry = new Registry(host.connections, () => host.nowNs())
    const composer = host.composer()
    const header = { kind: 0, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
    const sample = sampleOf(host.connections, host.parameters.probes)
    const numbers = new Map(sample.map((id, number) => [id, number]))
    let pace: Pace | undefined
    let weighed = false

    /** A connection of the sample, under the number it has there. */
    const probe = (id: number, number: number): Source => ({
      number,
      get open() {
        return registry.at(id)?.state === 'open'
      },
      get full() {
        return registry.at(id)?.channel.full ?? true
      },
      emit(sequence, intendedNs, lagNs) {
        Object.assign(header, { source: number, sequence, intendedNs, lagNs })
        const message = composer.stamp(header)
        registry.at(id)?.channel.send(message)
        return message.length
      },
      abandon() {},
    })

    return {
      accept(channel: ServerChannel<unknown>): Receiver {
        if (channel.hello[RUN_IN]) return answering(channel)
        if (!weighed) host.weigh()
        weighed = true
        const entry = registry.enter(channel)
        const number = numbers.get(entry.id)
        return number === undefined ? entry : Object.assign(entry, { drain: () => pace?.drained(number) })
      },
      prepare: async () => {},
      start(window) {
        pace = host.pace(sample.map(probe), sample.length)
        return pace.run(window)
      },
      settle: async () => [],
      finish: () => ({ got: [], found: registry.read() }),
    }
  },

  drive(host, dialer) {
    const reader = host.reader()
    const sample = sampleOf(host.connections, host.parameters.probes)
    const numbers = new Map(sample.map((id, number) => [id, number]))
    const members: Member[] = []
    let connecting: Pair = [0, 0]
    let strays = 0
    let closedBecause: string | undefined

    /** One connection; one of the sample has an account. */
    class Member implements Receiver, Counted {
      readonly id: number
      state: State = 'open'
      closedNs = 0
      /** Held as an application would hold it. */
      channel: Channel | undefined
      private readonly inlet: Inlet | undefined

      constructor(id: number, inlet: Inlet | undefined) {
        this.id = id
        this.inlet = inlet
      }

      message(bytes: Uint8Array): void {
        if (!this.inlet) {
          strays++
          return
        }
        const state = reader.read(bytes)
        if (state === 'good') this.inlet.take(reader.header, bytes.length)
        else this.inlet.damaged(bytes.length, state === 'damaged' ? reader.header : undefined)
      }

      closed(why: Closed): void {
        this.state = why.by === 'heartbeat' ? 'dead' : 'closed'
        this.closedNs = host.nowNs()
        closedBecause ??= why.error?.message ?? (why.by === 'peer' ? 'the peer closed it' : undefined)
        this.inlet?.closed(why)
      }
    }

    return {
      async prepare() {
        for (const id of host.channels) {
          const number = numbers.get(id)
          members.push(new Member(id, number === undefined ? undefined : host.inbox.inlet(id, number)))
        }
        await runIn(dialer)
        await new Promise<void>((resolve) => host.after(RUN_IN_NS, resolve))
        host.weigh()
        const beganNs = host.nowNs()
        await host.connect(async (id, index) => {
          const member = members[index]
          if (member) member.channel = await dialer.connect(member, { id: String(id) })
        }, host.parameters.connectRate)
        connecting = [beganNs, host.nowNs()]
      },
      start: async () => [],
      settle: (owed, deadlineNs) => host.inbox.settle(owed, deadlineNs),
      finish() {
        const because = closedBecause === undefined ? {} : { closedBecause }
        const found: ClientView = { census: censusOf(members, host.nowNs()), connecting, strays, ...because }
        return { got: host.inbox.got(), found }
      },
    }
  },

  conclude: (evidence) => {
    const { heartbeat } = evidence.parameters
    return concludeIdle(evidence, heartbeat && asAsked(heartbeat))
  },
}

/**
 * What a process loads, compiles and sets aside with its first connections is no part of what a further one takes, so some
 * are opened and closed before anything is weighed.
 */
async function runIn(dialer: Dialer): Promise<void> {
  const opening = Array.from({ length: RUN_IN_CONNECTIONS }, async () => {
    let closed: () => void = () => {}
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    const receiver: Receiver = { message() {}, closed: () => closed() }
    return { channel: await dialer.connect(receiver, { [RUN_IN]: 'yes' }), gone }
  })
  const opened = await Promise.all(opening)
  for (const { channel } of opened) channel.close()
  await Promise.all(opened.map(({ gone }) => gone))
}

/** The server's side of it. */
function answering(channel: Channel): Receiver {
  return { message() {}, end: () => channel.close(), closed() {} }
}

function asAsked({ every, missed }: { readonly every: number; readonly missed: number }): Heartbeat {
  return { everyMs: every / 1e6, missed }
}

/** The connections that get probes, spread evenly: source n of the load is the nth of them. */
function sampleOf(connections: number, probes: number): number[] {
  const size = Math.min(connections, probes)
  return Array.from({ length: size }, (_, index) => Math.floor((index * connections) / size))
}
