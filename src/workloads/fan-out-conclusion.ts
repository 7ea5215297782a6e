/** What a fan-out reports beside latency and ledger. */
import { quantiles, samplesNeeded } from '../metric.ts'
import { fairnessOf, type Share } from '../rooms/fairness.ts'
import type { RoomsFound } from '../rooms/server.ts'
import { joinSpreads, percentileOf, type SpreadFound } from '../rooms/spread.ts'
import type { Conclusion, Evidence, FigureSpec } from '../workload.ts'
import type { FanOutParameters } from './fan-out-parameters.ts'
import { SLOW } from './fan-out-subscriber.ts'
import { topologyOf } from './fan-out-topology.ts'

/** What a process of subscribers hands over. */
export interface SubscribersFound {
  readonly shares: readonly Share[]
  /** Of those that are not slow on purpose. */
  readonly spread: SpreadFound
}

export const figures = {
  'spread.p50': {
    unit: 'ns',
    better: 'lower',
    head: 'spread p50',
    rank: 'essential',
    text: 'From the receipt at the first to the receipt at the last subscriber of a message; slow ones are left out.',
  },
  'spread.p99': { unit: 'ns', better: 'lower', head: 'spread p99', rank: 'essential', text: 'Its 99th percentile.' },
  fairness: {
    unit: 'share',
    better: 'higher',
    head: 'fairness',
    rank: 'full',
    text: "Jain's index of the mean latencies of the subscribers that are not slow; 1: all wait alike.",
  },
  completeness: {
    unit: 'share',
    better: 'higher',
    head: 'complete',
    rank: 'full',
    text: 'Deliveries, of those that were owed; what a buffer policy left out is missing here.',
  },
  'slow.p50': {
    unit: 'ns',
    better: 'lower',
    head: 'slow p50',
    rank: 'extra',
    text: 'Latency of the slow subscribers.',
    of: [SLOW, 'p50'],
  },
  'slow.p99': {
    unit: 'ns',
    better: 'lower',
    head: 'slow p99',
    rank: 'extra',
    text: 'Its 99th percentile.',
    of: [SLOW, 'p99'],
  },
  'buffer.largest': {
    unit: 'bytes',
    better: 'lower',
    head: 'buffer largest',
    rank: 'full',
    text: 'The most payload that waited on the server for one subscriber.',
  },
  dropped: {
    unit: 'count',
    better: 'lower',
    head: 'dropped',
    rank: 'extra',
    text: 'Deliveries that the buffer policy left out.',
  },
  disconnected: {
    unit: 'count',
    better: 'lower',
    head: 'cut',
    rank: 'extra',
    text: 'Subscribers that the buffer policy cut.',
  },
  blocked: {
    unit: 'ns',
    better: 'lower',
    head: 'blocked',
    rank: 'extra',
    text: 'How long the buffer policy kept publishers waiting, of the window.',
  },
} as const satisfies Record<string, FigureSpec>

export function conclude({ parameters, counts, apart, reports }: Evidence<FanOutParameters>): Conclusion {
  const server = reports.find(({ role }) => role === 'server')?.part.found as unknown as RoomsFound | undefined
  const parts = reports
    .filter(({ group }) => group === 'subscriber')
    .map(({ part }) => part.found as unknown as SubscribersFound)
  if (!server) return {}
  const { roomOfSubscriber, isSlow } = topologyOf(parameters)
  const shares = parts.flatMap((part) => part.shares)
  const brisk = shares.filter(({ subscriber }) => !isSlow(subscriber))
  const audiences = server.audiences.map(() => 0)
  for (const { subscriber } of brisk) {
    const room = roomOfSubscriber(subscriber)
    audiences[room] = (audiences[room] ?? 0) + 1
  }
  const { spreads, due } = joinSpreads(
    parts.map(({ spread }) => spread),
    audiences,
    server.published,
  )
  // Where nothing was published there was nothing to get.
  const fairness = fairnessOf(
    brisk.filter(({ subscriber }) => (server.published[roomOfSubscriber(subscriber)] ?? 0) > 0),
  )
  const { largestBytes, dropped, disconnected, blockedNs, strays } = server

  const cut = new Set(disconnected)
  const cutOff = shares
    .filter(({ subscriber }) => cut.has(subscriber))
    .reduce((sum, one) => sum + (server.published[roomOfSubscriber(one.subscriber)] ?? 0) - one.messages, 0)
  return {
    figures: {
      'spread.p50': percentileOf(spreads, quantiles.p50, due, samplesNeeded('p50')),
      'spread.p99': percentileOf(spreads, quantiles.p99, due, samplesNeeded('p99')),
      fairness: fairness?.index ?? null,
      completeness: counts.expected > 0 ? counts.delivered / counts.expected : null,
      'buffer.largest': largestBytes,
      dropped,
      disconnected: disconnected.length,
      blocked: Math.round(blockedNs),
    },
    details: {
      fairness,
      spreadSamples: spreads.length,
      spreadsDue: due,
      published: server.published,
      notDeliveredAfterCut: cutOff,
    },
    // What a policy keeps from them is its figure, and not a latency.
    due: { slow: apart.expected - dropped - cutOff },
    intended: { undelivered: dropped + cutOff, closed: disconnected.length },
    problems: strays > 0 ? [`${strays} messages reached the server by a channel that does not send them`] : [],
  }
}
