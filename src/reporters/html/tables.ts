/** Tables of figures. */
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
