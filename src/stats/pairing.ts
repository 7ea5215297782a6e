/** Trials of two subjects side by side: block by block, at each point. */
import type { Point, Trial } from '../result.ts'
import { cellsOf, pointKey } from './cell.ts'
import { lacksCpuBecause } from './cost.ts'
import { figureOf } from './figure.ts'

export interface Pairing {
  readonly point: Point
  /** Of blocks with a usable trial of both, in the order of blocks. */
  readonly pairs: ReadonlyArray<{ readonly block: number; readonly base: Trial; readonly head: Trial }>
  /** Usable trials, paired or not. */
  readonly baseTrials: number
  readonly headTrials: number
  /** Why blocks have no pair, e.g. `block 3: head is invalid`; counted from 1, as wherever people read of them. */
  readonly leftOut: readonly string[]
}

/** One for each point, in the order of the trials. */
export function pairingsOf(trials: readonly Trial[], base: string, head: string): Pairing[] {
  const cells = cellsOf(trials)
  const points = new Map(cells.map(({ point }) => [pointKey(point), point]))
  return [...points].map(([key, point]) => {
    const here = cells.filter((cell) => pointKey(cell.point) === key)
    const of = (subject: string) => here.find((cell) => cell.subject === subject)
    const bases = of(base)
    const heads = of(head)
    const blocks = new Set([...(bases?.trials ?? []), ...(heads?.trials ?? [])].map(({ block }) => block))
    const rows = [...blocks]
      .toSorted((one, other) => one - other)
      .map((block) => {
        const inBlock = (trial: Trial) => trial.block === block
        return { block, base: bases?.usable.find(inBlock), head: heads?.usable.find(inBlock) }
      })
    const stateOf = (block: number, found: readonly Trial[] = []) =>
      found.find((trial) => trial.block === block)?.verdict ?? 'missing'
    return {
      point,
      pairs: rows.flatMap((row) =>
        row.base && row.head ? [{ block: row.block, base: row.base, head: row.head }] : [],
      ),
      baseTrials: bases?.usable.length ?? 0,
      headTrials: heads?.usable.length ?? 0,
      leftOut: rows.flatMap((row) => {
        const states = [
          ...(row.base ? [] : [`${base} is ${stateOf(row.block, bases?.trials)}`]),
          ...(row.head ? [] : [`${head} is ${stateOf(row.block, heads?.trials)}`]),
        ]
        return states.length > 0 ? [`block ${row.block + 1}: ${states.join(' and ')}`] : []
      }),
    }
  })
}

export interface Figures {
  readonly values: readonly number[]
  /** Trials whose figure has no logarithm, and why, e.g. `0003-ws has no figure`. */
  readonly unfit: readonly string[]
}

/** The figures of some trials, as far as ratios can be made of them. */
export function figuresOf(trials: readonly Trial[], metric: string): Figures {
  const found = trials.map((trial) => ({ trial, value: figureOf(trial, metric) }))
  return {
    values: found.flatMap(({ value }) => (value !== null && value > 0 ? [value] : [])),
    unfit: found.flatMap(({ trial, value }) => {
      const why = metric.startsWith('cpu.') ? lacksCpuBecause(trial) : null
      if (value === null) return [`${trial.id} has no figure${why === null ? '' : ` (${why})`}`]
      return value > 0 ? [] : [`${trial.id} has ${value}`]
    }),
  }
}

export interface Ratios {
  /** Natural logarithms of head by base, one a block; empty where a figure is unfit: the missing one may be the worst. */
  readonly logs: readonly number[]
  readonly bases: readonly number[]
  readonly heads: readonly number[]
  readonly unfit: readonly string[]
}

export function ratiosOf(pairs: Pairing['pairs'], metric: string): Ratios {
  const bases = figuresOf(
    pairs.map(({ base }) => base),
    metric,
  )
  const heads = figuresOf(
    pairs.map(({ head }) => head),
    metric,
  )
  const unfit = [...bases.unfit, ...heads.unfit]
  const logs = unfit.length > 0 ? [] : bases.values.map((base, index) => Math.log((heads.values[index] ?? base) / base))
  return { logs, bases: bases.values, heads: heads.values, unfit }
}
