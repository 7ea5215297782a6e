/** Base against head: what decides as a table, all else folded away. */
import type { Run } from '../../reporter.ts'
import type { Comparison } from '../../result.ts'
import { pointName } from '../../stats/cell.ts'
import { change, changes, percent } from '../../stats/change.ts'
import { figure, NO_FIGURE } from '../format.ts'
import { folded, name, sentence, table } from './text.ts'

export function comparisonParts({ name: label, result }: Run): string[] {
  const { comparisons, gate } = result
  if (comparisons.length === 0) return []
  const gated = comparisons.filter((one) => one.gated)
  const notes = comparisons.filter((one) => !one.gated && one.verdict !== 'inconclusive')
  const hidden = comparisons.length - gated.length - notes.length
  const across = gate?.acrossSessions
    ? ` Base and head were measured in separate runs: only a difference beyond ${percent(gate.sessionAllowance)} counts.`
    : ''
  return [
    `### Base against head (${name(label)})`,
    ...(gate
      ? [
          `Base: ${name(gate.base)}, head: ${name(gate.head)}. Worse: by an adjusted p of at most 0.05, and by at least ${percent(gate.minEffect)}; same: a slowdown of ${percent(gate.detect)} is excluded.${across}`,
        ]
      : []),
    ...(gate && gate.forced.length > 0
      ? [`Compared by force, although these differ: ${sentence(gate.forced.join('; '))}.`]
      : []),
    ...(gated.length > 0 ? [comparisonTable(gated)] : []),
    ...(notes.length > 0
      ? [folded(`${notes.length} further figures, which decide nothing`, comparisonTable(notes))]
      : []),
    ...(hidden > 0 ? [`${hidden} further figures, not gated, are inconclusive.`] : []),
  ]
}

function comparisonTable(comparisons: readonly Comparison[]): string {
  const several = new Set(comparisons.map(({ base, head }) => JSON.stringify([base, head]))).size > 1
  const heads = ['metric', 'verdict', 'base', 'head', 'change', '95 % interval', 'visible from', 'note']
  const rows = comparisons.map((one) => [
    [several ? name(one.head) : '', name(one.metric), name(pointName(one.point))].filter(Boolean).join(' '),
    one.verdict === 'worse' ? '**worse**' : one.verdict,
    name(figure(one.baseMedian, one.unit)),
    name(figure(one.headMedian, one.unit)),
    one.ratio === null ? NO_FIGURE : change(one.ratio),
    one.ci95 ? changes(one.ci95) : NO_FIGURE,
    one.smallestVisible === null ? NO_FIGURE : percent(Number(one.smallestVisible.toPrecision(2))),
    [one.note ?? '', one.blocksNeeded === null ? '' : `${one.blocksNeeded} blocks would decide`]
      .filter(Boolean)
      .map(sentence)
      .join('; '),
  ])
  return table(heads, rows, [1, 7])
}
