/** The answer: who is best, or worse, by how much; or why that cannot be said. */
import type { Run } from '../../reporter.ts'
import type { Ranking, Result } from '../../result.ts'
import { answerOf } from '../../stats/answer.ts'
import { clearlyHighest } from '../../stats/capacity.ts'
import { cellsOf, pointKey, pointName } from '../../stats/cell.ts'
import { changes } from '../../stats/change.ts'
import { undecidedAt } from '../../stats/standing.ts'
import { plural, ratio } from '../format.ts'
import { list, name, sentence } from './text.ts'

/** @param result of all runs together, with clean texts */
export function answerLines(runs: readonly Run[], result: Result): string[] {
  const lines = runs.flatMap((run) => {
    const whose = runs.length > 1 ? `${name(run.name)}: ` : ''
    const gate = answerOf(run.result)
    const best = run.result.rankings.flatMap(bestLine)
    const nobody = undecidedLines(run.result)
    return [...(gate ? [`**${sentence(gate.text)}**`] : []), ...best, ...nobody, ...highestLines(run.result)].map(
      (line) => whose + line,
    )
  })
  const apart =
    runs.length > 1
      ? [
          `Measured in ${plural(runs.length, 'separate run')}: subjects of different runs differ also by what differed between the runs, and such differences carry no interval here.`,
        ]
      : []
  const subjects = new Set(result.trials.map(({ subject }) => subject))
  const silent = lines.length === 0 && subjects.size > 1 ? ['Nobody is called best: the subjects were not ranked.'] : []
  return [...(lines.length > 0 ? [list(lines)] : silent), ...apart]
}

/** Each reason once, with the points that it is said of. */
function undecidedLines({ rankings, trials }: Result): string[] {
  const cells = cellsOf(trials)
  const points = new Map<string, string[]>()
  for (const ranking of rankings) {
    const here = cells.filter(({ point }) => pointKey(point) === pointKey(ranking.point))
    const reason = undecidedAt(ranking, here)
    if (reason === null) continue
    const why = `Nobody is called best by ${name(ranking.metric)}: ${sentence(reason)}`
    points.set(why, [...(points.get(why) ?? []), name(pointName(ranking.point))])
  }
  return [...points].map(([why, where]) => {
    if (where.length === rankings.length) return `${why}.`
    const more = where.length > MOST_NAMED ? ` and ${where.length - MOST_NAMED} more` : ''
    return `${why} (at ${where.slice(0, MOST_NAMED).join(', ')}${more}).`
  })
}

const MOST_NAMED = 5

function bestLine({ metric, best, pairs, better, point }: Ranking): string[] {
  if (best === null) return []
  const where = pointName(point)
  const what = `${better === 'higher' ? 'highest' : 'lowest'} ${name(metric)}${where && ` at ${name(where)}`}`
  const others = pairs.flatMap(({ one, other, ratio: share, ci95 }) => {
    if (share === null || share === 0 || (one !== best && other !== best)) return []
    const turned = (value: number) => (other === best ? 1 / value : value)
    const [low, high] = [turned(ci95?.[0] ?? Number.NaN), turned(ci95?.[1] ?? Number.NaN)]
    const bounds = [Math.min(low, high), Math.max(low, high)] as const
    const interval = bounds.every(Number.isFinite) ? ` (${changes(bounds)})` : ''
    return [`${name(other === best ? one : other)} ${ratio(turned(share))}${interval}`]
  })
  return [`**${name(best)}** has the ${what}${others.length > 0 ? `: ${others.join(', ')}` : ''}.`]
}

function highestLines({ capacities }: Result): string[] {
  const points = new Map(capacities.map((one) => [pointKey(one.point), one.point]))
  return [...points].flatMap(([key, point]) => {
    const here = capacities.filter((one) => pointKey(one.point) === key)
    const best = clearlyHighest(here)
    if (best === null || here.length < 2) return []
    const where = pointName(point)
    return `**${name(best)}** bears the most${where && ` at ${name(where)}`}.`
  })
}
