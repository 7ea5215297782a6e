/**
 * For github-action-benchmark, which draws figures over commits and warns of changes. A file has one direction, so there are two:
 * `customSmallerIsBetter` and `customBiggerIsBetter` of https://github.com/benchmark-action/github-action-benchmark.
 */
import type { Chapter, FileReporter } from '../reporter.ts'
import { type Aggregate, type Better, type Capacity, metrics, type Result, type Unit } from '../result.ts'
import { indexAggregates } from '../stats/aggregate.ts'
import { type Cell, cellsOf, pointName } from '../stats/cell.ts'
import { competes } from '../stats/standing.ts'
import { clean, plural } from './format.ts'
import { titlesOf } from './titles.ts'

export const ghaBenchmarkReporter: FileReporter = {
  render: (chapters) => entriesText(chapters, 'lower'),
}

export const ghaBenchmarkBiggerReporter: FileReporter = {
  render: (chapters) => entriesText(chapters, 'higher'),
}

/** As the action reads it. It knows a figure by its name over all commits. */
interface Entry {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly range?: string
  readonly extra: string
}

function entriesText(chapters: readonly Chapter[], better: Better): string {
  const titles = titlesOf(chapters)
  const entries = chapters.flatMap(({ result }, index) =>
    result.capacities.length > 0
      ? capacityEntries(result, titles[index] ?? '', better)
      : cellsOf(result.trials)
          .filter(competes)
          .flatMap((cell) => cellEntries(cell, result, titles[index] ?? '', better)),
  )
  return `${JSON.stringify(entries, null, 2)}\n`
}

function cellEntries(cell: Cell, { aggregates, scenario }: Result, title: string, better: Better): Entry[] {
  const lookUp = indexAggregates(aggregates)
  // What a trial is checked by, and what explains another figure, is no benchmark of its own.
  const known = Object.entries(metrics).filter(([, metric]) => metric.compared && metric.better === better)
  const own = scenario.figures.filter((one) => one.better === better && one.rank !== 'extra')
  return [...known.map(([name]) => name), ...own.map(({ name }) => name)].flatMap((metric) => {
    const found = lookUp(cell, metric)
    return found ? entryOf(cell, found, title) : []
  })
}

function entryOf(cell: Cell, { metric, unit, median, ci95, range, trials }: Aggregate, title: string): Entry[] {
  if (median === null) return []
  const scale = scaleOf(unit)
  const bounds = ci95 ?? range
  const doubt = cell.verdict === 'suspect' ? ', suspect' : ''
  return [
    {
      name: nameOf(title, cell, metric),
      unit: scale.unit,
      value: median / scale.size,
      ...(bounds && trials > 1
        ? { range: `${ci95 ? '95 % interval' : 'trials'} ${bounds[0] / scale.size} to ${bounds[1] / scale.size}` }
        : {}),
      extra: `median of ${plural(trials, 'trial')}${doubt}`,
    },
  ]
}

function capacityEntries({ capacities }: Result, title: string, better: Better): Entry[] {
  if (better !== 'higher') return []
  return capacities.flatMap((one: Capacity) => {
    if (one.state !== 'found' || one.capacity === null) return []
    const extra = `${one.atLeast ? 'at least; ' : ''}${one.confirmed ? '' : 'not confirmed; '}${one.slo.join(', ')}`
    const name = nameOf(title, one, `capacity by ${one.over}`)
    return { name, unit: scaleOf(one.unit).unit, value: one.capacity, extra: clean(extra) }
  })
}

function nameOf(title: string, { subject, point }: Pick<Cell, 'subject' | 'point'>, metric: string): string {
  const where = pointName(point)
  return clean(`${title}: ${subject}${where && ` at ${where}`}: ${metric}`)
}

/** The same unit at every commit, or values could not be held against each other. */
function scaleOf(unit: Unit): { unit: string; size: number } {
  return unit === 'ns' ? { unit: 'ms', size: 1e6 } : { unit: clean(unit), size: 1 }
}
