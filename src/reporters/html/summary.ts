/** The head of a chapter: how its runs ended, what was invalid, and the table of figures. */
import type { Chapter } from '../../reporter.ts'
import type { Result, Verdict } from '../../result.ts'
import { trialsThatCount } from '../../stats/capacity.ts'
import { endingOf } from '../../stats/status.ts'
import { plural } from '../format.ts'
import { captions, doubts, remarks, setting, suppressions, thresholdLines } from '../notes.ts'
import { sheetsOf } from '../sheet.ts'
import { html, type Markup, name, nothing, sentence } from './markup.ts'
import { sheetTable } from './sheet-table.ts'
import type { ChapterView } from './view.ts'

export function statusLine({ runs, result }: Chapter): Markup {
  const verdicts: readonly Verdict[] = ['valid', 'suspect', 'invalid', 'unsupported']
  const trials = verdicts.flatMap((verdict) => {
    const some = result.trials.filter((one) => one.verdict === verdict).length
    return some === 0 ? [] : [html`<li><span class="mark ${verdict}">${verdict}</span> ${plural(some, 'trial')}</li>`]
  })
  return html`<ul class="facts">
${runs.map((run) => html`<li><span class="mark ${run.result.status}">${run.result.status}</span> ${name(run.name)}</li>`)}
${trials.length > 0 ? trials : html`<li>no trials</li>`}
</ul>
<p class="setting">${sentence(setting(result))}</p>
${runs.map((run) => (run.result.stopped ? html`<p class="note">${runs.length > 1 ? html`${name(run.name)}: ` : null}${sentence(run.result.stopped.message)}</p>` : null))}
${runs.length > 1 ? html`<p class="note">Measured in ${runs.length} separate runs. Subjects of different runs differ also by what differed between the runs (another time, another machine); such differences carry no interval here.</p>` : null}`
}

/** How each run ended that did not pass, in words, and what is to be doubted. */
export function doubtSection(view: ChapterView): Markup {
  const { result, runs, id } = view
  const endings = runs.filter((run) => run.result.status !== 'passed')
  // Beyond its capacity a subject is expected to fail: that is told by its curve.
  const trials = result.capacities.length > 0 ? trialsThatCount(result.capacities, result.trials) : result.trials
  const told: Result = { ...result, trials }
  const all = doubts(told)
  const aside = result.setAside.length
  const missing = suppressions(told)
  if (endings.length + all.length + aside + missing.length === 0) return nothing
  return html`<section aria-labelledby="${id}-doubts"><h3 id="${id}-doubts">What was invalid, and what to doubt</h3><ul class="doubts">
${endings.map((run) => html`<li class="${run.result.status}"><span class="mark ${run.result.status}">${run.result.status}</span> ${runs.length > 1 ? html`${name(run.name)}: ` : null}${sentence(endingOf(run.result).slice(run.result.status.length).replace(/^:? /, ''))}</li>`)}
${all.map(({ verdict, text, remedy }) => html`<li><span class="mark ${verdict}">${verdict}</span> ${sentence(remedy ? `${text}.` : text)}${remedy ? html` <span class="remedy">Remedy: ${remedy}.</span>` : null}</li>`)}
${aside > 0 ? html`<li>${plural(aside, 'block')} measured again, for a cause that has nothing to do with the figures: ${sentence([...new Set(result.setAside.map(({ cause }) => cause.message))].join('; '))}.</li>` : null}
${missing.map((line) => html`<li>${sentence(line)}</li>`)}
</ul></section>`
}

export function figureSection(view: ChapterView): Markup {
  const { result, id } = view
  const sheets = result.capacities.length > 0 ? [] : sheetsOf(result)
  const lines = thresholdLines(result)
  const words = { pass: 'holds', fail: 'fails', 'no-data': 'no data' } as const
  const thresholds =
    lines.length === 0
      ? nothing
      : html`<h4>Thresholds</h4><ul class="doubts">${lines.map(({ status, text }) => html`<li><span class="mark ${status}">${words[status]}</span> ${sentence(text)}</li>`)}</ul>`
  if (sheets.length === 0 && lines.length === 0) return nothing
  return html`<section aria-labelledby="${id}-figures"><h3 id="${id}-figures">Figures</h3>
${sheets.map((sheet) => sheetTable(sheet, view, 'Medians over the trials'))}
${[...(sheets.length > 0 ? captions(result) : []), ...remarks(result)].map((line) => html`<p class="note">${sentence(line)}</p>`)}
${bottlenecks(view)}
${thresholds}</section>`
}

/** Who set the limit, of each subject, where that is known. */
function bottlenecks({ places }: ChapterView): Markup {
  const lines = places.flatMap(({ cells, name: where }) =>
    cells.flatMap((cell) => {
      const known = cell.usable.flatMap(({ bottleneck }) => bottleneck ?? [])
      const limited = known.filter(({ who }) => who !== 'neither' && who !== 'unknown')
      const [first] = limited.length > 0 ? limited : []
      if (!first) return []
      const of = `${limited.length} of ${plural(cell.usable.length, 'trial')}`
      return [
        html`<li>${name(cell.subject)}${where ? html`, at ${name(where)}` : null}: ${name(first.who)} (${of}): ${sentence(first.because)}</li>`,
      ]
    }),
  )
  return lines.length === 0
    ? nothing
    : html`<div class="block"><h4>Who set the limit</h4><ul class="doubts">${lines}</ul></div>`
}
