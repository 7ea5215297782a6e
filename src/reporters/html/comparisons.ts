/** Every metric of base and head, and what decided the run. */
import type { Run } from '../../reporter.ts'
import type { Comparison } from '../../result.ts'
import { pointName } from '../../stats/cell.ts'
import { change, changes, percent } from '../../stats/change.ts'
import { figure, NO_FIGURE } from '../format.ts'
import { html, type Markup, name, nothing, plainName, sentence } from './markup.ts'
import { tableOf } from './tables.ts'

export function comparisonSection({ result }: Run, id: string): Markup {
  const { comparisons, gate } = result
  if (comparisons.length === 0) return nothing
  const notes = comparisons.filter(({ gated }) => !gated)
  return html`<section aria-labelledby="${id}"><h3 id="${id}">Base against head</h3>
${gate ? html`<p class="note">Base: ${name(gate.base)}, head: ${name(gate.head)}. Worse: certain at 5 % after correction, and by at least ${percent(gate.minEffect)}; same: a slowdown of ${percent(gate.detect)} is excluded. ${gate.acrossSessions ? `Base and head come from separate runs; only a difference beyond ${percent(gate.sessionAllowance)} counts.` : ''}</p>` : null}
${gate && gate.forced.length > 0 ? html`<p class="missing">Compared by force, although these differ: ${sentence(gate.forced.join('; '))}.</p>` : null}
${comparisonTable(
  'What decides',
  comparisons.filter(({ gated }) => gated),
)}
${notes.length > 0 ? html`<details class="data"><summary>${notes.length} further figures, which decide nothing</summary>${comparisonTable('Notes', notes)}</details>` : null}
</section>`
}

function comparisonTable(caption: string, comparisons: readonly Comparison[]): Markup {
  if (comparisons.length === 0) return nothing
  return tableOf({
    caption,
    heads: [
      'metric',
      'verdict',
      'base',
      'head',
      'change',
      '95 % interval',
      'adjusted p',
      'visible from',
      'blocks',
      'note',
    ],
    prose: [8],
    rows: comparisons.map((one) => ({
      head: html`${plainName(one.metric)}${pointName(one.point) ? html`<br><small>${name(pointName(one.point))}</small>` : null}`,
      kind: one.verdict,
      cells: [
        html`<span class="mark ${one.verdict}">${one.verdict}</span>`,
        figure(one.baseMedian, one.unit),
        figure(one.headMedian, one.unit),
        one.ratio === null ? NO_FIGURE : change(one.ratio),
        one.ci95 ? changes(one.ci95) : NO_FIGURE,
        one.pAdjusted === null ? NO_FIGURE : Number(one.pAdjusted.toPrecision(2)),
        one.smallestVisible === null ? NO_FIGURE : percent(one.smallestVisible),
        `${one.blocks ?? NO_FIGURE}${one.blocksNeeded === null ? '' : `, ${one.blocksNeeded} would decide`}`,
        one.note === null ? '' : sentence(one.note),
      ],
    })),
  })
}
