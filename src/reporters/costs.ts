/** What a message costs each subject, beside how long it takes: a table of its own, and what its columns are. */
import type { View } from '../reporter.ts'
import type { MetricName, Result } from '../result.ts'
import { indexAggregates } from '../stats/aggregate.ts'
import { type Cell, cellsOf, pointKey, pointName } from '../stats/cell.ts'
import { bytes, count, cut, duration, NO_FIGURE, widthOf, wrap } from './format.ts'
import { drawn } from './grid.ts'
import { painter } from './paint.ts'

interface Column {
  readonly head: string
  readonly metric: MetricName
  /** The first to go where there is little room has the highest. */
  readonly rank: 1 | 2 | 3
  readonly legend: keyof typeof legends
  format(value: number): string
}

/** What columns are, said once for all of a kind. */
const legends = {
  cpu: 'CPU: time that all processes of a side took for one delivered message, without busy waiting.',
  wire: 'Up, down: bytes on the wire for one message that went from client to server, or back, with all that the transport sends for it.',
  overhead: 'Added: by how much that is more than the payload.',
  memory: 'Peak: the largest resident memory of each process since it began, added up over a side.',
  delay: 'Delay: how late timers of the latest process of a side ran, p99.',
  gc: 'GC: share of the time that a process stood still to collect garbage.',
} as const

const columns: readonly Column[] = [
  { head: 'server CPU', metric: 'cpu.serverPerMessageNs', rank: 1, legend: 'cpu', format: duration },
  { head: 'user', metric: 'cpu.serverUserPerMessageNs', rank: 3, legend: 'cpu', format: duration },
  { head: 'system', metric: 'cpu.serverSystemPerMessageNs', rank: 3, legend: 'cpu', format: duration },
  { head: 'client CPU', metric: 'cpu.clientPerMessageNs', rank: 1, legend: 'cpu', format: duration },
  { head: 'user', metric: 'cpu.clientUserPerMessageNs', rank: 3, legend: 'cpu', format: duration },
  { head: 'system', metric: 'cpu.clientSystemPerMessageNs', rank: 3, legend: 'cpu', format: duration },
  { head: 'up', metric: 'wire.upBytesPerMessage', rank: 1, legend: 'wire', format: bytes },
  { head: 'added', metric: 'wire.upOverhead', rank: 2, legend: 'overhead', format: added },
  { head: 'down', metric: 'wire.downBytesPerMessage', rank: 1, legend: 'wire', format: bytes },
  { head: 'added', metric: 'wire.downOverhead', rank: 2, legend: 'overhead', format: added },
  { head: 'server peak', metric: 'memory.serverPeakBytes', rank: 1, legend: 'memory', format: bytes },
  { head: 'client peak', metric: 'memory.clientPeakBytes', rank: 3, legend: 'memory', format: bytes },
  { head: 'server delay', metric: 'eventLoop.serverDelayP99', rank: 2, legend: 'delay', format: duration },
  { head: 'client delay', metric: 'eventLoop.clientDelayP99', rank: 3, legend: 'delay', format: duration },
  { head: 'server GC', metric: 'gc.serverShare', rank: 2, legend: 'gc', format: percent },
  { head: 'client GC', metric: 'gc.clientShare', rank: 3, legend: 'gc', format: percent },
]

/** Two significant digits; all digits before the point. */
function percent(share: number): string {
  const value = share * 100
  return `${Math.abs(value) < 9.95 && value !== 0 ? value.toPrecision(2) : count(Math.round(value))} %`
}

function added(share: number): string {
  return `${share >= 0 ? '+' : ''}${percent(share)}`
}

/** Where the table has no room for as much, less is shown: ranks up to the first, names cut to the second. */
const layouts = [
  [3, 24],
  [3, 16],
  [2, 24],
  [2, 16],
  [1, 24],
  [1, 12],
] as const

/** Up to this width the figures of one subject stand together. */
const NARROW_COLUMNS = 60

interface Line {
  readonly subject: string
  readonly point: string
  /** One text a column. */
  readonly texts: readonly string[]
}

/**
 * The table, then what its columns are. Empty where nothing was measured, and of a search, whose trials are of different loads.
 * @param result with clean texts
 */
export function costSections(result: Result, view: View): string[][] {
  const lines = result.capacities.length > 0 ? [] : linesOf(result)
  // A column without any figure says nothing: a way that no message went, a part that cannot be told.
  const told = columns.filter((_, at) => lines.some(({ texts }) => texts[at] !== NO_FIGURE))
  if (told.length === 0) return []
  const [rank, name] = layouts.find((layout) => fits(drawnAt(lines, told, layout), view)) ?? [1, null]
  const shown = told.filter((column) => column.rank <= rank)
  const legend = new Set(shown.map((column) => legends[column.legend]))
  const hidden = shown.length < told.length ? ' In a wider terminal there are more columns.' : ''
  return [
    [
      painter(view).bold('Costs'),
      ...(name === null ? oneByOne(lines, shown, view) : drawnAt(lines, shown, [rank, name])),
    ],
    wrap(`${[...legend].join(' ')}${hidden}`, view.columns),
  ]
}

/** The same for other layouts: all columns that have a figure; null where nothing was measured. */
export function costTable(result: Result): { heads: string[]; lines: Line[]; legend: string } | null {
  const lines = result.capacities.length > 0 ? [] : linesOf(result)
  const told = columns.filter((_, at) => lines.some(({ texts }) => texts[at] !== NO_FIGURE))
  if (told.length === 0) return null
  return {
    heads: told.map(({ head }) => head),
    lines: lines.map((line) => ({ ...line, texts: textsOf(line, told) })),
    legend: [...new Set(told.map((column) => legends[column.legend]))].join(' '),
  }
}

/** Points, and subjects at each, in the scenario's order. */
function linesOf({ trials, aggregates, scenario }: Result): Line[] {
  const lookUp = indexAggregates(aggregates)
  const points = scenario.points.map(pointKey)
  const place = ({ subject, point }: Cell) =>
    points.indexOf(pointKey(point)) * scenario.subjects.length + scenario.subjects.indexOf(subject)
  return cellsOf(trials)
    .filter(({ usable }) => usable.length > 0)
    .toSorted((one, other) => place(one) - place(other))
    .map((cell) => ({
      subject: cell.subject,
      point: pointName(cell.point),
      texts: columns.map(({ metric, format }) => {
        const value = lookUp(cell, metric)?.median ?? null
        return value === null ? NO_FIGURE : format(value)
      }),
    }))
}

function textsOf({ texts }: Line, of: readonly Column[]): string[] {
  return of.map((column) => texts[columns.indexOf(column)] ?? NO_FIGURE)
}

function drawnAt(lines: readonly Line[], of: readonly Column[], [rank, width]: readonly [number, number]): string[] {
  const shown = of.filter((column) => column.rank <= rank)
  const hasPoints = lines.some(({ point }) => point !== '')
  return drawn(
    ['', ...(hasPoints ? ['at'] : []), ...shown.map(({ head }) => head)],
    lines.map((line) => [
      cut(line.subject, width),
      ...(hasPoints ? [cut(line.point, 2 * width)] : []),
      ...textsOf(line, shown),
    ]),
  )
}

function fits(table: readonly string[], { columns: width }: View): boolean {
  return width > NARROW_COLUMNS && table.every((line) => widthOf(line) <= width)
}

function oneByOne(lines: readonly Line[], shown: readonly Column[], { columns: width }: View): string[] {
  return lines.flatMap((line) => {
    const texts = textsOf(line, shown)
    // Spaces that do not break keep a figure with its name.
    const pairs = shown.map(({ head }, at) => `${head} ${texts[at]}`.replace(/ /g, '\u00a0')).join(', ')
    return [
      ...wrap(`${line.subject}${line.point && ` at ${line.point}`}`, width),
      ...wrap(pairs, width, '  ').map((text) => text.replace(/\u00a0/g, ' ')),
    ]
  })
}
