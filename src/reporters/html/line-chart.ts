/**
 * Lines of several subjects: drawn here as SVG, which needs no script and prints well, with the same points as data for the
 * script that makes it answer to a pointer, and as a table for those who would rather read.
 */
import type { Unit } from '../../result.ts'
import { count, figure } from '../format.ts'
import { type Axis, linearAxis, logAxis, placeOf, tightAxis } from './axis.ts'
import { looksOf, subject } from './looks.ts'
import { type Content, html, jsonBlock, Markup, nothing, plainName } from './markup.ts'
import { type Table, tableOf } from './tables.ts'

/** `percentile`: the place is 1 / (1 - q), so that each nine takes the same room. */
export type Scale = Unit | 'percentile' | 'seconds' | 'number'

export interface Line {
  readonly name: string
  /** Of the subject, among all of the chapter: it looks alike in every chart. */
  readonly look: number
  /** Ascending in x; without a figure there is a gap. */
  readonly points: ReadonlyArray<readonly [x: number, y: number | null]>
}

export interface LineChart {
  readonly id: string
  readonly title: string
  readonly note?: Content
  readonly x: { readonly label: string; readonly scale: Scale; readonly log: boolean }
  readonly y: { readonly label: string; readonly scale: Scale; readonly log: boolean }
  readonly lines: readonly Line[]
  /** Single measurements are marked; lines between many samples are not. */
  readonly dots: boolean
  /** Charts of the same name share the pointer. */
  readonly together?: string
  readonly table: Table
}

export function scaleText(value: number, scale: Scale): string {
  switch (scale) {
    case 'percentile':
      return `${Number((100 - 100 / value).toFixed(Math.max(0, Math.round(Math.log10(value)) - 2)))} %`
    case 'seconds':
      return `${Number(value.toPrecision(6))} s`
    case 'number':
      return count(value)
    default:
      return figure(value, scale)
  }
}

export function lineChart(chart: LineChart): Markup {
  const { id, title, note, x, y, lines, table } = chart
  const known = lines.filter(({ points }) => points.some(([, value]) => value !== null))
  if (known.length === 0) return nothing
  const xs = known.flatMap(({ points }) => points.flatMap(([place, value]) => (value === null ? [] : [place])))
  const ys = known.flatMap(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value])))
  const xAxis = x.scale === 'percentile' ? percentileAxis(xs) : x.log ? axisOf(xs, true, x.scale) : tightAxis(xs)
  const yAxis = axisOf(ys, y.log, y.scale)
  const who = known.map((line) => plainName(line.name)).join(', ')
  const label = `${title}. ${y.label} by ${x.label}, ${known.length === 1 ? 'one line' : `${known.length} lines`}: ${who}. The same figures are in the table below the chart.`
  return html`<figure class="chart" aria-labelledby="${id}-title">
<figcaption><h4 id="${id}-title">${title}</h4>${note ? html`<p>${note}</p>` : null}</figcaption>
<ul class="legend">${known.map((line) => html`<li>${subject(line.name, line.look)}</li>`)}</ul>
<p class="axis-name">${y.label}</p>
<div class="plot" role="img" aria-label="${label}" data-chart="${id}">
<div class="still">
<svg class="y-labels" aria-hidden="true">${yAxis.ticks.map((tick) => yLabel(tick, yAxis, y.scale))}</svg>
<svg class="field" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">${gridOf(xAxis, yAxis)}${known.map((line) => drawn(line, xAxis, yAxis, chart.dots))}</svg>
<svg class="x-labels" aria-hidden="true">${xAxis.ticks.map((tick, index) => xLabel(tick, xAxis, x.scale, index))}</svg>
</div></div>
<p class="axis-name below">${x.label}</p>
<details class="data"><summary>Figures as a table</summary>${tableOf(table)}</details>
${jsonBlock(`${id}-data`, dataOf(chart, known, xAxis, yAxis))}
</figure>`
}

function axisOf(values: readonly number[], log: boolean, scale: Scale): Axis {
  if (log && values.some((value) => value > 0)) return logAxis(values)
  const most = values.reduce((high, one) => Math.max(high, Math.abs(one)), 1)
  const isBytes = scale === 'bytes' || scale === 'bytes/s'
  return linearAxis(values, isBytes ? 1024 ** Math.floor(Math.log2(most) / 10) : 1)
}

function percentileAxis(xs: readonly number[]): Axis {
  const most = xs.reduce((high, one) => Math.max(high, one), 2)
  const ticks = [1, 2, 4, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].filter((tick) => tick <= most)
  return { kind: 'log', low: 1, high: most, ticks: ticks.length > 6 ? ticks.filter((tick) => tick !== 4) : ticks }
}

const THOUSAND = 1000
const at = (place: number) => Number((place * THOUSAND).toFixed(1))

function gridOf(x: Axis, y: Axis): Markup {
  const across = y.ticks.map((tick) => `M0 ${at(1 - placeOf(tick, y))}h1000`)
  const down = x.ticks.map((tick) => `M${at(placeOf(tick, x))} 0v1000`)
  return html`<path class="grid" d="${new Markup([...across, ...down].join(''))}"/>`
}

function drawn({ look, points }: Line, x: Axis, y: Axis, dots: boolean): Markup {
  let pen = 'M'
  let path = ''
  let marks = ''
  for (const [place, value] of points) {
    if (value === null || (y.kind === 'log' && value <= 0)) {
      pen = 'M'
      continue
    }
    const spot = `${at(placeOf(place, x))} ${at(1 - placeOf(value, y))}`
    path += `${pen}${spot}`
    marks += `M${spot}h0`
    pen = 'L'
  }
  const { colour, dash } = looksOf(look)
  const isPoint = points.filter(([, value]) => value !== null).length === 1
  return html`<path class="line ${colour} ${dash}" d="${path}"/>${dots || isPoint ? html`<path class="dots ${colour}" d="${marks}"/>` : null}`
}

const percent = (place: number) => `${Number((place * 100).toFixed(2))}%`

function yLabel(tick: number, axis: Axis, scale: Scale): Markup {
  return html`<text x="100%" y="${percent(1 - placeOf(tick, axis))}" dy="0.32em">${scaleText(tick, scale)}</text>`
}

/** Those that are `odd` make room where the chart is narrow. */
function xLabel(tick: number, axis: Axis, scale: Scale, index: number): Markup {
  const place = placeOf(tick, axis)
  const side = place < 0.04 ? 'start' : place > 0.96 ? 'end' : 'middle'
  const isLeftOut = scale === 'percentile' ? tick === 2 || tick === 4 : index % 2 === 1
  return html`<text class="${side}${isLeftOut ? ' odd' : ''}" x="${percent(place)}" y="1em">${scaleText(tick, scale)}</text>`
}

/** Points of all lines at one list of places, as the chart library wants them. */
function dataOf({ x, y, dots, together }: LineChart, lines: readonly Line[], xAxis: Axis, yAxis: Axis) {
  const places = [...new Set(lines.flatMap(({ points }) => points.map(([place]) => place)))].sort((a, b) => a - b)
  const isShared = lines.every(({ points }) => points.length === places.length)
  return {
    x: { ...x, log: xAxis.kind === 'log', range: [xAxis.low, xAxis.high], ticks: xAxis.ticks },
    y: { ...y, log: yAxis.kind === 'log', range: [yAxis.low, yAxis.high], ticks: yAxis.ticks },
    dots,
    together: together ?? null,
    // Where lines have places of their own, the others' places are no gaps.
    spanGaps: !isShared,
    places,
    lines: lines.map((line) => {
      const values = new Map(line.points)
      const shown = (value: number | null | undefined) =>
        value === undefined || (y.log && (value ?? 0) <= 0) ? null : value
      return {
        name: plainName(line.name),
        ...looksOf(line.look),
        values: places.map((place) => shown(values.get(place))),
      }
    }),
  }
}
