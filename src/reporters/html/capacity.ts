/** What a search found: the highest load of each subject, and latency on the way there. */
import type { Capacity } from '../../result.ts'
import { medianAtLoad } from '../../stats/capacity.ts'
import { pointKey, pointName } from '../../stats/cell.ts'
import { capacityCurves, capacityNotes, capacitySheets } from '../capacity.ts'
import { figure } from '../format.ts'
import { type LineChart, lineChart } from './line-chart.ts'
import { html, type Markup, name, nothing, sentence } from './markup.ts'
import { sheetTable } from './sheet-table.ts'
import { tableOf } from './tables.ts'
import type { ChapterView } from './view.ts'

export function capacitySection(view: ChapterView): Markup {
  const { capacities } = view.result
  if (capacities.length === 0) return nothing
  const groups = [...new Set(capacities.map(({ point }) => pointKey(point)))]
  const charts = groups.map((key, index) => {
    const own = capacities.filter(({ point, curve }) => pointKey(point) === key && curve.length > 0)
    return html`<div class="pair">${(['p99', 'p50'] as const).map((of) => lineChart(chartOf(view, own, of, index)))}</div>`
  })
  return html`<section aria-labelledby="${view.id}-capacity"><h3 id="${view.id}-capacity">Capacity</h3>
${capacitySheets(view.result).map((sheet) => sheetTable(sheet, view, 'The highest load at which the objective holds'))}
${capacityNotes(view.result).map((line) => html`<p class="note">${sentence(line)}</p>`)}
${charts}
<details class="data"><summary>Every load that was tried</summary>${capacityCurves(view.result).map(
    ({ title, sheet }) =>
      tableOf({
        caption: title,
        heads: ['load', ...sheet.fields.map(({ head }) => head)],
        rows: sheet.rows.map((row) => ({ head: row.subject, cells: row.texts })),
      }),
  )}</details></section>`
}

function chartOf(view: ChapterView, own: readonly Capacity[], of: 'p50' | 'p99', index: number): LineChart {
  const { over = 'load', unit = 'count', point = {} } = own[0] ?? {}
  const curves = own.map((one) => {
    const loads = [...new Set(one.curve.map(({ value }) => value))].toSorted((low, high) => low - high)
    const points = loads.map((load) => {
      return [
        load,
        medianAtLoad(
          one.curve.filter(({ value }) => value === load),
          of,
        ),
      ] as const
    })
    return { one, points: new Map(points) }
  })
  const loads = [...new Set(curves.flatMap(({ points }) => [...points.keys()]))].sort((low, high) => low - high)
  const where = pointName(point)
  return {
    id: `${view.id}-load-${index}-${of}`,
    title: `${of} against load${where && `, at ${where}`}`,
    note: 'Every load that was tried, medians of its runs, those that failed among them; what the highest load is that holds stands in the table above.',
    x: { label: over, scale: unit, log: true },
    y: { label: `${of} of the response time`, scale: 'ns', log: true },
    lines: curves.map(({ one, points }) => ({
      name: one.subject,
      look: view.lookOf(one.subject),
      points: [...points],
    })),
    dots: true,
    together: `${view.id}-load-${index}`,
    table: {
      caption: `${of} by ${over}`,
      heads: [over, ...curves.map(({ one }) => name(one.subject))],
      rows: loads.map((load) => ({
        head: figure(load, unit),
        cells: curves.map(({ points }) => figure(points.get(load), 'ns')),
      })),
    },
  }
}
