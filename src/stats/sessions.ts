/** Results of separate runs compared: what differs between them includes the sessions, which no number of trials averages out. */
import type { Gate } from '../gate.ts'
import type { Comparison, Figure, Trial } from '../result.ts'
import { cellsOf, pointKey } from './cell.ts'
import { percent } from './change.ts'
import { type Compared, comparedAt } from './compared.ts'
import {
  boundsConfidence,
  type Decision,
  decide,
  type Evidence,
  type Family,
  FEWEST_BLOCKS,
  gatedFamily,
  LEVEL,
  notesFamily,
} from './decision.ts'
import { figuresOf } from './pairing.ts'
import { rankSum, shift } from './rank-sum.ts'
import { median, range } from './spread.ts'
import { tQuantile } from './student.ts'
import { leftOutOf, listed } from './words.ts'

/** With so many stored runs, how far they lie apart says more than an allowance. */
export const ENOUGH_BASELINES = 5

interface Measured extends Compared {
  readonly point: Trial['point']
  /** Of each base run. */
  readonly runs: ReadonlyArray<readonly number[]>
  readonly heads: readonly number[]
  readonly unfit: readonly string[]
  readonly leftOut: readonly string[]
  readonly sign: number
}

/**
 * The rank-sum test of all head trials against all base trials, and the shift of their logarithms. Head is `worse` only where its interval is
 * clear of 1 by more than `sessionAllowance`, too. With 5 or more base runs, a prediction interval over their medians takes the allowance's place:
 * where the median of one more run of the same would lie; Whitmore, Prediction limits for a univariate normal observation, The American Statistician 40
 * (1986) 141-143; Hahn & Meeker, Statistical Intervals (1991), 4.7. `same` needs as much room the other way, which the default
 * allowance never leaves: separate runs cannot show that nothing has changed.
 * @param bases one list of trials for each base run
 */
export function compareRuns(
  bases: ReadonlyArray<readonly Trial[]>,
  head: readonly Trial[],
  gate: Gate,
  figures: readonly Figure[],
): Comparison[] {
  const measured = measuredOf(bases, head, gate, figures)
  const gated = measured.filter((one) => one.gated)
  const notes = measured.filter((one) => !one.gated)
  return [...judge(gated, gate, gated.length, gatedFamily), ...judge(notes, gate, 1, notesFamily)]
}

function measuredOf(
  bases: ReadonlyArray<readonly Trial[]>,
  head: readonly Trial[],
  gate: Gate,
  figures: readonly Figure[],
): Measured[] {
  const baseCells = bases.map((run) => cellsOf(run.filter(({ subject }) => subject === gate.base)))
  const headCells = cellsOf(head.filter(({ subject }) => subject === gate.head))
  const points = new Map([...headCells, ...baseCells.flat()].map(({ point }) => [pointKey(point), point]))
  return [...points].flatMap(([key, point]) => {
    const here = (cells: typeof headCells) => cells.filter((cell) => pointKey(cell.point) === key)
    const heads = here(headCells)
    const runs = baseCells.map(here)
    const usableHeads = heads.flatMap(({ usable }) => usable)
    const usableRuns = runs.map((cells) => cells.flatMap(({ usable }) => usable))
    const leftOut = [...runs.flat(), ...heads].flatMap(({ trials, usable }) =>
      trials.filter((trial) => !usable.includes(trial)).map(({ id, verdict }) => `${id} is ${verdict}`),
    )
    return comparedAt(gate, figures, [...usableRuns.flat(), ...usableHeads]).map((compared) => {
      const ofHead = figuresOf(usableHeads, compared.metric)
      const ofRuns = usableRuns.map((trials) => figuresOf(trials, compared.metric))
      const unfit = [...ofRuns.flatMap((one) => one.unfit), ...ofHead.unfit]
      const values = ofRuns.map((one) => one.values)
      const sign = { lower: 1, higher: -1, none: 0 }[compared.better]
      return { ...compared, point, runs: values, heads: ofHead.values, unfit, leftOut, sign }
    })
  })
}

interface Judged {
  readonly evidence: Evidence | null
  /** What was allowed for, and why. */
  readonly allowed: string
}

function judge(metrics: readonly Measured[], gate: Gate, tests: number, family: Family): Comparison[] {
  const judged = metrics.map((one) => acrossSessions(one, gate, tests))
  const decisions = decide(
    judged.map(({ evidence }) => evidence),
    gate,
    family,
  )
  return metrics.map((one, index) => record(one, gate, judged[index], decisions[index]))
}

function logsOf(values: readonly number[], sign: number): number[] {
  return values.map((value) => sign * Math.log(value))
}

/** Evidence is null where figures are missing or there are fewer than 6 trials of either. */
function acrossSessions({ runs, heads, unfit, sign }: Measured, gate: Gate, tests: number): Judged {
  const bases = runs.flat()
  const predicted = runs.length >= ENOUGH_BASELINES && runs.every((run) => run.length > 0)
  const allowed = predicted
    ? `runs differ: judged by a prediction interval over ${runs.length} base runs`
    : `runs differ: ${percent(gate.sessionAllowance)} is allowed for (sessionAllowance)`
  if (unfit.length > 0 || sign === 0 || Math.min(bases.length, heads.length) < FEWEST_BLOCKS)
    return { evidence: null, allowed }
  const { pGreater, pLess } = rankSum(logsOf(bases, sign), logsOf(heads, sign))
  const { estimate, interval } = shift(logsOf(bases, sign), logsOf(heads, sign), boundsConfidence(tests))
  const tested = { pWorse: pGreater, pBetter: pLess }
  if (!predicted) {
    const margin = Math.log1p(gate.sessionAllowance)
    return { evidence: { ...tested, estimate: estimate ?? 0, bounds: interval, margin }, allowed }
  }
  const medians = runs.map((run) => median(logsOf(run, sign)) ?? 0)
  const mean = medians.reduce((sum, one) => sum + one, 0) / medians.length
  const variance = medians.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (medians.length - 1)
  const margin = tQuantile(LEVEL / tests, medians.length - 1) * Math.sqrt(variance * (1 + 1 / medians.length))
  const distance = (median(logsOf(heads, sign)) ?? mean) - mean
  // A margin of 0 would say that there is none to clear.
  const bounds: [number, number] = [distance, distance]
  return {
    evidence: { ...tested, estimate: distance, bounds, margin },
    allowed: `${allowed}, which allows ${percent(Number(Math.expm1(margin).toPrecision(2)))}`,
  }
}

function record(
  { metric, unit, better, gated, point, runs, heads, unfit, leftOut, sign }: Measured,
  gate: Gate,
  judged: Judged | undefined,
  decision: Decision | undefined,
): Comparison {
  const bases = runs.flat()
  const evidence = judged?.evidence ?? null
  const isFit = unfit.length === 0 && sign !== 0
  const { estimate, interval } = isFit
    ? shift(logsOf(bases, 1), logsOf(heads, 1), 0.95)
    : { estimate: null, interval: null }
  const ends = range(bases)
  const headEnds = range(heads)
  const parts = [...reasonOf(), judged?.allowed ?? '', ...leftOutOf(leftOut)]
  return {
    metric,
    unit,
    better,
    point,
    base: gate.base,
    head: gate.head,
    gated,
    method: 'rank-sum',
    blocks: null,
    baseTrials: bases.length,
    headTrials: heads.length,
    baseMedian: isFit ? median(bases) : null,
    headMedian: isFit ? median(heads) : null,
    ratio: estimate === null ? null : Math.exp(estimate),
    ci95: evidence && interval ? [Math.exp(interval[0]), Math.exp(interval[1])] : null,
    range: isFit && ends && headEnds ? [headEnds[0] / ends[1], headEnds[1] / ends[0]] : null,
    p: evidence?.pWorse ?? null,
    pAdjusted: evidence ? (decision?.pAdjusted ?? null) : null,
    variation: null,
    smallestVisible: evidence ? Math.expm1(evidence.margin + halfOf(evidence.bounds)) : null,
    blocksNeeded: null,
    verdict: decision?.verdict ?? 'inconclusive',
    note: parts.join('; '),
  }

  function reasonOf(): string[] {
    if (sign === 0) return ['neither more nor less of it is better: it cannot be compared']
    if (unfit.length > 0) return [`every trial needs a figure above 0: ${listed(unfit)}`]
    if (!evidence)
      return [`${bases.length} and ${heads.length} trials are too few to tell: ${FEWEST_BLOCKS} of each are the least`]
    return []
  }
}

function halfOf(bounds: Evidence['bounds']): number {
  return bounds ? (bounds[1] - bounds[0]) / 2 : 0
}
