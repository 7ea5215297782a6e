/** The figures that aggregates carry and thresholds name, in one list. How each is taken from a trial: `stats/`. */

/** `share`: from 0 to 1. `ratio`: how many times as much. */
export type Unit = 'ns' | 'messages/s' | 'connections/s' | 'bytes/s' | 'count' | 'bytes' | 'share' | 'ratio'

/** Whether a smaller figure is a better one; `none`: neither. */
export type Better = 'lower' | 'higher' | 'none'

/** What a figure is in, and which way is up. */
export interface Measure {
  readonly unit: Unit
  readonly better: Better
}

export interface Metric extends Measure {
  /**
   * Two subjects are compared by it statistically. False of what checks that a trial was what it should be (offered rate, ledger,
   * send lag), of what is the same in every trial (bytes on the wire), and of what explains another figure (event loop, GC).
   */
  readonly compared: boolean
}

const time: Metric = { unit: 'ns', better: 'lower', compared: true }
const checkedTime: Metric = { ...time, compared: false }
const rate: Metric = { unit: 'messages/s', better: 'higher', compared: true }
const bad: Metric = { unit: 'count', better: 'lower', compared: false }
const neutral: Metric = { unit: 'count', better: 'none', compared: false }
const wireBytes: Metric = { unit: 'bytes', better: 'lower', compared: false }
const memory: Metric = { unit: 'bytes', better: 'lower', compared: true }
const checkedShare: Metric = { unit: 'share', better: 'lower', compared: false }

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
  'sendLag.p50': checkedTime,
  'sendLag.p90': checkedTime,
  'sendLag.p99': checkedTime,
  'sendLag.p999': checkedTime,
  'sendLag.max': checkedTime,
  /** Messages received in the measured window. */
  'throughput.messagesPerSec': rate,
  /** Payload bytes of those. */
  'throughput.bytesPerSec': { unit: 'bytes/s', better: 'higher', compared: false },
  /** Messages due in the measured window. */
  'rate.offered': { unit: 'messages/s', better: 'none', compared: false },
  'rate.achieved': { ...rate, compared: false },
  /** CPU time of all processes of the side for one delivered message; without what busy waiting took. */
  'cpu.serverPerMessageNs': time,
  'cpu.clientPerMessageNs': time,
  /** The two parts of it: in the processes' own code, and in the kernel for them. Null where they cannot be told. */
  'cpu.serverUserPerMessageNs': checkedTime,
  'cpu.serverSystemPerMessageNs': checkedTime,
  'cpu.clientUserPerMessageNs': checkedTime,
  'cpu.clientSystemPerMessageNs': checkedTime,
  /** All bytes that went a way by the messages that went that way; null where none did. */
  'wire.upBytesPerMessage': wireBytes,
  'wire.downBytesPerMessage': wireBytes,
  /** By how much the bytes on the wire are more than the payload in them. Below 0 where it was compressed. */
  'wire.upOverhead': checkedShare,
  'wire.downOverhead': checkedShare,
  /** The largest resident memory of each process since it began, all processes of the side together. */
  'memory.serverPeakBytes': memory,
  'memory.clientPeakBytes': memory,
  /** How much later than due a timer ran, in the process of the side that was the latest. */
  'eventLoop.serverDelayP99': checkedTime,
  'eventLoop.clientDelayP99': checkedTime,
  'eventLoop.serverDelayMax': checkedTime,
  'eventLoop.clientDelayMax': checkedTime,
  /** Share of the window that the busiest event loop of the side was at work, without busy waiting. */
  'eventLoop.serverUtilization': checkedShare,
  'eventLoop.clientUtilization': checkedShare,
  /** Share of the window that the process of the side that collected most stood still for it, and its longest pause. */
  'gc.serverShare': checkedShare,
  'gc.clientShare': checkedShare,
  'gc.serverMax': checkedTime,
  'gc.clientMax': checkedTime,
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
export interface Figure extends Measure {
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

/**
 * The slowest thousandth has to come from so many distinct events: one stall holds up many messages, and is one event. The relative
 * error of a count of n chance events is 1/sqrt(n): with 5 the share of slow messages is known to within half of it.
 */
export const excursionsNeeded = 5

/** @returns how many samples a percentile needs before it is reported */
export function samplesNeeded(quantile: QuantileName): number {
  return Math.round(SAMPLES_BEYOND / (1 - quantiles[quantile]))
}
