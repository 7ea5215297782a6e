import type { Parameters, ParametersOf } from '../parameter.ts'
import type { Complaint, Evidence, Pair, Workload } from '../workload.ts'
import { habitOf, receiptDesk } from './upload-receipt.ts'
import { type Office, Sender } from './upload-sender.ts'

const parameters = {
  ackEvery: {
    kind: 'whole',
    from: 1,
    to: 1_000_000,
    preset: 1,
    text: 'Messages that one acknowledgement covers, where the transport leaves the choice.',
  },
  ackAfter: {
    kind: 'duration',
    from: '1ms',
    to: '1min',
    preset: '10ms',
    text: 'The oldest message waits no longer for its acknowledgement than this, when there are too few for one.',
  },
  segment: {
    kind: 'whole',
    from: 1,
    to: 1_000_000,
    preset: 100,
    text: 'Messages that go up one channel, where the transport answers only at the end of one.',
  },
  segmentAfter: {
    kind: 'duration',
    from: '1ms',
    to: '1min',
    preset: '500ms',
    text: 'A channel is ended so long after its first message at the latest, there.',
  },
} as const satisfies Parameters

type Values = ParametersOf<typeof parameters>

/** Client push: every connection is a source, and the server acknowledges what came. */
export const upload: Workload<typeof parameters> = {
  name: 'upload',
  summary: 'every client sends to the server, which acknowledges what came',
  latency:
    'from the intended send time at the client to the acknowledgement that covers the message, at the same client',
  needs: { answers: 'end' },
  parameters,
  loads: ['open', 'closed', 'saturate'],
  defaultLoad: { saturate: true },
  figures: {
    'oneWay.p50': {
      unit: 'ns',
      better: 'lower',
      head: 'one-way p50',
      rank: 'full',
      text: 'Median time from the intended send time to the receipt at the server.',
      of: ['oneWay', 'p50'],
    },
    'oneWay.p99': {
      unit: 'ns',
      better: 'lower',
      head: 'one-way p99',
      rank: 'full',
      text: 'Time from the intended send time to the receipt at the server that 99 % of the messages do not exceed.',
      of: ['oneWay', 'p99'],
    },
    'acks.perMessage': {
      unit: 'share',
      better: 'none',
      head: 'acks/message',
      rank: 'extra',
      text: 'Acknowledgements for each message that was acknowledged.',
    },
    'unacknowledged.largest': {
      unit: 'count',
      better: 'lower',
      head: 'kept',
      rank: 'extra',
      text: 'The most messages that one connection kept, because they were not acknowledged yet.',
    },
    'buffer.largest': {
      unit: 'bytes',
      better: 'lower',
      head: 'largest buffer',
      rank: 'extra',
      text: 'The most that a client had queued on one connection, in payload bytes.',
    },
  },
  cast: ({ connections }) => [{ group: 'client', channels: connections, processes: 'workers', sends: true }],

  check({ load }, { ackEvery }): Complaint[] {
    if (load.model !== 'closed' || ackEvery <= load.inFlight) return []
    const text = `must be at most load.inFlight, which is ${load.inFlight}; with fewer messages under way each waits for ackAfter`
    return [{ path: ['ackEvery'], text }]
  },

  serve(host) {
    let early = 0
    const receiptOf = receiptDesk(host, habitOf(host.traits, host.parameters), () => early++)
    return {
      accept: receiptOf,
      prepare: async () => {},
      start: async () => [],
      settle: async () => [],
      finish() {
        const got = host.inbox.got()
        return { got, found: { early, missing: got.reduce((sum, { missing }) => sum + lengthOf(missing), 0) } }
      },
    }
  },

  drive(host, dialer) {
    const senders: Sender[] = []
    const { segment, segmentAfter } = host.parameters
    const { load } = host.settings
    const office: Office = {
      host,
      dialer,
      composer: host.composer(),
      segment:
        host.traits.answers === 'end'
          ? {
              // A closed loop has no more messages than that to fill a segment with before it waits for the answer.
              messages: load.model === 'closed' ? Math.min(segment, load.inFlight) : segment,
              old: (run) => host.after(segmentAfter, run),
            }
          : undefined,
      pace: undefined,
      acknowledgements: 0,
      acknowledged: 0,
      largestBufferBytes: 0,
      mostOutstanding: 0,
    }
    return {
      async prepare() {
        host.channels.forEach((number, index) => {
          senders.push(new Sender(office, number, index))
        })
        await host.connect(async (_, index) => senders[index]?.connect())
      },
      async start(window) {
        office.pace = host.pace(senders, host.connections)
        const sents = await office.pace.run(window)
        for (const sender of senders) sender.finish()
        return sents
      },
      settle: (owed, deadlineNs) => host.inbox.settle(owed, deadlineNs),
      finish() {
        const { acknowledgements, acknowledged, largestBufferBytes, mostOutstanding } = office
        const found = { acknowledgements, acknowledged, largestBufferBytes, mostOutstanding }
        return { got: host.inbox.got(), found }
      },
    }
  },

  conclude(evidence) {
    const { reports } = evidence
    const of = (role: 'server' | 'client', name: string) =>
      reports.filter((report) => report.role === role).map(({ part }) => Number(part.found?.[name]))
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
    const acknowledged = total(of('client', 'acknowledged'))
    const largest = (name: string) =>
      of('client', name).reduce((most: number | null, one) => Math.max(most ?? 0, one), null)
    const early = total(of('server', 'early'))
    const problem = `${early} messages seem to have reached the server before they were due: the clock is broken`
    return {
      figures: {
        'acks.perMessage': acknowledged > 0 ? total(of('client', 'acknowledgements')) / acknowledged : null,
        'unacknowledged.largest': largest('mostOutstanding'),
        'buffer.largest': largest('largestBufferBytes'),
      },
      due: { oneWay: evidence.counts.expected },
      details: { missingAtServer: total(of('server', 'missing')) },
      intended: { waiting: waitingOf(evidence) },
      problems: early > 0 ? [problem] : [],
    }
  },
}

/** Messages that have come and wait for the acknowledgement of a whole batch, about, at any time. */
function waitingOf({ settings: { load, connections }, parameters, traits }: Evidence<Values>): number {
  if (load.model !== 'open') return 0
  const { ackEvery, ackAfter, segment, segmentAfter } = parameters
  const [batch, afterNs] = traits.answers === 'end' ? [segment, segmentAfter] : [ackEvery, ackAfter]
  if (batch === 1 || traits.answers === 'each') return 0
  return Math.min(batch * connections, (load.ratePerSec * afterNs) / 1e9)
}

function lengthOf(ranges: readonly Pair[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0)
}
