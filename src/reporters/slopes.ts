/** Figures fitted over the levels of what was varied, as text: subjects by figures, before anybody lays it out. */
import type { Fit, Result } from '../result.ts'
import { pointKey, pointName } from '../stats/cell.ts'
import { count, figure, NO_FIGURE } from './format.ts'

/** The fits over one varied number at one point of the rest of the matrix. */
export interface SlopeSheet {
  readonly title: string
  /** Why some have no slope. */
  readonly remark?: string
  readonly heads: readonly string[]
  readonly rows: ReadonlyArray<{ readonly subject: string; readonly texts: readonly string[] }>
}

const REMARK = `${NO_FIGURE} slope: needs 2 levels and 3 trials, each with the figure.`

/** Subjects in the scenario's order. */
export function slopeSheetsOf({ fits, scenario }: Result): SlopeSheet[] {
  const groups = new Map<string, Fit[]>()
  for (const fit of fits) {
    const key = JSON.stringify([fit.over, pointKey(fit.point)])
    groups.set(key, [...(groups.get(key) ?? []), fit])
  }
  return [...groups.values()].map((group) => {
    const metrics = [...new Set(group.map(({ metric }) => metric))]
    const known = new Set(group.map(({ subject }) => subject))
    const ordered = [...scenario.subjects.filter((subject) => known.has(subject)), ...known]
    return {
      title: titleOf(group),
      ...(group.some(({ slope }) => slope === null) ? { remark: REMARK } : {}),
      heads: metrics.map((metric) => scenario.figures.find(({ name }) => name === metric)?.head ?? metric),
      rows: [...new Set(ordered)].map((subject) => ({
        subject,
        texts: metrics.map((metric) => slopeOf(group.find((fit) => fit.subject === subject && fit.metric === metric))),
      })),
    }
  })
}

function titleOf(group: readonly Fit[]): string {
  const levels = [...new Set(group.flatMap((fit) => fit.levels))].sort((one, other) => one - other)
  const over = group[0]?.over ?? ''
  const name = pointName(group[0]?.point ?? {})
  const [lowest, highest] = [count(levels[0] ?? 0), count(levels.at(-1) ?? 0)]
  const range = lowest === highest ? `at ${lowest}` : `from ${lowest} to ${highest}`
  return `Slope over ${over}, ${range}${name && `, at ${name}`}: growth for each one, with its 95 % interval`
}

function slopeOf(fit: Fit | undefined): string {
  if (!fit || fit.slope === null) return NO_FIGURE
  const { slope, ci95, unit } = fit
  return `${figure(slope, unit)}${ci95 ? ` (${figure(ci95[0], unit)} to ${figure(ci95[1], unit)})` : ''}`
}
