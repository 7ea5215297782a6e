/** What was compared with what, and a ratio as the difference that people speak of. */
import type { Comparison } from '../result.ts'

/** `+12.3 %`, `-4.0 %`, `0.0 %`: by how much head is more than base. */
export function change(ratio: number): string {
  const percent = (ratio - 1) * 100
  const size = Math.abs(percent)
  const text = size >= 99.95 ? size.toFixed(0) : size.toFixed(1)
  // What rounds to nothing has no sign.
  if (Number(text) === 0) return '0.0 %'
  return `${percent < 0 ? '-' : '+'}${text} %`
}

/** `+8.1 % to +15.2 %` */
export function changes([low, high]: readonly [number, number]): string {
  return `${change(low)} to ${change(high)}`
}

/** A share, as in the settings of a gate: `5 %`, `2.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

/** `head is worse than base`: by their labels, and where one label was measured in two runs, `ws: head is worse than base`. */
export function pairName({ base, head }: Pick<Comparison, 'base' | 'head'>, verb: string): string {
  return base === head ? `${head}: head ${verb} base` : `${head} ${verb} ${base}`
}
