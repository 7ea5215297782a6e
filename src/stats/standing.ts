/** Who is best at a point of the matrix, and by how much the others miss it. */
import { type Aggregate, type MetricName, metrics } from '../result.ts'
import { indexAggregates } from './aggregate.ts'
import type { Cell } from './cell.ts'

/**
 * What subjects are compared by: where all get the same load, how long a message takes; where each takes as much as it
 * can, how many messages it moves. The latency of a closed loop is the answer to its own throughput, not a merit.
 */
export function judgedMetric(model: 'open' | 'closed' | 'saturate'): MetricName {
  return model === 'open' ? 'latency.p50' : 'throughput.messagesPerSec'
}

/**
 * @param cells of one point
 * @returns the best figure; null when nobody competes. Invalid and unsupported cells never do.
 */
export function bestOf(
  cells: readonly Cell[],
  aggregates: readonly Aggregate[],
  metric: MetricName,
): { subject: string; figure: number } | null {
  const lookUp = indexAggregates(aggregates)
  const sign = metrics[metric].better === 'higher' ? -1 : 1
  const ranked = cells
    .filter(competes)
    .flatMap((cell) => {
      const figure = lookUp(cell, metric)?.median ?? null
      return figure === null ? [] : [{ subject: cell.subject, figure }]
    })
    .toSorted((one, other) => sign * (one.figure - other.figure))
  return ranked[0] ?? null
}

/**
 * The best subject, where it is so clearly: it was measured at least twice, and the worst of its trials is better than the best
 * trial of every other. Null where trials of two subjects overlap, or each was measured once, and where the client was the limit
 * of another: what that one could do is not known.
 */
export function clearlyBest(
  cells: readonly Cell[],
  aggregates: readonly Aggregate[],
  metric: MetricName,
): string | null {
  const best = bestOf(cells, aggregates, metric)
  const lookUp = indexAggregates(aggregates)
  const rangeOf = (cell: Cell) => lookUp(cell, metric)?.range ?? null
  const winner = cells.find(({ subject }) => subject === best?.subject)
  const own = winner && winner.usable.length > 1 ? rangeOf(winner) : null
  const others = cells.filter((cell) => competes(cell) && cell !== winner)
  if (!winner || !own || others.length === 0) return null
  const beaten = others.every((cell) => {
    const range = rangeOf(cell)
    return (
      range !== null &&
      !isClientBound(cell) &&
      (metrics[metric].better === 'higher' ? own[0] > range[1] : own[1] < range[0])
    )
  })
  return beaten ? winner.subject : null
}

/** A subject's figure by the best one: 1 for the best, 1.5 for half as much latency again, 0.5 for half the throughput. */
export function ratioToBest(
  cell: Cell,
  cells: readonly Cell[],
  aggregates: readonly Aggregate[],
  metric: MetricName,
): number | null {
  const best = bestOf(cells, aggregates, metric)
  const figure = indexAggregates(aggregates)(cell, metric)?.median ?? null
  return best === null || figure === null || best.figure === 0 || !competes(cell) ? null : figure / best.figure
}

/** The client was the limit: the figures are of the client, and the subject could do more. */
export function isClientBound({ usable }: Cell): boolean {
  return usable.some(({ warnings }) => warnings.some(({ code }) => code === 'client-bound'))
}

function competes({ verdict }: Cell): boolean {
  return verdict === 'valid' || verdict === 'suspect'
}
