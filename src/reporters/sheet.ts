/** One point of the matrix as text: subjects by figures, before anybody lays it out. */
import type { MetricName, Point, Result, Verdict } from '../result.ts'
import { indexAggregates } from '../stats/aggregate.ts'
import { type Cell, cellsOf, pointKey } from '../stats/cell.ts'
import { isClientBound, judgedMetric, rankingAt, ratioToBest } from '../stats/standing.ts'
import { bytes, count, duration, figure, NO_FIGURE, ratio } from './format.ts'

/** A column, or a line where subjects stand side by side. */
export interface Field {
  readonly head: string
  /** `essential` stays where there is little room; `extra` shows where there is plenty. */
  readonly rank: 'essential' | 'full' | 'extra'
}

export interface Row {
  readonly subject: string
  readonly verdict: Verdict
  readonly best: boolean
  /** One text a field. */
  readonly texts: readonly string[]
}

export interface Sheet {
  readonly point: Point
  readonly fields: readonly Field[]
  readonly rows: readonly Row[]
}

type LookUp = ReturnType<typeof indexAggregates>

interface Column extends Field {
  text(cell: Cell, lookUp: LookUp): string
}

const metric = (head: string, rank: Field['rank'], name: string, format: (value: number) => string): Column => ({
  head,
  rank,
  text: (cell, lookUp) => {
    const value = lookUp(cell, name)?.median ?? null
    return value === null ? NO_FIGURE : format(value)
  },
})

const offered = metric('offered/s', 'full', 'rate.offered', count)
const achieved = metric('achieved/s', 'essential', 'rate.achieved', count)
const payload = metric('payload/s', 'full', 'throughput.bytesPerSec', bytes)
const p50 = metric('p50', 'essential', 'latency.p50', duration)
const tail = [
  metric('p90', 'full', 'latency.p90', duration),
  metric('p99', 'essential', 'latency.p99', duration),
  metric('p99.9', 'full', 'latency.p999', duration),
  metric('max', 'full', 'latency.max', duration),
]

/** All that should have arrived and did not, what found no room to be sent among it. Damaged messages are among the lost ones: they count once. */
const failures = [
  'delivery.lost',
  'delivery.timedOut',
  'delivery.inFlightAtEnd',
  'delivery.unaccounted',
  'send.errors',
  'send.skipped',
] as const

const errors: Column = {
  head: 'errors',
  rank: 'essential',
  text: (cell, lookUp) => {
    const sums = failures.map((name) => lookUp(cell, name)?.sum ?? null).filter((sum) => sum !== null)
    return sums.length < failures.length ? NO_FIGURE : count(sums.reduce((total, sum) => total + sum, 0))
  },
}

/** In the order in which several trials' findings are told. */
const limits = ['server', 'client', 'both', 'neither', 'unknown'] as const

/** Who was the limit, over the trials. */
const limitedBy: Column = {
  head: 'limited by',
  rank: 'full',
  text: ({ usable }) => {
    const found = new Set(usable.flatMap(({ bottleneck }) => (bottleneck ? [bottleneck.who] : [])))
    return limits.filter((who) => found.has(who)).join('/') || NO_FIGURE
  },
}

/** How far the median may be off: its 95 % interval, or with fewer than 6 trials the farthest of them. One trial cannot tell. */
function spreadOf(judged: MetricName): Column {
  return {
    head: '±',
    rank: 'essential',
    text: (cell, lookUp) => {
      const { median = null, ci95 = null, range = null, trials = 0 } = lookUp(cell, judged) ?? {}
      const bounds = ci95 ?? (trials > 1 ? range : null)
      if (!median || !bounds) return NO_FIGURE
      const share = Math.max(bounds[1] - median, median - bounds[0]) / median
      return `${count(Math.round(share * 100))} %`
    },
  }
}

/** Beside a standing that is the client's as much as the subject's. */
const CLIENT_BOUND = ' (client)'

/** One sheet a point, subjects and points in the scenario's order. */
export function sheetsOf(result: Result): Sheet[] {
  const cells = cellsOf(result.trials)
  const keys = new Set([...result.scenario.points, ...cells.map(({ point }) => point)].map(pointKey))
  const order = (cell: Cell) => {
    const index = result.scenario.subjects.indexOf(cell.subject)
    return index < 0 ? result.scenario.subjects.length : index
  }
  return [...keys].flatMap((key) => {
    const here = cells.filter(({ point }) => pointKey(point) === key)
    return here.length > 0
      ? sheetOf(
          here.toSorted((one, other) => order(one) - order(other)),
          result,
        )
      : []
  })
}

function sheetOf(cells: readonly Cell[], { aggregates, rankings, scenario }: Result): Sheet {
  const model = cells[0]?.trials[0]?.load.model ?? 'open'
  const judged = judgedMetric(model)
  const own = scenario.figures.map(({ head, rank, name, unit }) =>
    metric(head, rank, name, (value) => figure(value, unit)),
  )
  const spread = cells.some(({ usable }) => usable.length > 1) ? [spreadOf(judged)] : []
  const limit = cells.some(({ usable }) => usable.some(({ bottleneck }) => bottleneck)) ? [limitedBy] : []
  const columns =
    model === 'open'
      ? [offered, achieved, payload, p50, ...spread, ...tail, ...own, ...limit, errors]
      : [achieved, ...spread, payload, p50, ...tail, ...own, ...limit, errors]
  const lookUp = indexAggregates(aggregates)
  const ranking = rankingAt(rankings, cells[0]?.point ?? {})
  const best = ranking?.best ?? null
  return {
    point: cells[0]?.point ?? {},
    fields: [...columns, { head: 'to best', rank: 'essential' }],
    rows: cells.map((cell) => ({
      subject: cell.subject,
      verdict: cell.verdict,
      best: cell.subject === best,
      texts: [...columns.map((column) => column.text(cell, lookUp)), standing(cell)],
    })),
  }

  function standing(cell: Cell): string {
    if (cell.verdict === 'invalid' || cell.verdict === 'unsupported') return cell.verdict
    if (cells.length === 1) return NO_FIGURE
    const bound = isClientBound(cell) ? CLIENT_BOUND : ''
    if (cell.subject === best) return `best${bound}`
    const toBest = ratioToBest(cell, cells, aggregates, judged, ranking)
    return toBest === null ? NO_FIGURE : `${ratio(toBest)}${bound}`
  }
}
