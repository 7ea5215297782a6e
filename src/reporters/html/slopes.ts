/** A figure over the levels of a varied number, with the line that was fitted: memory by connections. */
import type { Fit } from '../../result.ts'
import { pointKey, pointName } from '../../stats/cell.ts'
import { figureOf } from '../../stats/figure.ts'
import { median } from '../../stats/spread.ts'
import { count, figure, NO_FIGURE } from '../format.ts'
import { type LineChart, lineChart } from './line-chart.ts'
import { html, type Markup, name, nothing, plainName } from './markup.ts'
import { tableOf } from './tables.ts'
import type { ChapterView } from './view.ts'

export function slopeSection(view: ChapterView): Markup {
  const { fits } = view.result
  if (fits.length === 0) return nothing
  const groups = new Map<string, Fit[]>()
  for (const fit of fits) {
    const key = JSON.stringify([fit.over, fit.metric, pointKey(fit.point)])
    groups.set(key, [...(groups.get(key) ?? []), fit])
  }
  const charts = [...groups.values()].map((group, index) => lineChart(chartOf(view, group, index)))
  return html`<section aria-labelledby="${view.id}-slopes"><h3 id="${view.id}-slopes">Slopes</h3>
${slopeTable(view)}
<div class="pair">${charts}</div></section>`
}

function headOf({ result }: ChapterView, metric: string): string {
  return result.scenario.figures.find((one) => one.name === metric)?.head ?? metric
}

function slopeTable(view: ChapterView): Markup {
  return tableOf({
    caption: 'Growth for each one, by a straight line through all trials, with its 95 % interval',
    heads: ['subject', 'figure', 'over', 'slope', '95 % interval', 'trials'],
    prose: [0, 1],
    rows: view.result.fits.map((fit) => ({
      head: name(fit.subject),
      cells: [
        name(headOf(view, fit.metric)),
        name([fit.over, pointName(fit.point)].filter(Boolean).join(', at ')),
        figure(fit.slope, fit.unit),
        fit.ci95 ? `${figure(fit.ci95[0], fit.unit)} to ${figure(fit.ci95[1], fit.unit)}` : NO_FIGURE,
        fit.trials,
      ],
    })),
  })
}

function chartOf(view: ChapterView, group: readonly Fit[], index: number): LineChart {
  const { metric = '', over = '', unit = 'count', point = {} } = group[0] ?? {}
  const levels = [...new Set(group.flatMap((fit) => fit.levels))].sort((one, other) => one - other)
  const ordered = group.toSorted((one, other) => view.lookOf(one.subject) - view.lookOf(other.subject))
  const lines = ordered.map((fit) => ({ fit, values: levels.map((level) => medianAt(view, fit, level)) }))
  const where = pointName(point)
  return {
    id: `${view.id}-slope-${index}`,
    title: `${plainName(headOf(view, metric))} by ${plainName(over)}${where && `, at ${plainName(where)}`}`,
    note: 'Medians of the trials at each level; a straight course means that each one costs the same.',
    x: { label: over, scale: 'number', log: false },
    y: { label: headOf(view, metric), scale: unit, log: false },
    lines: lines.map(({ fit, values }) => ({
      name: fit.subject,
      look: view.lookOf(fit.subject),
      points: levels.map((level, at) => [level, values[at] ?? null] as const),
    })),
    dots: true,
    table: {
      caption: `${headOf(view, metric)} by ${over}`,
      heads: [over, ...lines.map(({ fit }) => name(fit.subject))],
      rows: levels.map((level, at) => ({
        head: count(level),
        cells: lines.map(({ values }) => figure(values[at], unit)),
      })),
    },
  }
}

function medianAt({ result }: ChapterView, fit: Fit, level: number): number | null {
  const key = pointKey({ ...fit.point, [fit.over]: level })
  const figures = result.trials
    .filter(({ subject, point, verdict }) => {
      return subject === fit.subject && pointKey(point) === key && (verdict === 'valid' || verdict === 'suspect')
    })
    .map((trial) => figureOf(trial, fit.metric))
  const known = figures.filter((one) => one !== null)
  return known.length < figures.length ? null : median(known)
}
