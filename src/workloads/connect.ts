import type { Conclusion, Evidence, FigureSpec, Workload } from '../workload.ts'
import { answering } from './answering.ts'
import { type ConnectParameters, castOf, complaintsOf, parameters, STORM } from './connect-parameters.ts'
import { storm } from './connect-storm.ts'
import { witnesses } from './connect-witness.ts'

const time = { unit: 'ns', better: 'lower' } as const

const figures: Readonly<Record<string, FigureSpec>> = {
  'connected.p50': {
    ...time,
    of: ['connected', 'p50'],
    head: 'connected p50',
    rank: 'essential',
    text: 'From the intended time of an opening until the connection stood.',
  },
  'connected.p99': {
    ...time,
    of: ['connected', 'p99'],
    head: 'connected p99',
    rank: 'essential',
    text: 'The same, for the slowest in a hundred.',
  },
  'connected.max': {
    ...time,
    of: ['connected', 'max'],
    head: 'connected max',
    rank: 'extra',
    text: 'The same, for the slowest.',
  },
  opened: { unit: 'count', better: 'none', head: 'opened', rank: 'full', text: 'Connections that stood.' },
  refused: { unit: 'count', better: 'lower', head: 'refused', rank: 'essential', text: 'Openings that failed.' },
  'calm.p50': {
    ...time,
    of: ['calm', 'p50'],
    head: 'calm p50',
    rank: 'full',
    text: 'Latency of the established connections before the storm.',
  },
  'calm.p99': {
    ...time,
    of: ['calm', 'p99'],
    head: 'calm p99',
    rank: 'full',
    text: 'The same, for the slowest in a hundred.',
  },
  'storm.p50': {
    ...time,
    of: ['storm', 'p50'],
    head: 'storm p50',
    rank: 'full',
    text: 'Latency of the established connections during the storm.',
  },
  'storm.p99': {
    ...time,
    of: ['storm', 'p99'],
    head: 'storm p99',
    rank: 'essential',
    text: 'The same, for the slowest in a hundred.',
  },
  'storm.ratio50': {
    of: ['storm', 'p50'],
    per: ['calm', 'p50'],
    unit: 'ratio',
    better: 'lower',
    head: 'storm/calm p50',
    rank: 'full',
    text: 'How many times as slow the storm makes those already connected, at the median.',
  },
  'storm.ratio99': {
    of: ['storm', 'p99'],
    per: ['calm', 'p99'],
    unit: 'ratio',
    better: 'lower',
    head: 'storm/calm p99',
    rank: 'essential',
    text: 'The same, for the slowest in a hundred.',
  },
  'established.lost': {
    unit: 'count',
    better: 'lower',
    head: 'established lost',
    rank: 'extra',
    text: 'Connections from before the storm that did not survive it.',
  },
}

/** Connections opened at a rate, and how those already connected fare meanwhile. */
export const connect: Workload<typeof parameters> = {
  name: 'connect',
  summary: 'connections are opened at a rate; each sends one message and gets it back',
  latency: 'from the intended time of the opening to the receipt of the first answer on the new connection',
  needs: { answers: 'each' },
  parameters,
  loads: ['open'],
  defaultLoad: { rate: '100/s' },
  withoutConnections: 'connect opens as many connections as its rate and duration come to',
  figures,
  cast: castOf,
  check: complaintsOf,

  serve: answering,

  drive: (host, dialer) => (host.group === STORM ? storm(host, dialer) : witnesses(host, dialer)),

  conclude,
}

function conclude({ parameters, settings, counts, reports }: Evidence<ConnectParameters>): Conclusion {
  const refused: Record<string, number> = {}
  for (const { part } of reports) {
    for (const [cause, count] of Object.entries(part.found?.refused ?? {})) {
      refused[cause] = (refused[cause] ?? 0) + Number(count)
    }
  }
  const sum = (name: string) => reports.reduce((total, { part }) => total + Number(part.found?.[name] ?? 0), 0)
  const { connections, rate } = parameters.established
  // What fell due on an established connection that was gone, or full until the end, was not even asked.
  const dueInStorm = connections > 0 ? Math.floor((rate * settings.durationNs) / 1e9) : 0
  const witnessesLost = sum('witnessesLost')
  const closed = reports.flatMap(({ part }) => part.got).filter(({ state }) => state === 'closed').length
  return {
    figures: {
      opened: sum('opened'),
      refused: Object.values(refused).reduce((total, count) => total + count, 0),
      'established.lost': witnessesLost,
    },
    due: { connected: counts.expected, calm: sum('calmAsked'), storm: Math.max(sum('asked'), dueInStorm) },
    // The established ones have no account in the ledger.
    ...(witnessesLost > 0 && { lost: { count: closed + witnessesLost } }),
    details: { refused, established: { asked: sum('asked'), answered: sum('answered') } },
  }
}
