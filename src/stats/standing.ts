/** Who is best at a point of the matrix, and by how much the others miss it. */
import { type Aggregate, type MetricName, metrics, type Point, type Ranking } from '../result.ts'
import { indexAggregates } from './aggregate.ts'
import { type Cell, pointKey } from './cell.ts'
import { FEWEST_BLOCKS, LEVEL } from './decision.ts'

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
 * A subject's figure by the best one: 1 for the best, 1.5 for half as much latency again, 0.5 for half the throughput.
 * @param ranking of the point: whoever it calls best is what the others are held against, else whose median is
 */
export function ratioToBest(
  cell: Cell,
  cells: readonly Cell[],
  aggregates: readonly Aggregate[],
  metric: MetricName,
  ranking?: Ranking,
): number | null {
  const winner = cells.filter(({ subject }) => subject === ranking?.best)
  const best = bestOf(winner.length > 0 ? winner : cells, aggregates, metric)
  const figure = indexAggregates(aggregates)(cell, metric)?.median ?? null
  return best === null || figure === null || best.figure === 0 || !competes(cell) ? null : figure / best.figure
}

export function rankingAt(rankings: readonly Ranking[], point: Point): Ranking | undefined {
  const key = pointKey(point)
  return rankings.find((ranking) => pointKey(ranking.point) === key)
}

/** Why nobody is called best at a point, and null where somebody is. @param cells of the point */
export function undecidedAt({ best, pairs, better }: Ranking, cells: readonly Cell[]): string | null {
  if (best !== null) return null
  const subjects = new Set(pairs.flatMap(({ one, other }) => [one, other]))
  if (pairs.some(({ ratio }) => ratio === null)) return 'figures are missing'
  const ranked = cells.filter(({ subject }) => subjects.has(subject))
  const bound = ranked.filter(isClientBound)
  if (bound.length > 0) return `the client was the limit of ${bound.map(({ subject }) => subject).join(', ')}`
  const needed = blocksToRank(subjects.size)
  return Math.min(...ranked.map(({ usable }) => usable.length)) < needed
    ? `too few blocks to tell (${subjects.size} subjects need ${needed})`
    : alikeAmong(leadersOf({ pairs, better }), subjects.size)
}

export const ALIKE = 'no measurable difference'

/** Where some are measurably behind, it is said between whom there is no difference. */
function alikeAmong(leaders: readonly string[], subjects: number): string {
  if (leaders.length < 2 || leaders.length === subjects) return ALIKE
  const last = leaders.length - 1
  return `${ALIKE} between ${leaders.slice(0, last).join(', ')} and ${leaders[last]}, who are ahead of the others`
}

/** Those that nobody measurably beats. */
export function leadersOf({ pairs, better }: Pick<Ranking, 'pairs' | 'better'>): string[] {
  const all = new Set(pairs.flatMap(({ one, other }) => [one, other]))
  for (const { one, other, ratio: share, pAdjusted } of pairs) {
    if (share === null || pAdjusted === null || pAdjusted > LEVEL || share === 1) continue
    const otherIsMore = share > 1
    all.delete(otherIsMore === (better === 'higher') ? one : other)
  }
  return [...all]
}

/** Holm's correction lets none of so many pairs pass with fewer blocks, even where all agree; and below 6 there is no interval. */
function blocksToRank(subjects: number): number {
  const pairs = (subjects * (subjects - 1)) / 2
  return Math.max(FEWEST_BLOCKS, Math.ceil(Math.log2((2 * pairs) / LEVEL)))
}

/** The client was the limit: the figures are of the client, and the subject could do more. */
export function isClientBound({ usable }: Cell): boolean {
  return usable.some(({ warnings }) => warnings.some(({ code }) => code === 'client-bound'))
}

export function competes({ verdict }: Cell): boolean {
  return verdict === 'valid' || verdict === 'suspect'
}
