/** Scales of charts: from figures to places between 0 and 1, and the figures that are written beside them. */

export interface Axis {
  readonly kind: 'linear' | 'log'
  readonly low: number
  readonly high: number
  /** Ascending, within the range. */
  readonly ticks: readonly number[]
}

/** 0 at the low end, 1 at the high end; outside of it for what lies outside. */
export function placeOf(value: number, { kind, low, high }: Axis): number {
  if (kind === 'linear') return (value - low) / (high - low)
  return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
}

/**
 * From zero, so that lengths are to each other as the figures are.
 * @param unit in which the steps are round; e.g. 1024 for KiB
 */
export function linearAxis(values: readonly number[], unit = 1): Axis {
  const most = Math.max(0, ...values)
  const least = Math.min(0, ...values)
  const step = stepOf((most - least || unit) / unit / STEPS) * unit
  const low = Math.floor(least / step) * step
  const high = Math.max(low + step, Math.ceil(most / step) * step)
  const count = Math.round((high - low) / step)
  return { kind: 'linear', low, high, ticks: Array.from({ length: count + 1 }, (_, index) => low + index * step) }
}

const STEPS = 5

/** Ends where the values do, for what goes on to the right. */
export function tightAxis(values: readonly number[]): Axis {
  const { ticks, low, high } = linearAxis(values)
  const most = values.reduce((last, one) => Math.max(last, one), low)
  return {
    kind: 'linear',
    low,
    high: most > low ? most : high,
    ticks: ticks.filter((tick) => most <= low || tick <= most),
  }
}

/** 1, 2 or 5 times a power of ten. */
function stepOf(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast))
  return power * ([1, 2, 5].find((factor) => factor * power >= atLeast * (1 - 1e-9)) ?? 10)
}

const MOST_TICKS = 7

/** Over whole decades where there are many; else at 1, 2 and 5 times a power of ten. Figures that are not positive have no place. */
export function logAxis(values: readonly number[]): Axis {
  const positive = values.filter((value) => value > 0)
  const least = positive.length > 0 ? Math.min(...positive) : 1
  const most = positive.length > 0 ? Math.max(...positive) : 10
  const decades = range(Math.floor(Math.log10(least)), Math.ceil(Math.log10(most)) + 1)
  const fine = decades.flatMap((exponent) => [1, 2, 5].map((factor) => factor * 10 ** exponent))
  const low = fine.findLast((value) => value <= least * (1 + 1e-9)) ?? least
  const above = fine.find((value) => value >= most * (1 - 1e-9)) ?? most
  const high = above > low ? above : low * 10
  const inside = (ticks: readonly number[]) => ticks.filter((tick) => tick >= low && tick <= high)
  const coarse = decades.map((exponent) => 10 ** exponent)
  const few = inside(fine).length <= MOST_TICKS ? inside(fine) : inside(coarse)
  const every = Math.ceil(few.length / MOST_TICKS)
  return { kind: 'log', low, high, ticks: few.filter((_, index) => index % every === 0) }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}
