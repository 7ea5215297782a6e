/** Who is best at each point, after all pairs have been compared. */
import { metrics, type Ranking, type Trial } from '../result.ts'
import { type Cell, cellsOf, pointKey } from './cell.ts'
import { holm } from './correction.ts'
import { LEVEL } from './decision.ts'
import { pairingsOf, ratiosOf } from './pairing.ts'
import { hodgesLehmann, signedRank } from './signed-rank.ts'
import { competes, isClientBound, judgedMetric } from './standing.ts'

/**
 * Every pair of subjects that compete (none of whose trials is invalid or unsupported), block by block, by the signed-rank test, Holm over
 * all pairs of the point. Points with fewer than two such subjects have no ranking.
 */
export function rankingsOf(trials: readonly Trial[]): Ranking[] {
  const cells = cellsOf(trials)
  const keys = new Set(cells.map(({ point }) => pointKey(point)))
  return [...keys].flatMap((key) => {
    const here = cells.filter((cell) => pointKey(cell.point) === key)
    const model = here.find(competes)?.trials[0]?.load.model
    if (!model) return []
    const metric = judgedMetric(model)
    const { unit, better } = metrics[metric]
    return rankAt(here, { metric, unit, better }) ?? []
  })
}

/**
 * The same by any one figure of which more or less is better.
 * @param cells of one point
 * @returns null of fewer than two subjects that compete
 */
export function rankAt(cells: readonly Cell[], by: Pick<Ranking, 'metric' | 'unit' | 'better'>): Ranking | null {
  const competing = cells.filter(competes)
  const [first] = competing
  if (!first || competing.length < 2) return null
  const pairs = pairsOf(
    competing.map(({ subject }) => subject),
    competing.flatMap(({ trials }) => trials),
    by.metric,
  )
  const best = bestOf(pairs, by.better)
  // What a subject could do whose limit was the client is not known.
  const unknown = competing.some((cell) => cell.subject !== best && isClientBound(cell))
  return { ...by, point: first.point, best: unknown ? null : best, pairs }
}

type Pair = Ranking['pairs'][number]

function pairsOf(subjects: readonly string[], trials: readonly Trial[], metric: string): Pair[] {
  const tested = subjects.flatMap((one, index) =>
    subjects.slice(index + 1).map((other) => {
      const [pairing] = pairingsOf(
        trials.filter(({ subject }) => subject === one || subject === other),
        one,
        other,
      )
      const { logs } = ratiosOf(pairing?.pairs ?? [], metric)
      const { estimate, interval } = hodgesLehmann(logs, 1 - LEVEL)
      const ratio = estimate === null ? null : Math.exp(estimate)
      const ci95: [number, number] | null = interval && [Math.exp(interval[0]), Math.exp(interval[1])]
      return { pair: { one, other, ratio, ci95 }, p: signedRank(logs).pTwoSided }
    }),
  )
  const adjusted = holm(tested.map(({ p }) => p))
  return tested.map(({ pair }, index) => ({
    ...pair,
    pAdjusted: pair.ratio === null ? null : (adjusted[index] ?? null),
  }))
}

/** Measurably better than every other. */
function bestOf(pairs: readonly Pair[], better: Ranking['better']): string | null {
  const subjects = new Set(pairs.flatMap(({ one, other }) => [one, other]))
  const wins = (subject: string) => (pair: Pair) => {
    if (pair.ratio === null || pair.pAdjusted === null || pair.pAdjusted > LEVEL) return false
    const isOtherBetter = better === 'higher' ? pair.ratio > 1 : pair.ratio < 1
    return (isOtherBetter ? pair.other : pair.one) === subject && pair.ratio !== 1
  }
  const best = [...subjects].find((subject) =>
    pairs.filter(({ one, other }) => one === subject || other === subject).every(wins(subject)),
  )
  return best ?? null
}
