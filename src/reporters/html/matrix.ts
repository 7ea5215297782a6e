/** The matrix at a glance: a panel for each point, all with the same scale. */
import { judgedMetric } from '../../stats/standing.ts'
import { sharedAxis } from './bars.ts'
import { formatOf, panel, unitOf } from './costs.ts'
import { html, type Markup, nothing, plainName } from './markup.ts'
import { barsOf, type ChapterView, modelOf } from './view.ts'

const TITLES: Readonly<Record<string, string | undefined>> = {
  'latency.p50': 'Response time, p50',
  'latency.p99': 'Response time, p99',
  'throughput.messagesPerSec': 'Messages a second',
  'cpu.serverPerMessageNs': 'Server CPU for a message',
}

export function matrixSection(view: ChapterView): Markup {
  const { places, id, result } = view
  if (places.length < 2 || result.capacities.length > 0) return nothing
  const judged = judgedMetric(modelOf(result))
  const shown = [judged, 'latency.p99', 'cpu.serverPerMessageNs'].flatMap((metric) => {
    const panels = places.map((place) => ({ place, bars: barsOf(view, place, metric) }))
    const axis = sharedAxis(panels.flatMap(({ bars }) => bars))
    if (!axis) return []
    const kind = axis.kind === 'log' ? ' (logarithmic)' : ''
    return html`<details class="point"${metric === judged ? html` open` : null}><summary><h4>${TITLES[metric] ?? metric}${kind}</h4></summary>
<div class="panels small">${panels.map(({ place, bars }) =>
      bars.length > 0
        ? panel({ caption: plainName(place.name), bars, axis, format: formatOf(unitOf(metric)) })
        : html`<div class="panel"><p class="missing">${plainName(place.name)}: no figure</p></div>`,
    )}</div></details>`
  })
  return html`<section aria-labelledby="${id}-matrix"><h3 id="${id}-matrix">The matrix at a glance</h3>
<p class="note">Every point of the matrix; within a figure all panels have the same scale.</p>${shown}</section>`
}
