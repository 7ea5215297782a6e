/** How each metric is taken from one trial. */
import type { Latency, MetricName, Trial } from '../result.ts'
import {
  cpuPartPerMessageNs,
  cpuPerMessageNs,
  eventLoopDelay,
  eventLoopUtilization,
  gcMax,
  gcShare,
  peakBytes,
  wireBytesPerMessage,
  wireOverhead,
} from './cost.ts'

type Figure = (trial: Trial) => number | null
type Quantile = 'p50' | 'p90' | 'p99' | 'p999'

/** Something that was due never arrived, at a receiver whose latency counts: it would have been the slowest. */
function censored(trial: Trial): boolean {
  const { expected, skipped, delivered, apart = { expected: 0, delivered: 0 } } = trial.counts
  return expected - apart.expected + skipped + sendErrors(trial) > delivered - apart.delivered
}

const response =
  (of: Quantile): Figure =>
  (trial) =>
    trial.latency.response?.[of] ?? null
const service =
  (of: Quantile): Figure =>
  (trial) =>
    trial.latency.service?.[of] ?? null
const lag =
  (of: Quantile): Figure =>
  (trial) =>
    trial.latency.sendLag?.[of] ?? null

/** The maximum is the percentile 100: one missing message makes it unknown. */
function maximum(trial: Trial, latency: Latency | null): number | null {
  return latency && latency.count > 0 && !censored(trial) ? latency.max : null
}

function perSecond({ durationNs }: Trial, amount: number): number | null {
  return durationNs > 0 ? amount / (durationNs / 1e9) : null
}

/** Every failed send, whatever its cause. */
function sendErrors({ counts }: Trial): number {
  return Object.values(counts.errors).reduce((sum, count) => sum + count, 0)
}

const figures: Readonly<Record<MetricName, Figure>> = {
  'latency.p50': response('p50'),
  'latency.p90': response('p90'),
  'latency.p99': response('p99'),
  'latency.p999': response('p999'),
  'latency.max': (trial) => maximum(trial, trial.latency.response),
  'service.p50': service('p50'),
  'service.p90': service('p90'),
  'service.p99': service('p99'),
  'service.p999': service('p999'),
  'service.max': (trial) => maximum(trial, trial.latency.service),
  'sendLag.p50': lag('p50'),
  'sendLag.p90': lag('p90'),
  'sendLag.p99': lag('p99'),
  'sendLag.p999': lag('p999'),
  'sendLag.max': ({ latency }) => latency.sendLag?.max ?? null,
  'throughput.messagesPerSec': ({ load }) => load.achievedPerSec,
  'throughput.bytesPerSec': ({ load, payload }) => load.achievedPerSec * payload.sizeBytes,
  'rate.offered': (trial) => perSecond(trial, trial.counts.scheduled),
  'rate.achieved': ({ load }) => load.achievedPerSec,
  'cpu.serverPerMessageNs': (trial) => cpuPerMessageNs(trial, 'server'),
  'cpu.clientPerMessageNs': (trial) => cpuPerMessageNs(trial, 'client'),
  'cpu.serverUserPerMessageNs': (trial) => cpuPartPerMessageNs(trial, 'server', 'cpuUserNs'),
  'cpu.serverSystemPerMessageNs': (trial) => cpuPartPerMessageNs(trial, 'server', 'cpuSystemNs'),
  'cpu.clientUserPerMessageNs': (trial) => cpuPartPerMessageNs(trial, 'client', 'cpuUserNs'),
  'cpu.clientSystemPerMessageNs': (trial) => cpuPartPerMessageNs(trial, 'client', 'cpuSystemNs'),
  'wire.upBytesPerMessage': (trial) => wireBytesPerMessage(trial, 'up'),
  'wire.downBytesPerMessage': (trial) => wireBytesPerMessage(trial, 'down'),
  'wire.upOverhead': (trial) => wireOverhead(trial, 'up'),
  'wire.downOverhead': (trial) => wireOverhead(trial, 'down'),
  'memory.serverPeakBytes': (trial) => peakBytes(trial, 'server'),
  'memory.clientPeakBytes': (trial) => peakBytes(trial, 'client'),
  'eventLoop.serverDelayP99': (trial) => eventLoopDelay(trial, 'server', 'P99'),
  'eventLoop.clientDelayP99': (trial) => eventLoopDelay(trial, 'client', 'P99'),
  'eventLoop.serverDelayMax': (trial) => eventLoopDelay(trial, 'server', 'Max'),
  'eventLoop.clientDelayMax': (trial) => eventLoopDelay(trial, 'client', 'Max'),
  'eventLoop.serverUtilization': (trial) => eventLoopUtilization(trial, 'server'),
  'eventLoop.clientUtilization': (trial) => eventLoopUtilization(trial, 'client'),
  'gc.serverShare': (trial) => gcShare(trial, 'server'),
  'gc.clientShare': (trial) => gcShare(trial, 'client'),
  'gc.serverMax': (trial) => gcMax(trial, 'server'),
  'gc.clientMax': (trial) => gcMax(trial, 'client'),
  'send.scheduled': ({ counts }) => counts.scheduled,
  'send.sent': ({ counts }) => counts.sent,
  'send.skipped': ({ counts }) => counts.skipped,
  'send.errors': sendErrors,
  'delivery.expected': ({ counts }) => counts.expected,
  'delivery.delivered': ({ counts }) => counts.delivered,
  'delivery.lost': ({ counts }) => counts.lost,
  'delivery.timedOut': ({ counts }) => counts.timedOut,
  'delivery.inFlightAtEnd': ({ counts }) => counts.inFlightAtEnd,
  'delivery.unaccounted': ({ counts }) => counts.unaccounted,
  'delivery.duplicate': ({ counts }) => counts.duplicate,
  'delivery.outOfOrder': ({ counts }) => counts.outOfOrder,
  'delivery.corrupt': ({ counts }) => counts.corrupt,
  'delivery.replayed': ({ counts }) => counts.replayed,
  'delivery.late': ({ counts }) => counts.late,
}

/**
 * @param metric one of the metrics, or a figure of the trial's workload
 * @returns the trial's figure in the metric's unit; null where it was not measured or is suppressed
 */
export function figureOf(trial: Trial, metric: string): number | null {
  if (Object.hasOwn(figures, metric)) return figures[metric as MetricName](trial)
  return trial.workload.figures[metric] ?? null
}
