/** The figures that aggregates carry and thresholds name, in one list. How each is taken from a trial: `stats/`. */

/** `share`: from 0 to 1. `ratio`: how many times as much. */
export type Unit = 'ns' | 'messages/s' | 'connections/s' | 'bytes/s' | 'count' | 'bytes' | 'share' | 'ratio'

/** Whether a smaller figure is a better one; `none`: neither. */
export type Better = 'lower' | 'higher' | 'none'

export interface Metric {
  readonly unit: Unit
  readonly better: Better
}

const time: Metric = { unit: 'ns', better: 'lower' }
const rate: Metric = { unit: 'messages/s', better: 'higher' }
const bad: Metric = { unit: 'count', better: 'lower' }
const neutral: Metric = { unit: 'count', better: 'none' }

export const metrics = {
  /** Response time: from the intended send time, free of coordinated omission. */
  'latency.p50': time,
  'latency.p90': time,
  'latency.p99': time,
  'latency.p999': time,
  'latency.max': time,
  'service.p50': time,
  'service.p90': time,
  'service.p99': time,
  'service.p999': time,
  'service.max': time,
  'sendLag.p50': time,
  'sendLag.p90': time,
  'sendLag.p99': time,
  'sendLag.p999': time,
  'sendLag.max': time,
  /** Messages received in the measured window. */
  'throughput.messagesPerSec': rate,
  /** Payload bytes of those. */
  'throughput.bytesPerSec': { unit: 'bytes/s', better: 'higher' },
  /** Messages due in the measured window. */
  'rate.offered': { unit: 'messages/s', better: 'none' },
  'rate.achieved': rate,
  /** CPU time of all processes of the side for one delivered message; without what busy waiting took. */
  'cpu.serverPerMessageNs': time,
  'cpu.clientPerMessageNs': time,
  /** The ledger; counts are summed over the trials. */
  'send.scheduled': neutral,
  'send.sent': neutral,
  'send.skipped': bad,
  'send.errors': bad,
  'delivery.expected': neutral,
  'delivery.delivered': neutral,
  'delivery.lost': bad,
  'delivery.timedOut': bad,
  'delivery.inFlightAtEnd': bad,
  'delivery.unaccounted': bad,
  'delivery.duplicate': bad,
  'delivery.outOfOrder': bad,
  'delivery.corrupt': bad,
  'delivery.replayed': neutral,
  'delivery.late': bad,
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics

export const metricNames = Object.keys(metrics) as MetricName[]

/** A figure that only one workload has; its name does not collide with a metric's. */
export interface Figure extends Metric {
  readonly name: string
  /** Of its column. */
  readonly head: string
  readonly rank: 'essential' | 'full' | 'extra'
  /** What it is, in one sentence. */
  readonly text: string
}

/** The percentiles of a record, as the share of samples that do not exceed them. */
export const quantiles = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const

export type QuantileName = keyof typeof quantiles

/** A percentile needs so many samples beyond it to be more than the place of a few chance events. */
const SAMPLES_BEYOND = 10

/** @returns how many samples a percentile needs before it is reported */
export function samplesNeeded(quantile: QuantileName): number {
  return Math.round(SAMPLES_BEYOND / (1 - quantiles[quantile]))
}
