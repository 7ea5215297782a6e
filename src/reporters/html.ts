/** One file that shows everything: offline, on a screen, on a phone, on paper, read aloud. */
import type { Chapter, FileReporter } from '../reporter.ts'
import { answerCards, unansweredCard } from './html/answer.ts'
import { readAssets } from './html/assets.ts'
import { capacitySection } from './html/capacity.ts'
import { comparisonSection } from './html/comparisons.ts'
import { costSection, ownSection } from './html/costs.ts'
import { latencySections } from './html/latency.ts'
import { html, type Markup, name, nothing, plainName } from './html/markup.ts'
import { matrixSection } from './html/matrix.ts'
import { methodSection } from './html/method.ts'
import { slopeSection } from './html/slopes.ts'
import { doubtSection, figureSection, statusLine } from './html/summary.ts'
import { timelineSection } from './html/timeline.ts'
import { type ChapterView, type Place, viewOf } from './html/view.ts'

export const htmlReporter: FileReporter = {
  render: (chapters) => `<!doctype html>\n${page(chapters).text}\n`,
}

function page(chapters: readonly Chapter[]): Markup {
  const { policy, styles, scripts } = readAssets()
  const views = chapters.map((chapter, index) => viewOf(chapter, `c${index + 1}`))
  /** Chapters of one name are different scenarios all the same: what they are made of tells them apart. */
  const titleOf = ({ result, runs }: ChapterView) => {
    const own = result.scenario.name
    const isShared = views.filter((view) => view.result.scenario.name === own).length > 1
    return isShared ? html`${name(own)} (${name(runs.map((run) => run.name).join(', '))})` : name(own)
  }
  const titles = [...new Set(views.map(({ result }) => plainName(result.scenario.name)))]
  const title = `${titles.slice(0, 3).join(', ')}${titles.length > 3 ? ' and more' : ''}`
  return html`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – rtbench</title>
${styles}</head><body>
<a class="skip" href="#content">To the content</a>
<header><p class="brand">rtbench report</p><div class="tools"></div></header>
<nav aria-label="Parts of the report"><ul>${views.map((view) => html`<li><a href="#${view.id}">${titleOf(view)}</a></li>`)}<li><a href="#method">How this was measured</a></li></ul></nav>
<main id="content" tabindex="-1">
${views.length === 0 ? html`<p class="missing">There is no result to show.</p>` : null}
${views.map((view) => chapterOf(view, titleOf(view)))}
${methodSection(chapters.flatMap(({ runs }) => runs))}
</main>
<footer><p>Made by rtbench from stored results. Charts: uPlot, MIT licence, in the source of this page.</p></footer>
${scripts}</body></html>`
}

function chapterOf(view: ChapterView, title: Markup): Markup {
  const { id, result, runs, places } = view
  const answers = runs.flatMap((run) => {
    const own = answerCards(run)
    return runs.length > 1 && own.length > 0 ? [html`<h3 class="run-name">${name(run.name)}</h3>`, ...own] : own
  })
  const cards = answers.length > 0 ? answers : [unansweredCard(view) ?? []].flat()
  return html`<section class="chapter" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${statusLine(view)}
${cards.length > 0 ? html`<div class="cards">${cards}</div>` : null}
${result.trials.length === 0 ? html`<p class="missing">No trial was measured: there are no figures and no charts.</p>` : null}
${doubtSection(view)}
${runs.map((run, index) => comparisonSection(run, `${id}-compared-${index}`))}
${capacitySection(view)}
${figureSection(view)}
${matrixSection(view)}
${slopeSection(view)}
${result.capacities.length > 0 ? nothing : places.map((place, index) => placeSection(view, place, index === 0))}
</section>`
}

/** What is shown of each point: all of it for the first, for the others on demand. */
function placeSection(view: ChapterView, place: Place, isFirst: boolean): Markup {
  const isMeasured = place.cells.some(({ usable }) => usable.length > 0)
  const title = html`<h3>Charts${place.name ? html`, at ${name(place.name)}` : null}</h3>`
  if (!isMeasured)
    return html`<section>${title}<p class="missing">No valid trial here: there is nothing to draw.</p></section>`
  const charts = [
    ...latencySections(view, place),
    timelineSection(view, place),
    ownSection(view, place),
    costSection(view, place),
  ]
  return place.name
    ? html`<details class="point"${isFirst ? html` open` : null}><summary>${title}</summary>${charts}</details>`
    : html`<section>${title}${charts}</section>`
}
