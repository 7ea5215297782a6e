import { type Aggregate, type Figure, metricNames, metrics, type Trial, type Unit } from '../result.ts'
import { type Cell, cellsOf, pointKey } from './cell.ts'
import { figureOf } from './figure.ts'
import { median, medianInterval95, range } from './spread.ts'

/**
 * Every metric of every cell, and every figure of the workload's own, over its valid and suspect trials. A cell without one has no aggregates.
 * Percentiles of trials are neither averaged nor pooled: the median over trials is one of the trials' own figures (or
 * halfway between two), and trials, not messages, are what repeats independently.
 */
export function aggregate(trials: readonly Trial[], own: readonly Figure[] = []): Aggregate[] {
  const named = [...metricNames.map((name) => ({ name, unit: metrics[name].unit })), ...own]
  return cellsOf(trials)
    .filter(({ usable }) => usable.length > 0)
    .flatMap((cell) => named.map(({ name, unit }) => aggregateOf(cell, name, unit)))
}

function aggregateOf({ subject, point, usable }: Cell, metric: string, unit: Unit): Aggregate {
  const figures = usable.map((trial) => figureOf(trial, metric))
  const known = figures.filter((figure) => figure !== null)
  const cell = { subject, point, metric, unit, trials: usable.length }
  // The missing figure may be the largest; a median of the others would look better than the cell was.
  if (known.length < figures.length) return { ...cell, median: null, ci95: null, range: null, sum: null }
  return {
    ...cell,
    median: median(known),
    ci95: medianInterval95(known),
    range: range(known),
    sum: unit === 'count' ? known.reduce((sum, figure) => sum + figure, 0) : null,
  }
}

/** Looks aggregates up by cell and metric. */
export function indexAggregates(
  aggregates: readonly Aggregate[],
): (cell: Pick<Cell, 'subject' | 'point'>, metric: string) => Aggregate | undefined {
  const byKey = new Map(aggregates.map((one) => [keyOf(one, one.metric), one]))
  return (cell, metric) => byKey.get(keyOf(cell, metric))
}

function keyOf({ subject, point }: Pick<Cell, 'subject' | 'point'>, metric: string): string {
  return JSON.stringify([subject, pointKey(point), metric])
}
