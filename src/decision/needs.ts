/** What people choose a transport by, and which figure of which workload answers it. */
import type { Result, Trial } from '../result.ts'

export type Model = Trial['load']['model']
export type FactName = keyof Result['scenario']['transports'][number]['facts']

/** One figure that answers a need. */
export interface Ask {
  readonly phrase: string
  /** A metric, or a figure of the workload's own. */
  readonly metric: string
  /** The first one that was measured answers. */
  readonly workloads: readonly string[]
  /** Loads under which the figure is a merit: latency of an offered load, throughput of one that takes what it gets. */
  readonly models: readonly Model[]
  /** A parameter of the workload that belongs beside the figure, where it has such a one. */
  readonly count?: string
}

export interface Need {
  readonly title: string
  readonly asks: readonly Ask[]
  /** A shipped one that measures it. */
  readonly scenario: string
}

export interface FactNeed {
  readonly title: string
  readonly fact: FactName
}

const offered: readonly Model[] = ['open']
const greedy: readonly Model[] = ['closed', 'saturate']
const anyLoad: readonly Model[] = ['open', 'closed', 'saturate']

/** In the order of the page. */
export const needs: readonly Need[] = [
  {
    title: 'Lowest echo latency',
    scenario: 'scenarios/echo.yaml',
    asks: [
      { phrase: 'response time, p50', metric: 'latency.p50', workloads: ['echo'], models: offered },
      { phrase: 'response time, p99', metric: 'latency.p99', workloads: ['echo'], models: offered },
    ],
  },
  {
    title: 'Fan-out to many',
    scenario: 'scenarios/fan-out.yaml',
    asks: [
      {
        phrase: 'time to a subscriber, p50',
        metric: 'latency.p50',
        workloads: ['fan-out'],
        models: offered,
        count: 'subscribers',
      },
      {
        phrase: 'first to last subscriber, p50',
        metric: 'spread.p50',
        workloads: ['fan-out'],
        models: offered,
        count: 'subscribers',
      },
      {
        phrase: 'deliveries a second',
        metric: 'throughput.messagesPerSec',
        workloads: ['fan-out'],
        models: greedy,
        count: 'subscribers',
      },
    ],
  },
  {
    title: 'Many idle connections',
    scenario: 'scenarios/idle.yaml',
    asks: [
      {
        phrase: 'server memory for a connection',
        metric: 'memory.serverPerConnection',
        workloads: ['idle'],
        models: offered,
      },
      { phrase: 'time to reach an idle one, p50', metric: 'latency.p50', workloads: ['idle'], models: offered },
    ],
  },
  {
    title: 'Server push throughput',
    scenario: 'scenarios/stream.yaml',
    asks: [{ phrase: 'messages a second', metric: 'throughput.messagesPerSec', workloads: ['stream'], models: greedy }],
  },
  {
    title: 'Upload',
    scenario: 'scenarios/upload.yaml',
    asks: [
      { phrase: 'time to the server, p50', metric: 'oneWay.p50', workloads: ['upload'], models: offered },
      { phrase: 'messages a second', metric: 'throughput.messagesPerSec', workloads: ['upload'], models: greedy },
    ],
  },
  {
    title: 'Recovery after drops',
    scenario: 'scenarios/reconnect.yaml',
    asks: [
      { phrase: 'until messages flow again, p50', metric: 'recovery.p50', workloads: ['reconnect'], models: offered },
      { phrase: 'until messages flow again, p99', metric: 'recovery.p99', workloads: ['reconnect'], models: offered },
    ],
  },
  {
    title: 'Bytes on a thin link',
    scenario: 'scenarios/echo.yaml',
    asks: [
      {
        phrase: 'down, for a message',
        metric: 'wire.downBytesPerMessage',
        workloads: ['echo', 'stream', 'fan-out'],
        models: anyLoad,
      },
      { phrase: 'up, for a message', metric: 'wire.upBytesPerMessage', workloads: ['echo', 'upload'], models: anyLoad },
    ],
  },
  {
    title: 'CPU for a message',
    scenario: 'scenarios/echo.yaml',
    asks: [
      {
        phrase: 'server',
        metric: 'cpu.serverPerMessageNs',
        workloads: ['echo', 'fan-out', 'stream', 'upload'],
        models: anyLoad,
      },
      {
        phrase: 'clients',
        metric: 'cpu.clientPerMessageNs',
        workloads: ['echo', 'fan-out', 'stream', 'upload'],
        models: anyLoad,
      },
    ],
  },
]

export const factNeeds: readonly FactNeed[] = [
  { title: 'Reach from a browser', fact: 'browser' },
  { title: 'Text and binary, told apart', fact: 'payloads' },
  { title: 'Built-in resume', fact: 'resume' },
]
