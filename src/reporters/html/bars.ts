/** Bars that stand in tables: a chart that can be read aloud. */
import { NO_FIGURE } from '../format.ts'
import { type Axis, linearAxis, logAxis, placeOf } from './axis.ts'
import { looksOf, subject } from './looks.ts'
import { type Content, html, type Markup } from './markup.ts'

export interface Bar {
  readonly name: string
  readonly look: number
  readonly value: number | null
  /** Of the trials, or the interval of the value. */
  readonly range: readonly [number, number] | null
  /** Part of the value, drawn apart from the rest, which is lighter. */
  readonly part?: number | null
}

export interface Bars {
  readonly caption: string
  readonly note?: Content
  readonly bars: readonly Bar[]
  /** For panels side by side that are to be compared; without it, from zero to the largest of these. */
  readonly axis?: Axis
  format(value: number): string
}

/** So far apart that the smallest would be invisible: shown as marks on a logarithmic scale. */
const FAR_APART = 30

/** One scale for several panels; null where there is nothing to show. */
export function sharedAxis(bars: readonly Bar[]): Axis | null {
  const figures = bars.flatMap(({ value, range }) => (value === null ? [] : [value, ...(range ?? [])]))
  const values = bars.flatMap(({ value }) => (value === null ? [] : [value]))
  const most = Math.max(0, ...figures)
  if (most === 0) return null
  const isFar = figures.every((figure) => figure > 0) && Math.max(...values) / Math.min(...values) > FAR_APART
  return isFar ? logAxis(figures) : { ...linearAxis([0]), high: most }
}

export function barTable({ caption, note, bars, axis: shared, format }: Bars): Markup {
  const axis = shared ?? { ...linearAxis([0]), high: longestOf(bars) || 1 }
  const place = (value: number) => `${(Math.min(1, Math.max(0, placeOf(value, axis))) * 100).toFixed(2)}%`
  const isRanged = bars.some(({ range }) => range !== null && range[0] !== range[1])
  const row = ({ name: label, look, value, range, part }: Bar) => {
    const { colour } = looksOf(look)
    const length =
      value === null
        ? null
        : axis.kind === 'log'
          ? // A length would say how many times as much.
            html`<circle class="bar ${colour}" cx="${place(value)}" cy="50%" r="5"/>`
          : html`<rect class="bar ${colour} ${part === undefined ? '' : 'light'}" y="15%" height="70%" width="${place(value)}"/>`
    const own =
      value === null || part === undefined || part === null
        ? null
        : html`<rect class="bar ${colour}" y="15%" height="70%" width="${place(part)}"/>`
    const reach =
      value === null || range === null || range[0] === range[1]
        ? null
        : html`<line class="reach" x1="${place(range[0])}" x2="${place(range[1])}" y1="50%" y2="50%"/><line class="reach" x1="${place(range[0])}" x2="${place(range[0])}" y1="28%" y2="72%"/><line class="reach" x1="${place(range[1])}" x2="${place(range[1])}" y1="28%" y2="72%"/>`
    return html`<tr><th scope="row">${subject(label, look)}</th><td class="bar-cell"><svg aria-hidden="true">${length}${own}${reach}</svg></td><td>${value === null ? NO_FIGURE : format(value)}</td>${isRanged ? html`<td class="range">${range && value !== null ? rangeText(range, format) : NO_FIGURE}</td>` : null}</tr>`
  }
  return html`<table class="bars"><caption>${caption}${note ? html` <span class="note">${note}</span>` : null}</caption>
<thead><tr><th scope="col">Subject</th><th scope="col" aria-hidden="true"></th><th scope="col">Figure</th>${isRanged ? html`<th scope="col" class="range">Interval or range</th>` : null}</tr></thead>
<tbody>${bars.map(row)}</tbody></table>
`
}

/** With its interval, the largest figure. */
function longestOf(bars: readonly Bar[]): number {
  return bars.reduce((most, { value, range }) => Math.max(most, value ?? 0, value === null ? 0 : (range?.[1] ?? 0)), 0)
}

/** What looks the same is said once. */
function rangeText([low, high]: readonly [number, number], format: Bars['format']): string {
  return format(low) === format(high) ? format(low) : `${format(low)} to ${format(high)}`
}
