/** Whether the intervals are narrow enough to stop: what `blocks: auto` asks after each block. */
import type { Gate, Precision } from '../gate.ts'
import type { Trial } from '../result.ts'
import { cellsOf, pointKey } from './cell.ts'
import { boundsConfidence } from './decision.ts'
import { figuresOf, type Pairing, pairingsOf, ratiosOf } from './pairing.ts'
import { hodgesLehmann } from './signed-rank.ts'
import { judgedMetric } from './standing.ts'

/**
 * Half the width of each interval by which subjects are judged: with a gate, of its metrics at every point; else of the judged
 * metric of every pair of subjects, or of a subject alone. It never looks at the differences themselves, because to stop when
 * there is one finds some where there are none; to stop on the width does not (Chow & Robbins, On the asymptotic theory of
 * fixed-width sequential confidence intervals for the mean, Ann. Math. Stat. 36 (1965) 457-462; and the simulation beside).
 * A metric that lacks a figure somewhere cannot be decided by more blocks and is left out.
 * @param minEffect a share
 */
export function precisionOf(trials: readonly Trial[], gate: Gate | undefined, minEffect: number): Precision {
  const series = gate ? gatedSeries(trials, gate) : rankedSeries(trials)
  const fit = series.filter(({ logs }) => logs !== null)
  const widths = fit.map(({ metric, logs, tests }) => ({ metric, width: halfWidth(logs ?? [], tests) }))
  const [widest] = widths.toSorted((one, other) => other.width - one.width)
  if (!widest) return { reached: false, widest: null, metric: null }
  if (!Number.isFinite(widest.width)) return { reached: false, widest: null, metric: widest.metric }
  return { reached: widest.width <= minEffect, widest: widest.width, metric: widest.metric }
}

/**
 * @param logs one a block
 * @param tests how many are corrected for
 * @returns half the width of the interval, a share; Infinity with too few for one
 */
export function halfWidth(logs: readonly number[], tests: number): number {
  const { interval } = hodgesLehmann(logs, boundsConfidence(tests))
  return interval ? Math.expm1((interval[1] - interval[0]) / 2) : Number.POSITIVE_INFINITY
}

interface Series {
  readonly metric: string
  /** Null where a figure is missing. */
  readonly logs: readonly number[] | null
  /** How many one-sided tests it is corrected for; a two-sided one counts twice. */
  readonly tests: number
}

function gatedSeries(trials: readonly Trial[], gate: Gate): Series[] {
  const pairings = pairingsOf(trials, gate.base, gate.head)
  const tests = pairings.length * gate.metrics.length
  return pairings.flatMap(({ pairs }) => gate.metrics.map((metric) => ({ metric, logs: ratios(pairs, metric), tests })))
}

function rankedSeries(trials: readonly Trial[]): Series[] {
  const cells = cellsOf(trials).filter(({ usable }) => usable.length > 0)
  const points = [...new Set(cells.map(({ point }) => pointKey(point)))]
  return points.flatMap((key) => {
    const here = cells.filter(({ point }) => pointKey(point) === key)
    const metric = judgedMetric(here[0]?.trials[0]?.load.model ?? 'open')
    const [first, ...others] = here
    if (first && others.length === 0) return [{ metric, logs: alone(first.usable, metric), tests: 2 }]
    const usable = here.flatMap((cell) => cell.usable)
    const tests = here.length * (here.length - 1)
    return here.flatMap((one, index) =>
      here
        .slice(index + 1)
        .flatMap((other) => pairingsOf(usable, one.subject, other.subject))
        .map(({ pairs }) => ({ metric, logs: ratios(pairs, metric), tests })),
    )
  })
}

function ratios(pairs: Pairing['pairs'], metric: string): readonly number[] | null {
  const { logs, unfit } = ratiosOf(pairs, metric)
  return unfit.length > 0 ? null : logs
}

function alone(trials: readonly Trial[], metric: string): readonly number[] | null {
  const { values, unfit } = figuresOf(trials, metric)
  return unfit.length > 0 ? null : values.map(Math.log)
}
