/** The page as one HTML file: no script, no network. */
import { readStyles } from '../html/assets.ts'
import { html, type Markup, nothing } from '../html/markup.ts'
import { type CellWords, type NeedWords, type PageWords, unmeasuredOf } from './words.ts'

export function decisionHtml(words: PageWords): string {
  const { policy, styles } = readStyles('decision.css')
  const page = html`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Which transport for what – rtbench</title>
${styles}</head><body class="decision">
<a class="skip" href="#content">To the content</a>
<header><p class="brand">rtbench decision page</p></header>
<main id="content" tabindex="-1">
<h2>Which transport for what</h2>
${words.columns.length > 0 ? needTable(words) : section('unmeasured', 'Unmeasured', unmeasuredOf(words))}
${section('turns', 'Where it turns', words.crossovers)}
${section('rules', 'How to read it', words.rules)}
${section('runs', 'Runs', words.runs)}
</main>
<footer><p>Made by rtbench from stored results.</p></footer>
</body></html>`
  return `<!doctype html>\n${page.text}\n`
}

function section(id: string, title: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return nothing
  return html`<section aria-labelledby="${id}"><h3 id="${id}">${title}</h3>
<ul class="statements">${lines.map((line) => html`<li><bdi>${line}</bdi></li>`)}</ul></section>`
}

/** With roles, because on a phone the style sheet lays cells out as lines, which takes the table's own roles away. */
function needTable({ columns, needs }: PageWords): Markup {
  return html`<div class="scroll" role="region" aria-label="Needs by transport" tabindex="0"><table role="table">
<caption>Needs by transport</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">need</th>${columns.map((name) => html`<th scope="col" role="columnheader"><bdi>${name}</bdi></th>`)}</tr></thead>
${needs.map((need) => needBody(need, columns))}</table></div>`
}

function needBody({ title, rows, unmeasured }: NeedWords, columns: readonly string[]): Markup {
  if (unmeasured) {
    return html`<tbody role="rowgroup"><tr role="row"><th scope="row" role="rowheader"><span class="need">${title}</span></th><td role="cell" class="is-absent" colspan="${columns.length}"><span class="figure">${unmeasured.text}; this would: <code>${unmeasured.command}</code></span></td></tr></tbody>
`
  }
  return html`<tbody role="rowgroup">${rows.map(
    (
      row,
      index,
    ) => html`<tr role="row"><th scope="row" role="rowheader"><span class="${index === 0 ? 'need' : 'hidden'}">${title}</span>${row.title ? html`<span class="ask">${row.title}</span>` : null}${row.conditions ? html`<small><bdi>${row.conditions}</bdi></small>` : null}${row.undecided ? html`<small>Nobody is called best: <bdi>${row.undecided}</bdi>.</small>` : null}</th>${row.cells.map((cell, column) => cellOf(cell, columns[column] ?? ''))}</tr>
`,
  )}</tbody>
`
}

function cellOf({ main, spread, because, doubts, kind }: CellWords, column: string): Markup {
  const best = kind === 'best' ? html` <span class="mark good">best</span>` : null
  const doubt = doubts ? html`<small><span class="mark suspect">suspect</span> <bdi>${doubts}</bdi></small>` : null
  return html`<td role="cell" class="is-${kind}" data-column="${column}"><span class="figure"><bdi>${main}</bdi>${best}</span>${[spread, because].map((text) => text && html`<small><bdi>${text}</bdi></small>`)}${doubt}</td>`
}
