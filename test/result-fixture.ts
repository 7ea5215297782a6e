/** Invented results, for tests of everything that reads a result. */
import {
  type Counts,
  type Figure,
  type Latency,
  type Reason,
  type Result,
  schemaVersion,
  type Trial,
} from '../src/result.ts'
import { aggregate } from '../src/stats/aggregate.ts'
import { fitsOf } from '../src/stats/fit.ts'
import { rankingsOf } from '../src/stats/ranking.ts'
import { overallStatus } from '../src/stats/status.ts'
import { evaluateThresholds, type Threshold } from '../src/stats/threshold.ts'

/** What of a trial a test cares about; the rest is filled in. */
export interface TrialSketch {
  readonly subject: string
  readonly block?: number
  readonly p50?: number | null
  /** Messages received in the window of one second. */
  readonly delivered?: number
  readonly lost?: number
  readonly verdict?: Trial['verdict']
  readonly reasons?: Trial['reasons']
  readonly warnings?: Trial['warnings']
  readonly payloadBytes?: number
  readonly load?: Partial<Trial['load']>
  readonly point?: Trial['point']
  readonly figures?: Trial['workload']['figures']
  readonly notes?: Trial['workload']['notes']
  readonly bottleneck?: Trial['bottleneck']
}

export function trialOf(sketch: TrialSketch): Trial {
  const { subject, block = 0, delivered = 2000, lost = 0, verdict = 'valid', point = {} } = sketch
  const p50 = sketch.p50 === undefined ? 100_000 : sketch.p50
  const measured = verdict !== 'unsupported'
  const counts = countsOf(measured ? delivered : 0, measured ? lost : 0)
  const process = {
    cpuSystemNs: 6_000_000,
    rssBytes: 61_000_000,
    peakRssBytes: 67_000_000,
    heldBeforeBytes: null,
    heldSettledBytes: null,
    eventLoopDelayMax: null,
    eventLoopUtilization: null,
    gcMaxNs: null,
    gcCount: null,
    gcNs: 3_000_000,
  }
  return {
    id: [subject, block, ...Object.values(point)].join('-'),
    subject,
    transport: subject.split('+')[0] ?? subject,
    client: 'library',
    workers: 1,
    point,
    block,
    order: 0,
    startedAt: '2026-01-02T03:04:05.678Z',
    durationNs: 1_000_000_000,
    phases: { connectNs: 12_000_000, settleNs: 2_000_000, overheadNs: 400_000_000 },
    verdict,
    reasons: [...(sketch.reasons ?? [])],
    warnings: [...(sketch.warnings ?? [])],
    payload: { sizeBytes: sketch.payloadBytes ?? 128, kind: 'text' },
    load: {
      model: 'open',
      requestedPerSec: 2000,
      achievedPerSec: counts.delivered,
      connections: 50,
      inFlight: null,
      ...sketch.load,
    },
    counts,
    bytes: {
      payload: { up: 512_000, down: 512_000 },
      wire: { up: 540_000, down: 540_000 },
      messages: { up: 4000, down: 4000 },
    },
    latency: {
      response: measured ? latencyOf(counts.delivered, p50) : null,
      service: measured ? latencyOf(counts.delivered, p50 === null ? null : Math.round(p50 * 0.9)) : null,
      sendLag: measured ? latencyOf(counts.delivered, 2000) : null,
    },
    timeline: [],
    bottleneck: sketch.bottleneck ?? null,
    machine: null,
    injected: null,
    processes: measured
      ? [
          { role: 'server', group: '', cpuUserNs: 20_000_000, spinNs: 0, eventLoopDelayP99: 1_100_000, ...process },
          {
            role: 'client',
            group: 'client',
            cpuUserNs: 90_000_000,
            spinNs: 60_000_000,
            eventLoopDelayP99: 1_300_000,
            ...process,
          },
        ]
      : [],
    workload: { figures: { ...sketch.figures }, histograms: {}, details: {}, notes: [...(sketch.notes ?? [])] },
  }
}

function countsOf(delivered: number, lost: number): Counts {
  const expected = delivered + lost
  const beside = { duplicate: 0, outOfOrder: 0, corrupt: 0, replayed: 0, late: 0 }
  const sending = { scheduled: expected, sent: expected, skipped: 0, errors: {} }
  return { ...sending, expected, delivered, lost, timedOut: 0, inFlightAtEnd: 0, unaccounted: 0, ...beside }
}

function latencyOf(count: number, p50: number | null): Latency {
  const times = (factor: number) => (p50 === null ? null : Math.round(p50 * factor))
  const ends = { min: times(0.6), max: times(14.2), sum: (p50 ?? 0) * count }
  return { count, ...ends, p50, p90: times(1.61), p99: times(3.78), p999: null, hdr: '' }
}

/** A whole result over some trials, its derived parts as a run would make them. */
export function resultOf(trials: readonly Trial[], thresholds: readonly Threshold[] = [], aborted?: Reason): Result {
  const aggregates = aggregate(trials)
  const evaluated = evaluateThresholds(thresholds, trials, aggregates)
  return {
    schemaVersion,
    tool: { name: 'rtbench', version: '0.1.0', commit: null },
    ...overallStatus(trials, evaluated, aborted),
    scenario: {
      name: 'echo',
      workload: 'echo',
      subjects: [...new Set(trials.map(({ subject }) => subject))],
      transports: [],
      points: [...new Map(trials.map(({ point }) => [JSON.stringify(point), point])).values()],
      sha256: '0'.repeat(64),
      resolved: {},
      figures: [],
      latencyMeaning: 'from the intended send time at the client to the receipt of the echo at the same client',
    },
    environment: {
      node: 'v20.20.2',
      v8: '11.3',
      os: 'linux',
      kernel: '6.1',
      cpuModel: 'A CPU',
      cores: 8,
      memoryBytes: 16_000_000_000,
      fdLimit: 1024,
      ci: false,
      packages: { ws: '8.23.0' },
    },
    trials: [...trials],
    aggregates,
    fits: [],
    thresholds: evaluated,
    comparisons: [],
    gate: null,
    rankings: rankingsOf(trials),
    setAside: [],
    stopped: null,
    calibration: null,
    capacities: [],
  }
}

const thresholds: readonly Threshold[] = [
  { expression: 'latency.p99 < 2ms', metric: 'latency.p99', op: '<', value: 2_000_000 },
  { expression: 'delivery.lost == 0', metric: 'delivery.lost', op: '==', value: 0 },
]

const blocks = [0, 1, 2]

/** Three good subjects. */
export const plainResult = resultOf(
  blocks.flatMap((block) => [
    trialOf({ subject: 'ws', block, p50: 71_200 + block * 3000 }),
    trialOf({ subject: 'grpc', block, p50: 183_000 + block * 9000 }),
    trialOf({ subject: 'sse', block, p50: 131_000 - block * 2000 }),
  ]),
  thresholds,
)

const lag = (ms: string): Trial['warnings'][number] => ({
  code: 'generator-saturated',
  message: `send lag p99 is ${ms} ms: the client could not keep to the schedule, and response times include that`,
})

/** Eight subjects with everything that can be wrong with them, long and hostile names among them. */
export const crowdedResult = resultOf(
  blocks.flatMap((block) => [
    trialOf({ subject: 'tcp', block, p50: 48_000 + block * 500 }),
    trialOf({ subject: 'ws', block, p50: 71_200 + block * 3000 }),
    trialOf({ subject: 'ws+deflate with a label that goes on and on', block, p50: 1_230_000 }),
    trialOf({ subject: 'grpc', block, p50: 183_000, verdict: 'suspect', warnings: [lag(`${block + 6}.1`)] }),
    trialOf({ subject: 'grpc-unary', block, p50: 912_000, delivered: 1990, lost: 10 }),
    block === 1
      ? trialOf({
          subject: 'sse',
          block,
          verdict: 'invalid',
          reasons: [{ code: 'server-died', message: 'the server ended with exit code 134 after 0.4 s' }],
        })
      : trialOf({ subject: 'sse', block, p50: 131_000 }),
    trialOf({
      subject: 'grpc-client-stream',
      block,
      verdict: 'unsupported',
      reasons: [{ code: 'unsupported', message: 'echo needs an answer to each message; this one answers at the end' }],
    }),
    trialOf({ subject: '日本語\x1b[31m\n🚀', block, p50: 20_300_000 }),
  ]),
  thresholds,
)

/** Saturated, at two points of a matrix, six blocks. */
export const saturatedResult = resultOf(
  [0, 1, 2, 3, 4, 5].flatMap((block) =>
    ['64', '16KiB'].flatMap((payload) => {
      const load = { model: 'saturate', requestedPerSec: null, inFlight: null } as const
      const payloadBytes = payload === '64' ? 64 : 16384
      const rate = payload === '64' ? 81_234 : 7_123
      return [
        trialOf({
          subject: 'ws',
          block,
          point: { payload },
          payloadBytes,
          load,
          delivered: rate + block * 100,
          p50: 900_000,
        }),
        trialOf({
          subject: 'grpc',
          block,
          point: { payload },
          payloadBytes,
          load,
          delivered: Math.round(rate * 0.4) + block * 90,
          p50: 2_400_000,
        }),
      ]
    }),
  ),
)

const clientBound = {
  who: 'client',
  because: "the client was the limit (its event loop was 99 % busy, the server's 61 %): the server could do more",
} as const
const serverBound = {
  who: 'server',
  because: "the server was the limit (its event loop was 97 % busy, the client's 72 %): the client could ask for more",
} as const

/** In a closed loop: of one subject the client was the limit, of the others the server; and one stalled. */
export const boundResult = resultOf(
  blocks.flatMap((block) => {
    const load = { model: 'closed', requestedPerSec: null, inFlight: 16 } as const
    const warnings = [{ code: 'client-bound', message: clientBound.because } as const]
    const stall = { code: 'few-excursions', message: 'distinct slow moments behind p99.9: 2; 5 are wanted' } as const
    return [
      trialOf({ subject: 'ws', block, load, delivered: 41_000, verdict: 'suspect', warnings, bottleneck: clientBound }),
      trialOf({ subject: 'grpc', block, load, delivered: 52_000, bottleneck: serverBound }),
      trialOf({ subject: 'sse', block, load, delivered: 12_000, bottleneck: serverBound, warnings: [stall] }),
    ]
  }),
)

const growth: readonly Figure[] = (['server', 'client'] as const).map((side) => ({
  name: `memory.${side}`,
  head: `${side} memory`,
  unit: 'bytes',
  better: 'lower',
  rank: 'extra',
  text: 'What it grew by.',
}))

/** Idle connections at three levels, memory fitted over them; one subject has too few trials for a slope. */
export const slopedResult = slopedOf(
  [0, 1].flatMap((block) =>
    [1000, 5000, 10_000].flatMap((connections) => {
      const of = (subject: string, server: number, client: number, notes: string[] = []) => {
        const noise = (connections % 7) * 40_000 - block * 90_000
        const figures = {
          'memory.server': 9e6 + server * connections + noise,
          'memory.client': 5e6 + client * connections - 2 * noise,
        }
        const load = { connections, requestedPerSec: 20 }
        return trialOf({ subject, block, point: { connections }, load, delivered: 200, p50: 400_000, figures, notes })
      }
      const silent = ['without heartbeats, neither side can find out that its peer fell silent']
      const full = [of('ws', 7_700, 8_100), of('tcp', 5_900, 6_200, silent)]
      return connections === 1000 ? [...full, of('grpc+tls with a label that goes on', 33_600, 58_900)] : full
    }),
  ),
)

function slopedOf(trials: readonly Trial[]): Result {
  const result = resultOf(trials)
  const slopes = growth.map(({ name }) => ({ metric: name, over: 'connections' }))
  return {
    ...result,
    scenario: { ...result.scenario, name: 'idle', workload: 'idle', figures: [...growth] },
    aggregates: aggregate(trials, growth),
    fits: fitsOf(trials, slopes, growth),
  }
}
