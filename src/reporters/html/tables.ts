/** Tables, and bars that stand in tables: a bar chart that can be read aloud. */
import { NO_FIGURE } from '../format.ts'
import { linearAxis, placeOf } from './axis.ts'
import { looksOf, subject } from './looks.ts'
import { type Content, html, type Markup } from './markup.ts'

export interface Table {
  readonly caption: string
  readonly heads: readonly Content[]
  readonly rows: ReadonlyArray<{ readonly head: Content; readonly cells: readonly Content[]; readonly kind?: string }>
  /** Columns of sentences and names, by their place after the first: they stand left and may wrap. */
  readonly prose?: readonly number[]
}

/** Scrolls sideways by itself where it is wider than the page, also by keyboard. */
export function tableOf({ caption, heads, rows, prose = [] }: Table): Markup {
  const [corner = '', ...columns] = heads
  const kindOf = (column: number) => (prose.includes(column) ? html` class="prose"` : null)
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr><th scope="col">${corner}</th>${columns.map((head, column) => html`<th scope="col"${kindOf(column)}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(({ head, cells, kind }) => html`<tr${kind ? html` class="${kind}"` : null}><th scope="row">${head}</th>${cells.map((cell, column) => html`<td${kindOf(column)}>${cell}</td>`)}</tr>`)}</tbody></table></div>
`
}

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
  /** As long as the whole width: so that panels side by side can be compared. Without it the largest of these. */
  readonly full?: number
  format(value: number): string
}

/** @returns the largest figure with its range, for panels that share a scale */
export function longestOf(bars: readonly Bar[]): number {
  return bars.reduce((most, { value, range }) => Math.max(most, value ?? 0, value === null ? 0 : (range?.[1] ?? 0)), 0)
}

export function barTable({ caption, note, bars, full, format }: Bars): Markup {
  const axis = { ...linearAxis([0]), high: full || longestOf(bars) || 1 }
  const place = (value: number) => `${(Math.min(1, Math.max(0, placeOf(value, axis))) * 100).toFixed(2)}%`
  const isRanged = bars.some(({ range }) => range !== null && range[0] !== range[1])
  const row = ({ name: label, look, value, range, part }: Bar) => {
    const { colour } = looksOf(look)
    const length =
      value === null
        ? null
        : html`<rect class="bar ${colour} ${part === undefined ? '' : 'light'}" y="15%" height="70%" width="${place(value)}"/>`
    const own =
      value === null || part === undefined || part === null
        ? null
        : html`<rect class="bar ${colour}" y="15%" height="70%" width="${place(part)}"/>`
    const reach =
      value === null || range === null || range[0] === range[1]
        ? null
        : html`<line class="reach" x1="${place(range[0])}" x2="${place(range[1])}" y1="50%" y2="50%"/><line class="reach" x1="${place(range[0])}" x2="${place(range[0])}" y1="28%" y2="72%"/><line class="reach" x1="${place(range[1])}" x2="${place(range[1])}" y1="28%" y2="72%"/>`
    return html`<tr><th scope="row">${subject(label, look)}</th><td class="bar-cell"><svg aria-hidden="true">${length}${own}${reach}</svg></td><td>${value === null ? NO_FIGURE : format(value)}</td>${isRanged ? html`<td class="range">${range && value !== null ? `${format(range[0])} to ${format(range[1])}` : NO_FIGURE}</td>` : null}</tr>`
  }
  return html`<table class="bars"><caption>${caption}${note ? html` <span class="note">${note}</span>` : null}</caption>
<thead><tr><th scope="col">Subject</th><th scope="col" aria-hidden="true"></th><th scope="col">Figure</th>${isRanged ? html`<th scope="col" class="range">Interval or range</th>` : null}</tr></thead>
<tbody>${bars.map(row)}</tbody></table>
`
}
