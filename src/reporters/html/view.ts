/** A chapter as its sections see it: cells in order, each subject with its look. */
import type { Chapter } from '../../reporter.ts'
import type { Aggregate, Point, Result, Trial } from '../../result.ts'
import { indexAggregates } from '../../stats/aggregate.ts'
import { type Cell, cellsOf, pointKey, pointName } from '../../stats/cell.ts'
import type { Bar } from './bars.ts'

export interface Place {
  /** For element ids. */
  readonly id: string
  readonly point: Point
  /** Empty without a matrix. */
  readonly name: string
  readonly cells: readonly Cell[]
}

export interface ChapterView extends Chapter {
  readonly id: string
  /** One a point of the matrix that was measured. */
  readonly places: readonly Place[]
  lookOf(subject: string): number
  aggregateOf(cell: Pick<Cell, 'subject' | 'point'>, metric: string): Aggregate | undefined
}

export function viewOf(chapter: Chapter, id: string): ChapterView {
  const { result } = chapter
  const cells = cellsOf(result.trials)
  const subjects = subjectsOf(result)
  const looks = new Map(subjects.map((subject, index) => [subject, index]))
  const lookOf = (subject: string) => looks.get(subject) ?? 0
  const keys = [...new Set([...result.scenario.points, ...cells.map(({ point }) => point)].map(pointKey))]
  const places = keys.flatMap((key): Place[] => {
    const here = cells.filter(({ point }) => pointKey(point) === key)
    const point = here[0]?.point
    if (!point) return []
    const ordered = here.toSorted((one, other) => lookOf(one.subject) - lookOf(other.subject))
    return [{ id: `${id}-${keys.indexOf(key)}`, point, name: pointName(point), cells: ordered }]
  })
  return { ...chapter, id, places, lookOf, aggregateOf: indexAggregates(result.aggregates) }
}

function subjectsOf({ scenario, trials }: Result): string[] {
  return [...new Set([...scenario.subjects, ...trials.map(({ subject }) => subject)])]
}

/** The load model of most interest: that of the first trial that has figures. */
export function modelOf({ trials }: Result): Trial['load']['model'] {
  return trials.find(({ verdict }) => verdict === 'valid' || verdict === 'suspect')?.load.model ?? 'open'
}

/** A metric of all subjects at a point; empty where nobody has it. */
export function barsOf({ aggregateOf, lookOf }: ChapterView, { cells }: Place, metric: string): Bar[] {
  const bars = cells.map((cell) => {
    const { median = null, ci95 = null, range = null } = aggregateOf(cell, metric) ?? {}
    return { name: cell.subject, look: lookOf(cell.subject), value: median, range: ci95 ?? range }
  })
  return bars.some(({ value }) => value !== null) ? bars : []
}
