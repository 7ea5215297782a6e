/** Latency by percentile, and how it is distributed: both from the whole histograms of a cell's trials. */
import { duration, figure, NO_FIGURE, plural } from '../format.ts'
import { SAMPLES_BEYOND, type Samples, samplesOf } from '../samples.ts'
import { logAxis, placeOf } from './axis.ts'
import { valuesAt } from './hdr.ts'
import { type LineChart, lineChart } from './line-chart.ts'
import { looksOf, subject } from './looks.ts'
import { html, type Markup, name, nothing } from './markup.ts'
import { tableOf } from './tables.ts'
import type { ChapterView, Place } from './view.ts'

const POINTS_A_DECADE = 24

export function latencySections(view: ChapterView, place: Place): Markup[] {
  const samples = place.cells.flatMap(samplesOf)
  const unreadable = place.cells.filter(
    ({ usable, subject }) => usable.length > 0 && !samples.some(({ cell }) => cell.subject === subject),
  )
  return [
    unreadable.length > 0
      ? html`<p class="missing">No histogram that can be read: ${unreadable.map(({ subject }, index) => html`${index > 0 ? ', ' : ''}${name(subject)}`)}.</p>`
      : nothing,
    lineChart(percentileChart(view, place, samples)),
    distributions(view, place, samples),
  ]
}

function percentileChart({ lookOf }: ChapterView, { id, cells }: Place, samples: readonly Samples[]): LineChart {
  const furthest = Math.max(2, ...samples.map(({ due }) => due / SAMPLES_BEYOND))
  const steps = Math.floor(Math.log10(furthest) * POINTS_A_DECADE)
  const places = Array.from({ length: steps + 1 }, (_, step) => 10 ** (step / POINTS_A_DECADE))
  const named = [2, 4, 10, 20, 100, 200, 1000, 1e4, 1e5, 1e6].filter((one) => one <= furthest)
  const at = (wanted: readonly number[], { distribution, due }: Samples) =>
    valuesAt(
      wanted.map((one) => 1 - 1 / one),
      distribution,
      due,
    ).map((value, index) => ((wanted[index] ?? 1) * SAMPLES_BEYOND > due ? null : value))
  const trials = cells.map(({ usable }) => usable.length)
  const [fewest, most] = [Math.min(...trials), Math.max(...trials)]
  const columns = samples.map((one) => at(named, one))
  return {
    id: `${id}-percentiles`,
    title: 'Latency by percentile',
    note: html`Of the merged histogram of ${fewest === most ? '' : `${fewest} to `}${plural(most, 'trial')}: every message counts once, so that a percentile here is not the median of the trials' percentiles in the table above. Each nine takes the same width; messages that never came count as the slowest; a line ends where fewer than ${SAMPLES_BEYOND} samples lie beyond it.`,
    x: { label: 'percentile', scale: 'percentile', log: true },
    y: { label: 'latency', scale: 'ns', log: true },
    lines: samples.map((one) => {
      const values = at(places, one)
      return {
        name: one.cell.subject,
        look: lookOf(one.cell.subject),
        points: places.map((place, index) => [place, values[index] ?? null] as const),
      }
    }),
    dots: false,
    table: {
      caption: 'Latency by percentile, of the merged histograms',
      heads: ['percentile', ...samples.map(({ cell }) => name(cell.subject))],
      rows: named.map((one, row) => ({
        head: `${Number((100 - 100 / one).toFixed(6))} %`,
        cells: columns.map((column) => figure(column[row], 'ns')),
      })),
    },
  }
}

const BINS_AN_OCTAVE = 4

/** One under the other over the same axis, each as high as its fullest bin. */
function distributions({ lookOf }: ChapterView, { id }: Place, samples: readonly Samples[]): Markup {
  if (samples.length === 0) return nothing
  const lowest = Math.max(1, Math.min(...samples.map(({ distribution }) => distribution.values[0] ?? 1)))
  const highest = Math.max(...samples.map(({ distribution }) => distribution.values.at(-1) ?? 1))
  const axis = logAxis([lowest, highest])
  const bins = Math.max(8, Math.ceil(Math.log2(axis.high / axis.low) * BINS_AN_OCTAVE))
  const binOf = (value: number) =>
    Math.min(bins - 1, Math.max(0, Math.floor(placeOf(Math.max(value, axis.low), axis) * bins)))
  const rows = samples.map(({ cell, distribution, due }) => {
    const counts = new Array<number>(bins).fill(0)
    distribution.values.forEach((value, index) => {
      const bin = binOf(value)
      counts[bin] = (counts[bin] ?? 0) + (distribution.counts[index] ?? 0)
    })
    const fullest = Math.max(...counts)
    const path = counts.map((count, bin) => `L${bin} ${height(count / fullest)}L${bin + 1} ${height(count / fullest)}`)
    const [p50 = null, p99 = null] = valuesAt([0.5, 0.99], distribution, due)
    const mark = (value: number | null) => (value === null ? '' : `M${(placeOf(value, axis) * bins).toFixed(2)} 0V100`)
    const { colour } = looksOf(lookOf(cell.subject))
    const label = `p50 ${figure(p50, 'ns')}, p99 ${figure(p99, 'ns')}`
    return html`<tr><th scope="row">${subject(cell.subject, lookOf(cell.subject))}</th><td class="shape"><svg viewBox="0 0 ${bins} 100" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="area ${colour}" d="M0 100${path.join('')}L${bins} 100Z"/><path class="quantile" d="${mark(p50)}${mark(p99)}"/></svg></td><td>${figure(p50, 'ns')}</td><td>${figure(p99, 'ns')}</td></tr>`
  })
  const ticks = axis.ticks.map((tick, index) => {
    const place = placeOf(tick, axis)
    const side = place < 0.04 ? 'start' : place > 0.96 ? 'end' : 'middle'
    return html`<text class="${side}${index % 2 === 1 ? ' odd' : ''}" x="${(place * 100).toFixed(2)}%" y="1em">${duration(tick)}</text>`
  })
  return html`<figure class="chart" aria-labelledby="${id}-shapes-title">
<figcaption><h4 id="${id}-shapes-title">How latencies are distributed</h4><p>The same histograms, over one logarithmic axis; each is as high as its fullest bin. Lines: p50 and p99.</p></figcaption>
<table class="shapes"><caption class="hidden">Distribution of latencies, with p50 and p99 of the merged histograms</caption>
<thead><tr><th scope="col">Subject</th><th scope="col">Distribution</th><th scope="col">p50</th><th scope="col">p99</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot aria-hidden="true"><tr><td></td><td class="shape"><svg class="x-labels">${ticks}</svg></td><td></td><td></td></tr></tfoot></table>
<details class="data"><summary>Figures as a table</summary>${shareTable(samples)}</details>
</figure>`
}

const height = (share: number) => (100 - 96 * share).toFixed(1)

/** Share of the messages up to round limits. */
function shareTable(samples: readonly Samples[]): Markup {
  const values = samples.flatMap(({ distribution }) => [distribution.values[0] ?? 1, distribution.values.at(-1) ?? 1])
  const axis = logAxis(values)
  const exponents = Array.from({ length: 20 }, (_, exponent) => 10 ** exponent)
  const limits = exponents
    .flatMap((one) => [one, 2 * one, 5 * one])
    .filter((one) => one >= axis.low && one <= axis.high)
  return tableOf({
    caption: 'Share of messages that took at most so long',
    heads: ['at most', ...samples.map(({ cell }) => name(cell.subject))],
    rows: limits.map((limit) => ({
      head: duration(limit),
      cells: samples.map(({ distribution, due }) => {
        const within = distribution.values.reduce(
          (sum, value, index) => sum + (value <= limit ? (distribution.counts[index] ?? 0) : 0),
          0,
        )
        return due > 0 ? `${((within / due) * 100).toFixed(2)} %` : NO_FIGURE
      }),
    })),
  })
}
