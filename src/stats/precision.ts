/** Whether the intervals are narrow enough to stop: what `blocks: auto` asks after each block. */
import type { Gate } from '../gate.ts'
import type { Trial } from '../result.ts'
import { cellsOf, pointKey } from './cell.ts'
import { boundsConfidence } from './decision.ts'
import { figuresOf, pairingsOf } from './pairing.ts'
import { hodgesLehmann } from './signed-rank.ts'
import { judgedMetric } from './standing.ts'

export interface Precision {
  readonly reached: boolean
  /** The widest corrected half-width, a share; null where there is no interval yet, or nothing that blocks could narrow. */
  readonly widest: number | null
  /** Whose it is. */
  readonly metric: string | null
}

/**
 * Half the width of each interval by which a comparison is judged; with a gate, of its metrics at every point, else of the
 * judged metric of every pair of subjects, or of a subject alone. It never looks at the differences themselves: to stop because
 * there is one, finds some where there are none. A metric that lacks a figure somewhere cannot be decided by more blocks and is left out.
 * @param minEffect a share
 */
export function precisionOf(trials: readonly Trial[], gate: Gate | undefined, minEffect: number): Precision {
  const series = gate ? gatedSeries(trials, gate) : rankedSeries(trials)
  const fit = series.filter(({ logs }) => logs !== null)
  const confidence = boundsConfidence(series.length)
  const widths = fit.map(({ metric, logs }) => {
    const { interval } = hodgesLehmann(logs ?? [], confidence)
    return { metric, width: interval ? Math.expm1((interval[1] - interval[0]) / 2) : Number.POSITIVE_INFINITY }
  })
  const [widest] = widths.toSorted((one, other) => other.width - one.width)
  if (!widest) return { reached: false, widest: null, metric: null }
  if (!Number.isFinite(widest.width)) return { reached: false, widest: null, metric: widest.metric }
  return { reached: widest.width <= minEffect, widest: widest.width, metric: widest.metric }
}

interface Series {
  readonly metric: string
  /** Null where a figure is missing. */
  readonly logs: readonly number[] | null
}

function gatedSeries(trials: readonly Trial[], gate: Gate): Series[] {
  return pairingsOf(trials, gate.base, gate.head).flatMap(({ pairs }) =>
    gate.metrics.map((metric) => ratios(pairs, metric)),
  )
}

function rankedSeries(trials: readonly Trial[]): Series[] {
  const cells = cellsOf(trials).filter(({ usable }) => usable.length > 0)
  const points = [...new Set(cells.map(({ point }) => pointKey(point)))]
  return points.flatMap((key) => {
    const here = cells.filter(({ point }) => pointKey(point) === key)
    const metric = judgedMetric(here[0]?.trials[0]?.load.model ?? 'open')
    const [first, ...others] = here
    if (first && others.length === 0) return [alone(first.usable, metric)]
    const usable = here.flatMap((cell) => cell.usable)
    return here.flatMap((one, index) =>
      here
        .slice(index + 1)
        .flatMap((other) => pairingsOf(usable, one.subject, other.subject).map(({ pairs }) => ratios(pairs, metric))),
    )
  })
}

function ratios(pairs: ReadonlyArray<{ base: Trial; head: Trial }>, metric: string): Series {
  const bases = figuresOf(
    pairs.map(({ base }) => base),
    metric,
  )
  const heads = figuresOf(
    pairs.map(({ head }) => head),
    metric,
  )
  if (bases.unfit.length + heads.unfit.length > 0) return { metric, logs: null }
  return { metric, logs: bases.values.map((base, index) => Math.log((heads.values[index] ?? base) / base)) }
}

function alone(trials: readonly Trial[], metric: string): Series {
  const { values, unfit } = figuresOf(trials, metric)
  return { metric, logs: unfit.length > 0 ? null : values.map(Math.log) }
}
