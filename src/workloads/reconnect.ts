import type { Cast, Conclusion, Evidence, Workload } from '../workload.ts'
import { atDropTimes, drawn, incidentsOf } from './reconnect-drops.ts'
import { Feed } from './reconnect-feed.ts'
import { Gate } from './reconnect-gate.ts'
import { complaintsOf, parameters, type ReconnectParameters } from './reconnect-parameters.ts'
import { type Losses, Subscriber } from './reconnect-subscriber.ts'

/** The client process that is stopped; the first group, so that its number is known. */
const FROZEN = 'frozen'

const UNDETECTABLE =
  'its server has no heartbeats that find a silent client, and keeps what is due to it in its buffers'

/** Of one process. */
const CONNECTING_AT_ONCE = 256

/** One feed to many subscribers whose connections break, and who come back for what they missed. */
export const reconnect: Workload<typeof parameters> = {
  name: 'reconnect',
  summary: 'connections break while messages flow; clients come back and get what they missed',
  latency: 'from the intended send time at the server to the receipt at a subscriber; replays are timed apart',
  needs: { push: true, ordered: true },
  parameters,
  loads: ['open'],
  defaultLoad: { rate: '100/s' },
  figures: {
    'recovery.p50': {
      of: ['recovery', 'p50'],
      unit: 'ns',
      better: 'lower',
      head: 'recovery p50',
      rank: 'essential',
      text: 'From the loss of a connection, as its client saw it, to the first message on a new one.',
    },
    'recovery.p99': {
      of: ['recovery', 'p99'],
      unit: 'ns',
      better: 'lower',
      head: 'recovery p99',
      rank: 'essential',
      text: 'The same, for the slowest in a hundred.',
    },
    'recovery.max': {
      of: ['recovery', 'max'],
      unit: 'ns',
      better: 'lower',
      head: 'recovery max',
      rank: 'full',
      text: 'The same, for the slowest.',
    },
    'replay.p50': {
      of: ['replayed', 'p50'],
      unit: 'ns',
      better: 'lower',
      head: 'replay p50',
      rank: 'full',
      text: 'Latency of messages that came again from the history.',
    },
    'replay.p99': {
      of: ['replayed', 'p99'],
      unit: 'ns',
      better: 'lower',
      head: 'replay p99',
      rank: 'full',
      text: 'The same, for the slowest in a hundred.',
    },
    dropped: { unit: 'count', better: 'none', head: 'dropped', rank: 'full', text: 'Connections that broke.' },
    reconnects: {
      unit: 'count',
      better: 'none',
      head: 'reconnects',
      rank: 'essential',
      text: 'Connections made anew.',
    },
    refused: {
      unit: 'count',
      better: 'lower',
      head: 'refused',
      rank: 'full',
      text: 'Attempts to connect that failed.',
    },
    notRecovered: {
      unit: 'count',
      better: 'lower',
      head: 'not recovered',
      rank: 'essential',
      text: 'Subscribers that were not connected at the end.',
    },
    gaps: {
      unit: 'count',
      better: 'lower',
      head: 'gaps',
      rank: 'full',
      text: 'Times that the server said its history did not reach back far enough.',
    },
    foundSilent: {
      unit: 'count',
      better: 'none',
      head: 'found silent',
      rank: 'extra',
      text: 'Connections that the server’s heartbeats found dead.',
    },
  },
  cast: castOf,
  check: complaintsOf,
  incidents: incidentsOf,

  ask({ heartbeat, backoff }) {
    const retryMs = Math.max(1, Math.round(backoff.initial / 1e6))
    return heartbeat
      ? { retryMs, heartbeat: { everyMs: heartbeat.every / 1e6, missed: heartbeat.missed } }
      : { retryMs }
  },

  serve: (host, listener) => new Feed(host, listener),

  drive(host, dialer) {
    const losses: Losses = { dropped: 0, cutOff: 0, reconnects: 0, refused: 0, gaps: 0 }
    const crowd = { host, dialer, reader: host.reader(), gate: new Gate(CONNECTING_AT_ONCE), losses }
    const subscribers = host.channels.map((number) => new Subscriber(crowd, number))

    return {
      prepare: () => host.connect(async (_, index) => subscribers[index]?.connect()),
      start(window) {
        const { by, share } = host.parameters.drop
        if (by === 'client') {
          atDropTimes(host, window, () => {
            const there = subscribers.filter(({ connected }) => connected)
            for (const one of drawn(there, share, host.random)) one.cut()
          })
        }
        // It sends nothing, and is there until the end of the window.
        return host.pace([], 1).run(window)
      },
      async settle(owed, deadlineNs) {
        await host.inbox.settle(owed, deadlineNs)
        const back = Promise.all(subscribers.map((one) => one.back()))
        await new Promise<void>((resolve) => {
          const cancel = host.after(Math.max(0, deadlineNs - host.nowNs()), resolve)
          back.then(() => {
            cancel()
            resolve()
          })
        })
        return []
      },
      finish() {
        const notRecovered = subscribers.filter((one) => !one.end()).length
        return { got: host.inbox.got(), found: { ...losses, notRecovered } }
      },
    }
  },

  conclude,
}

function castOf({ connections }: { connections: number }, { drop }: ReconnectParameters): Cast[] {
  const stopped = drop.by === 'freeze' ? Math.max(1, Math.round(connections * drop.share)) : 0
  return [
    { group: FROZEN, channels: stopped, processes: 'one', sends: false },
    { group: 'subscriber', channels: connections - stopped, processes: 'workers', sends: false },
  ]
}

function conclude({ parameters, reports, traits }: Evidence<ReconnectParameters>): Conclusion {
  const sum = (name: string) => reports.reduce((total, { part }) => total + Number(part.found?.[name] ?? 0), 0)
  const count = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, sum(name)]))
  const undetectable = parameters.drop.by === 'freeze' && traits.heartbeat !== 'both'
  return {
    figures: {
      ...count(['dropped', 'reconnects', 'refused', 'notRecovered', 'gaps']),
      foundSilent: undetectable ? null : sum('foundSilent'),
    },
    due: { recovery: sum('cutOff') },
    details: {
      resumed: sum('resumed'),
      replays: sum('replayed'),
      gapsTold: sum('gapsTold'),
    },
    notes: undetectable ? [UNDETECTABLE] : [],
  }
}
