/** Figures as straight lines over the levels of a varied number: memory by connections. */
import { type Figure, type Fit, metrics, type Point, type Trial, type Unit } from '../result.ts'
import { pointKey } from './cell.ts'
import { figureOf } from './figure.ts'
import { lineThrough } from './line.ts'

/**
 * One fit a subject, slope and point of the rest of the matrix, over all valid and suspect trials; none where the number is not
 * varied. A trial without the figure leaves the fit without one: the missing one may be the farthest off.
 * @param own the figures of the workload
 */
export function fitsOf(
  trials: readonly Trial[],
  slopes: ReadonlyArray<{ readonly metric: string; readonly over: string }>,
  own: readonly Figure[] = [],
): Fit[] {
  return slopes.flatMap(({ metric, over }) => {
    const groups = new Map<string, Trial[]>()
    for (const trial of trials) {
      if (typeof trial.point[over] !== 'number') continue
      if (trial.verdict !== 'valid' && trial.verdict !== 'suspect') continue
      const key = JSON.stringify([trial.subject, pointKey(without(trial.point, over))])
      groups.set(key, [...(groups.get(key) ?? []), trial])
    }
    return [...groups.values()].flatMap((group) => {
      const [first] = group
      if (!first) return []
      const levels = [...new Set(group.map(({ point }) => Number(point[over])))].sort((one, other) => one - other)
      const values = group.flatMap((trial) => {
        const figure = figureOf(trial, metric)
        return figure === null ? [] : [[Number(trial.point[over]), figure] as const]
      })
      const line = values.length === group.length ? lineThrough(values) : null
      const { slope, intercept, ci95 } = line ?? { slope: null, intercept: null, ci95: null }
      const of = { subject: first.subject, point: without(first.point, over), metric, over, unit: unitOf(metric, own) }
      return { ...of, slope, intercept, ci95, levels, trials: group.length }
    })
  })
}

function without(point: Point, name: string): Point {
  return Object.fromEntries(Object.entries(point).filter(([key]) => key !== name))
}

function unitOf(metric: string, own: readonly Figure[]): Unit {
  const known: Readonly<Record<string, { readonly unit: Unit }>> = metrics
  return own.find(({ name }) => name === metric)?.unit ?? known[metric]?.unit ?? 'count'
}
