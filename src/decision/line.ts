/** One figure at one point of one run, of all columns. */
import { type Better, metrics, type Point, type Result, type Trial, type Unit } from '../result.ts'
import { indexAggregates } from '../stats/aggregate.ts'
import { cellsOf, type Cell as Measured, pointKey } from '../stats/cell.ts'
import { figureOf } from '../stats/figure.ts'
import { rankAt } from '../stats/ranking.ts'
import { competes, undecidedAt } from '../stats/standing.ts'
import { keysOf } from './column.ts'
import type { Ask } from './needs.ts'

/** A result with a name that people know it by. */
export interface Named {
  readonly name: string
  readonly result: Result
}

export type Cell =
  | {
      readonly state: 'measured'
      /** Median over the trials. */
      readonly figure: number
      /** `ci95` of the median from 6 trials on, below the range of the trials; null of one trial. */
      readonly bounds: { readonly kind: 'ci95' | 'range'; readonly ends: readonly [number, number] } | null
      readonly best: boolean
      /** Codes of its trials' warnings, where those make them suspect. */
      readonly doubts: readonly string[]
    }
  | { readonly state: 'unsupported' | 'invalid' | 'no figure'; readonly because: string }

/** Under what the figures were measured. */
export interface Conditions {
  readonly point: Point
  readonly load: Trial['load']
  readonly payload: Trial['payload']
  /** How many of what the ask counts, where that is known and not in the point. */
  readonly count: { readonly name: string; readonly value: number } | null
  readonly blocks: number
}

export interface Line {
  readonly ask: Ask
  readonly workload: string
  readonly run: Named
  readonly unit: Unit
  readonly better: Better
  readonly conditions: Conditions
  /** By the keys of columns; a column without one was not in the run. */
  readonly cells: ReadonlyMap<string, Cell>
  /** Why nobody is called best; null where somebody is. */
  readonly undecided: string | null
}

/** What a figure is in and which way is up; null where the result has no such figure. */
export function measureOf(metric: string, { scenario }: Result): { unit: Unit; better: Better } | null {
  const own = scenario.figures.find(({ name }) => name === metric)
  if (own) return { unit: own.unit, better: own.better }
  const known: Readonly<Record<string, { unit: Unit; better: Better } | undefined>> = metrics
  const found = Object.hasOwn(known, metric) ? known[metric] : undefined
  return found ? { unit: found.unit, better: found.better } : null
}

/** A search raises its load from trial to trial: its trials are no repetitions of each other. */
export function isSearch({ capacities, scenario }: Result): boolean {
  return capacities.length > 0 || scenario.resolved.search !== undefined
}

/** One a point whose load the figure is a merit under, in the scenario's order, whether anybody has a figure or not. */
export function linesOf(ask: Ask, run: Named): Line[] {
  const { result } = run
  const measure = measureOf(ask.metric, result)
  if (!measure || isSearch(result)) return []
  const cells = cellsOf(result.trials)
  const keys = new Set([...result.scenario.points, ...cells.map(({ point }) => point)].map(pointKey))
  return [...keys].flatMap((key) => {
    const here = cells.filter(({ point }) => pointKey(point) === key)
    const first = here.find(competes)?.trials[0] ?? here[0]?.trials[0]
    if (!first || !ask.models.includes(first.load.model)) return []
    return [lineOf(ask, run, measure, here, first)]
  })
}

export function isMeasured({ cells }: Line): boolean {
  return [...cells.values()].some(({ state }) => state === 'measured')
}

function lineOf(
  ask: Ask,
  run: Named,
  measure: { unit: Unit; better: Better },
  here: readonly Measured[],
  { point, load, payload }: Trial,
): Line {
  const { result } = run
  const ranking = rankAt(here, { metric: ask.metric, ...measure })
  const lookUp = indexAggregates(result.aggregates.filter(({ metric }) => metric === ask.metric))
  const keys = keysOf(result)
  return {
    ask,
    workload: result.scenario.workload,
    run,
    ...measure,
    conditions: {
      point,
      load,
      payload,
      count: countOf(ask, point, result),
      blocks: new Set(here.flatMap(({ trials }) => trials.map(({ block }) => block))).size,
    },
    cells: new Map(here.map((cell) => [keys.get(cell.subject) ?? cell.subject, cellOf(cell)] as const)),
    undecided: ranking ? undecidedAt(ranking, here) : 'fewer than two subjects can be compared',
  }

  function cellOf(cell: Measured): Cell {
    const { verdict, trials, usable } = cell
    if (verdict === 'invalid' || verdict === 'unsupported') {
      const reason = trials.flatMap(({ verdict: one, reasons }) => (one === verdict ? reasons : []))[0]
      return { state: verdict, because: reason?.message ?? 'no reason is stored' }
    }
    const { median = null, ci95 = null, range = null } = lookUp(cell, ask.metric) ?? {}
    if (median === null) return { state: 'no figure', because: suppressedBy(usable, ask.metric) }
    const bounds = ci95 ? { kind: 'ci95' as const, ends: ci95 } : range && { kind: 'range' as const, ends: range }
    return {
      state: 'measured',
      figure: median,
      bounds: usable.length > 1 ? bounds : null,
      best: ranking?.best === cell.subject,
      doubts: [...new Set(usable.flatMap((one) => (one.verdict === 'suspect' ? one.warnings : [])).map(codeOf))],
    }
  }
}

function codeOf({ code }: { readonly code: string }): string {
  return code
}

/** One trial without the figure leaves the cell without it. */
function suppressedBy(trials: readonly Trial[], metric: string): string {
  const lacking = trials.filter((trial) => figureOf(trial, metric) === null)
  const warnings = metric.startsWith('latency.') ? lacking.flatMap((trial) => trial.warnings) : []
  const found = warnings.find(({ code }) => code === 'too-few-samples' || code === 'undelivered')
  return found?.message ?? `in ${lacking.length} of ${trials.length} trials it was not measured, or of too few messages`
}

/** The scenario of a stored result is not checked, so it is read with care. */
function countOf({ count: name }: Ask, point: Point, { scenario }: Result): Conditions['count'] {
  if (name === undefined || Object.hasOwn(point, name)) return null
  const { points } = scenario.resolved
  const resolved: unknown[] = Array.isArray(points) ? points : []
  const own = resolved.find((one) => pointKey(pointIn(one)) === pointKey(point))
  const value = memberOf(memberOf(memberOf(own, 'settings'), 'parameters'), name)
  return typeof value === 'number' ? { name, value } : null
}

function pointIn(resolved: unknown): Point {
  const at = memberOf(resolved, 'at')
  return typeof at === 'object' && at !== null ? (at as Point) : {}
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
