/** Workloads that declare something of every kind, for tests of what scenarios make of it. They cannot run. */
import type { ParametersOf } from '../src/parameter.ts'
import type { WorkloadSpec } from '../src/workload.ts'

const fanOutParameters = {
  subscribers: { kind: 'whole', from: 1, to: 100_000, preset: 10, text: 'How many get every message.' },
  publishers: { kind: 'whole', from: 1, to: 100, preset: 1, text: 'How many publish.' },
  rooms: { kind: 'whole', from: 1, to: 1000, preset: 1, text: 'How many rooms there are.' },
  strategy: {
    kind: 'variant',
    words: ['immediate', 'lazy'],
    preset: 'immediate',
    keys: {
      batch: {
        kind: 'group',
        always: false,
        keys: {
          every: { kind: 'duration', from: '1ms', to: '10s', preset: '5ms', text: 'How long a batch waits.' },
          max: { kind: 'whole', from: 1, to: 1000, preset: 64, text: 'How many messages a batch takes.' },
        },
        text: 'Several messages leave in one write.',
      },
    },
    text: 'When messages leave.',
  },
  slow: {
    kind: 'group',
    always: false,
    keys: {
      subscribers: { kind: 'whole', from: 1, to: 1000, preset: undefined, text: 'How many are slow.' },
      pause: { kind: 'duration', from: '1ms', to: '1m', preset: '100ms', text: 'How long they pause.' },
    },
    text: 'Some subscribers are slow.',
  },
  buffer: {
    kind: 'group',
    always: true,
    keys: {
      limit: { kind: 'size', from: '1KiB', to: '1GiB', preset: '1MiB', text: 'How much waits for a subscriber.' },
      policy: { kind: 'choice', words: ['none', 'block', 'drop'], preset: 'none', text: 'What becomes of the rest.' },
    },
    text: 'What a server keeps for a slow subscriber.',
  },
} as const

export const inventedFanOut: WorkloadSpec<typeof fanOutParameters> = {
  name: 'fan-out',
  summary: 'what publishers send goes to all subscribers',
  latency: 'from the intended send time at the publisher to the receipt at a subscriber',
  needs: { push: true },
  parameters: fanOutParameters,
  loads: ['open', 'saturate'],
  defaultLoad: { rate: '20/s' },
  withoutConnections: 'publishers and subscribers are counted instead: set subscribers',
  figures: {
    'spread.p99': {
      unit: 'ns',
      better: 'lower',
      head: 'spread p99',
      rank: 'essential',
      text: 'from the first to the last subscriber of a message',
      of: ['spread', 'p99'],
    },
    fairness: { unit: 'share', better: 'higher', head: 'fair', rank: 'full', text: 'how alike subscribers are served' },
  },
  cast: (_, { publishers, subscribers }) => [
    { group: 'publisher', channels: publishers, processes: 'one', sends: true },
    { group: 'subscriber', channels: subscribers, processes: 'workers', sends: false },
  ],
  check: (_, { rooms, subscribers, slow, strategy, buffer }: ParametersOf<typeof fanOutParameters>) => [
    ...(rooms > subscribers
      ? [{ path: ['rooms'], text: `must be at most subscribers (${subscribers}); lower it or raise subscribers` }]
      : []),
    ...(slow !== undefined && slow.subscribers === undefined
      ? [{ path: ['slow', 'subscribers'], text: 'must be given; write it as in {subscribers: 1}' }]
      : []),
    ...(strategy === 'lazy' && buffer.policy === 'none'
      ? [{ path: ['buffer', 'policy'], text: 'must be block or drop where the strategy is lazy; choose one of them' }]
      : []),
  ],
}

const idleParameters = {
  connectRate: { kind: 'rate', from: '1/s', to: '100000/s', preset: '500/s', text: 'Openings a second.' },
  sample: { kind: 'share', from: '0 %', to: '100 %', preset: '10 %', text: 'Of the connections, so many are probed.' },
  memory: { kind: 'size', from: '1B', to: '1GiB', preset: undefined, text: 'What a connection may cost.' },
  spare: { kind: 'share', from: '1 %', to: '50 %', preset: undefined, text: 'What is left.' },
  hold: { kind: 'duration', from: '0s', to: '1h', preset: undefined, text: 'How long a connection stays.' },
  family: { kind: 'choice', words: ['ipv4', 'ipv6'], preset: undefined, text: 'Kind of address.' },
  witnesses: { kind: 'whole', from: 0, to: 1000, preset: 0, text: 'Of the connections, so many watch.' },
} as const

export const inventedIdle: WorkloadSpec<typeof idleParameters> = {
  name: 'idle',
  summary: 'very many connections that hardly speak',
  latency: 'from the intended time of a probe at the server to its receipt',
  needs: { push: true },
  parameters: idleParameters,
  loads: ['open'],
  defaultLoad: { rate: '20/s' },
  figures: {},
  cast: ({ connections }, { witnesses }) => [
    { group: 'idle', channels: connections - witnesses, processes: 'workers', sends: false },
    { group: 'witness', channels: witnesses, processes: 'one', sends: true },
  ],
  check: ({ connections }, { witnesses }) =>
    witnesses < connections
      ? []
      : [{ path: ['witnesses'], text: `must be below connections (${connections}); lower it or raise connections` }],
}
