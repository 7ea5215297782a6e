import type { Header } from '../message.ts'
import type { Parameters } from '../parameter.ts'
import type { Channel, Closed, Receiver } from '../transport.ts'
import type { Complaint, Inlet, Pace, Source, Workload } from '../workload.ts'

const parameters = {
  slow: {
    kind: 'group',
    always: false,
    text: 'Consumers that stop reading again and again; their latency is told apart.',
    keys: {
      connections: { kind: 'whole', from: 1, to: 1_000_000, preset: 1, text: 'How many of the connections are slow.' },
      pause: {
        kind: 'duration',
        from: '1ms',
        to: '1min',
        preset: '100ms',
        text: 'How long a slow consumer does not read, each time it has read something.',
      },
    },
  },
} as const satisfies Parameters

/** Server push: each connection has a source of its own at the server, and is its only subscriber. */
export const stream: Workload<typeof parameters> = {
  name: 'stream',
  summary: 'the server sends to every client, at a rate or as fast as they take it',
  latency: 'from the intended send time at the server to the receipt at the client',
  needs: { push: true },
  parameters,
  loads: ['open', 'saturate'],
  defaultLoad: { saturate: true },
  figures: {
    'buffer.largest': {
      unit: 'bytes',
      better: 'lower',
      head: 'largest buffer',
      rank: 'full',
      text: 'The most that the server had queued for one connection, in payload bytes.',
    },
    'server.peakRss': {
      unit: 'bytes',
      better: 'lower',
      head: 'server peak',
      rank: 'extra',
      text: 'The most memory that the server process had in use.',
    },
    'slow.p50': {
      unit: 'ns',
      better: 'lower',
      head: 'slow p50',
      rank: 'extra',
      text: 'Median latency of the slow consumers, whose messages wait for them.',
      of: ['slow', 'p50'],
    },
    'slow.p99': {
      unit: 'ns',
      better: 'lower',
      head: 'slow p99',
      rank: 'extra',
      text: 'Latency of the slow consumers that 99 % of their messages do not exceed.',
      of: ['slow', 'p99'],
    },
  },
  cast: ({ connections }) => [{ group: 'client', channels: connections, processes: 'workers', sends: false }],

  check({ connections }, { slow }): Complaint[] {
    if (!slow || slow.connections < connections) return []
    const text = `must be less than connections, which is ${connections}; keep one that reads, or leave slow out`
    return [{ path: ['slow', 'connections'], text }]
  },

  serve(host) {
    const feeds: Feed[] = []
    const composer = host.composer()
    let pace: Pace | undefined
    let largestBufferBytes = 0

    /** What one connection is sent. */
    class Feed implements Source, Receiver {
      open = true
      readonly number: number
      private readonly index: number
      private readonly channel: Channel
      private readonly header: Header

      constructor(channel: Channel, number: number, index: number) {
        this.channel = channel
        this.number = number
        this.index = index
        this.header = { kind: 0, source: number, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
      }

      get full(): boolean {
        return this.channel.full
      }

      emit(sequence: number, intendedNs: number, lagNs: number): number {
        this.header.sequence = sequence
        this.header.intendedNs = intendedNs
        this.header.lagNs = lagNs
        const message = composer.stamp(this.header)
        this.channel.send(message)
        largestBufferBytes = Math.max(largestBufferBytes, this.channel.queuedBytes())
        return message.length
      }

      /** Nothing is answered here, so nothing is waited for. */
      abandon(): void {}

      /** A consumer has nothing to say. */
      message(): void {}

      drain(): void {
        pace?.drained(this.index)
      }

      end(): void {
        this.channel.close()
      }

      closed(): void {
        this.open = false
      }
    }

    return {
      accept(channel) {
        const feed = new Feed(channel, Number(channel.hello.channel), feeds.length)
        feeds.push(feed)
        return feed
      },
      prepare: async () => {},
      start(window) {
        pace = host.pace(feeds, host.connections)
        return pace.run(window)
      },
      settle: async () => [],
      finish: () => ({ got: [], found: { largestBufferBytes } }),
    }
  },

  drive(host, dialer) {
    const consumers: Consumer[] = []
    const reader = host.reader()
    const { slow } = host.parameters

    /** One channel's subscriber. */
    class Consumer implements Receiver {
      channel: Channel | undefined
      private readonly inlet: Inlet
      /** How long it does not read, each time it has read something. */
      private pauseNs: number
      private resting: (() => void) | undefined

      constructor(number: number) {
        const isSlow = slow !== undefined && number < slow.connections
        this.pauseNs = isSlow ? slow.pause : 0
        this.inlet = host.inbox.inlet(number, number, isSlow ? { histogram: 'slow' } : {})
      }

      message(bytes: Uint8Array): void {
        const state = reader.read(bytes)
        if (state === 'good') this.inlet.take(reader.header, bytes.length)
        else this.inlet.damaged(bytes.length, state === 'damaged' ? reader.header : undefined)
        // What had been read already still comes, while it rests.
        if (this.pauseNs > 0 && !this.resting) this.rest()
      }

      closed(why: Closed): void {
        this.pauseNs = 0
        this.resting?.()
        this.inlet.closed(why)
      }

      /** From now on it reads all that comes. */
      wake(): void {
        this.pauseNs = 0
        if (!this.resting) return
        this.resting()
        this.channel?.resume()
      }

      private rest(): void {
        this.channel?.pause()
        this.resting = host.after(this.pauseNs, () => {
          this.resting = undefined
          this.channel?.resume()
        })
      }
    }

    return {
      async prepare() {
        for (const number of host.channels) consumers.push(new Consumer(number))
        await host.connect(async (number, index) => {
          const consumer = consumers[index]
          if (consumer) consumer.channel = await dialer.connect(consumer, { channel: String(number) })
        })
      },
      start: async () => [],
      settle(owed, deadlineNs) {
        for (const consumer of consumers) consumer.wake()
        return host.inbox.settle(owed, deadlineNs)
      },
      finish: () => ({ got: host.inbox.got() }),
    }
  },

  conclude({ apart, reports }) {
    const servers = reports.filter(({ role }) => role === 'server')
    const largest = (values: ReadonlyArray<number | null>) => {
      const known = values.filter((value) => value !== null)
      return known.length > 0 && known.length === values.length ? Math.max(...known) : null
    }
    return {
      figures: {
        'buffer.largest': largest(servers.map(({ part }) => Number(part.found?.largestBufferBytes))),
        'server.peakRss': largest(servers.map(({ usage }) => usage.peakRssBytes)),
      },
      due: { slow: apart.expected },
    }
  },
}
