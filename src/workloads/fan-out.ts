import { type RoomHello, type RoomsSpec, serveRooms } from '../rooms/server.ts'
import { SpreadLog } from '../rooms/spread.ts'
import type { Dialer } from '../transport.ts'
import type { Half, Host, Pace, Workload } from '../workload.ts'
import { conclude, figures, type SubscribersFound } from './fan-out-conclusion.ts'
import { batchOf, bufferOf, complaintsOf, type FanOutParameters, parameters } from './fan-out-parameters.ts'
import { Publisher } from './fan-out-publisher.ts'
import { Subscriber } from './fan-out-subscriber.ts'
import { topologyOf } from './fan-out-topology.ts'

const PUBLISHER = 'publisher'

/** Publishers to subscribers through the server. */
export const fanOut: Workload<typeof parameters> = {
  name: 'fan-out',
  summary: 'the server passes what publishers send on to all subscribers of a room',
  latency: 'from the intended send time at the publisher to the receipt at each subscriber that is not slow on purpose',
  needs: { push: true },
  parameters,
  loads: ['open', 'saturate'],
  defaultLoad: { rate: '50/s' },
  withoutConnections: 'a fan-out counts its subscribers and publishers; set `subscribers` and `publishers`',
  figures,
  cast: (_, { publishers, subscribers }) => [
    { group: PUBLISHER, channels: publishers, processes: 'one', sends: true },
    { group: 'subscriber', channels: subscribers, processes: 'workers', sends: false },
  ],
  check: complaintsOf,

  serve(host, listener) {
    const batch = batchOf(host.parameters)
    const spec: RoomsSpec = {
      ...topologyOf(host.parameters),
      buffer: bufferOf(host.settings, host.parameters),
      constant: true,
      ...(batch && { batch }),
    }
    return serveRooms(host, listener, spec)
  },

  drive: (host, dialer) => (host.group === PUBLISHER ? publish(host, dialer) : subscribe(host, dialer)),
  conclude,
}

function publish(host: Host<FanOutParameters>, dialer: Dialer): Half {
  const { sources: total, sourcesOf } = topologyOf(host.parameters)
  const composer = host.composer()
  let pace: Pace | undefined
  const publishers = host.channels.map((channel, index) => {
    const numbers = sourcesOf(channel)
    const first = index * numbers.length
    return new Publisher(numbers, composer, host.settings.load.model === 'saturate', () => {
      for (let at = 0; at < numbers.length; at++) pace?.drained(first + at)
    })
  })

  return {
    prepare: () =>
      host.connect(async (channel, index) => {
        const publisher = publishers[index]
        const hello: RoomHello = { channel: String(channel) }
        if (publisher) publisher.channel = await dialer.connect(publisher, { ...hello })
      }),
    start(window) {
      const sources = publishers.flatMap((publisher) => publisher.sources)
      pace = host.pace(sources, total)
      return pace.run(window)
    },
    settle: async () => [],
    finish: () => ({ got: [] }),
  }
}

function subscribe(host: Host<FanOutParameters>, dialer: Dialer): Half {
  const { slow } = host.parameters
  const { sources, roomOf, roomOfSubscriber, isSlow } = topologyOf(host.parameters)
  const spread = new SpreadLog()
  const audience = { host, reader: host.reader(), spread, roomOf }
  const subscribers = host.channels.map((number) => {
    const room = roomOfSubscriber(number)
    const pauseNs = isSlow(number) ? slow?.pause : undefined
    return new Subscriber(audience, { number, room, roomSource: sources + room, pauseNs })
  })

  return {
    prepare: () =>
      host.connect(async (channel, index) => {
        const subscriber = subscribers[index]
        if (!subscriber) return
        const hello: RoomHello = { channel: String(channel), room: String(subscriber.seat.room) }
        subscriber.channel = await dialer.connect(subscriber, { ...hello })
      }),
    async start(window) {
      for (const subscriber of subscribers) subscriber.attend(window)
      return []
    },
    settle: (owed, deadlineNs) => host.inbox.settle(owed, deadlineNs),
    finish() {
      const shares = subscribers.map(({ seat, messages, sumNs }) => ({ subscriber: seat.number, messages, sumNs }))
      const found: SubscribersFound = { shares, spread: spread.found() }
      return { got: host.inbox.got(), found: { ...found } }
    },
  }
}
