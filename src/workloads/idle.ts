import type { Channel, Closed, Receiver, ServerChannel } from '../transport.ts'
import type { Inlet, Pace, Pair, Source, Workload } from '../workload.ts'
import { type Counted, censusOf, type State } from './idle-census.ts'
import { type ClientView, conclude, figures } from './idle-conclusion.ts'
import { heartbeatOf, parameters, sampleOf } from './idle-parameters.ts'
import { Registry } from './idle-registry.ts'
import { answerRunIn, isRunIn, runIn } from './idle-run-in.ts'

/** What compiles in the background takes a good deal of memory until it is done. */
const SETTLE_NS = 300e6

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
  figures,
  slopes: [
    { metric: 'memory.server', over: 'connections' },
    { metric: 'memory.client', over: 'connections' },
  ],
  cast: ({ connections }) => [{ group: 'client', channels: connections, processes: 'workers', sends: false }],
  ask: (given) => {
    const heartbeat = heartbeatOf(given)
    return heartbeat ? { heartbeat } : {}
  },

  serve(host) {
    const registry = new Registry(host.connections, () => host.nowNs())
    const composer = host.composer()
    const header = { kind: 0, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
    const sample = sampleOf(host.connections, host.parameters)
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
        if (isRunIn(channel)) return answerRunIn(channel)
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
    const sample = sampleOf(host.connections, host.parameters)
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
        await new Promise<void>((resolve) => host.after(SETTLE_NS, resolve))
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

  conclude,
}
