import { type Aggregate, type MetricName, metrics, type ThresholdResult, type Trial } from '../result.ts'
import { indexAggregates } from './aggregate.ts'
import { cellsOf } from './cell.ts'

/** A threshold, parsed. */
export interface Threshold {
  /** As it was written. */
  readonly expression: string
  readonly metric: string
  readonly op: '<' | '<=' | '>' | '>=' | '==' | '!='
  /** In the metric's unit: ns, per second, or a count. */
  readonly value: number
}

const holds: Readonly<Record<Threshold['op'], (actual: number, value: number) => boolean>> = {
  '<': (actual, value) => actual < value,
  '<=': (actual, value) => actual <= value,
  '>': (actual, value) => actual > value,
  '>=': (actual, value) => actual >= value,
  '==': (actual, value) => actual === value,
  '!=': (actual, value) => actual !== value,
}

const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name)

/**
 * Every threshold at every cell that can work at all; counts are judged by their sum over the trials, everything else
 * by its median. A figure that is suppressed or was never measured is `no-data`, and so is one that would pass while
 * a trial of its cell is invalid: what passes has to hold for every trial.
 */
export function evaluateThresholds(
  thresholds: readonly Threshold[],
  trials: readonly Trial[],
  aggregates: readonly Aggregate[],
): ThresholdResult[] {
  const lookUp = indexAggregates(aggregates)
  const cells = cellsOf(trials).filter(({ verdict }) => verdict !== 'unsupported')
  return thresholds.flatMap(({ expression, metric, op, value }) =>
    cells.map((cell) => {
      const found = lookUp(cell, metric)
      const actual = (found?.unit === 'count' ? found.sum : found?.median) ?? null
      const unit = found?.unit ?? (isMetric(metric) ? metrics[metric].unit : 'count')
      const status = statusOf(actual !== null && holds[op](actual, value), actual, cell.verdict === 'invalid')
      return { expression, metric, unit, subject: cell.subject, point: cell.point, actual, status }
    }),
  )
}

function statusOf(holding: boolean, actual: number | null, invalid: boolean): ThresholdResult['status'] {
  if (actual === null) return 'no-data'
  if (!holding) return 'fail'
  return invalid ? 'no-data' : 'pass'
}
