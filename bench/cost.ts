/** What something extra costs: turns with it against the turns beside them. */
import { medianInterval95 } from '../src/stats/spread.ts'
import { median } from './median.ts'
import { passFail, whole } from './table.ts'
import type { Both, Figures } from './turns.ts'

/** So much may it cost; or so little that an interval of this width cannot tell it from nothing. */
const TARGET = 0.02
const NARROW = 0.1

export function columns(
  all: readonly Both[],
  of: (figures: Figures) => number,
  show: (value: number) => string,
): string[] {
  return [median(all.map(({ without }) => of(without))), median(all.map(({ extra }) => of(extra)))].map(show)
}

/** @param of what is worse when it is more */
export function compare(all: readonly Both[], of: (figures: Figures) => number): { isPassed: boolean; row: string[] } {
  const costs = all.map(({ without, extra }) => of(extra) / of(without) - 1)
  const [least = 0, most = 0] = medianInterval95(costs) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const isNothing = least <= 0 && most >= 0
  const isPassed = median(costs) <= TARGET || (isNothing && most - least <= NARROW)
  const cost = `${share(median(costs))}${isNothing ? ', not measurable' : ''}`
  return { isPassed, row: [cost, `${share(least)} to ${share(most)}`, `<= ${TARGET * 100} %`, passFail(isPassed)] }
}

export function nanos(ns: number): string {
  return `${whole(ns)} ns`
}

function share(value: number): string {
  return `${value >= 0 ? '+' : ''}${(value * 100).toFixed(1)} %`
}
