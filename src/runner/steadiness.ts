import type { TimelineEntry, Trial } from '../result.ts'

/** Slices in each third of the window; with fewer nothing is said. */
const FEWEST_SLICES = 3
/**
 * From the first to the last third a figure has to change by so much: a quarter. See docs/measuring.md for how it was found.
 */
const TREND = 1.25

/** What a trial looked like slice by slice. */
export interface Course {
  readonly timeline: readonly TimelineEntry[]
  readonly model: Trial['load']['model']
  readonly durationNs: number
  /** Length of a slice. */
  readonly sliceNs: number
}

/**
 * Whether the measured part still became quicker, or slower, from its beginning to its end: all slices of the last third lie beyond
 * all of the first, the middle in between, and far enough. Chance orders two thirds so in 2 of 20 cases with 3 slices each, and in
 * 2 of 70 with 4, before the size and the middle are asked for. Rate is looked at where nothing but the subject sets it.
 * @returns a sentence; undefined where it was steady, or too short to tell
 */
export function unsteadiness({ timeline, model, durationNs, sliceNs }: Course): string | undefined {
  // The last slice may be a part of one, and later ones hold what came after the window.
  const whole = Math.floor(durationNs / sliceNs)
  const byIndex = new Map(timeline.map((slice) => [Math.round(slice.atNs / sliceNs), slice]))
  const slices = Array.from({ length: whole }, (_, index) => byIndex.get(index))
  if (model !== 'open') {
    const rates = slices.map((slice) => (slice?.delivered ?? 0) / (sliceNs / 1e9))
    const trend = trendOf(rates)
    if (trend) return said('the rate', trend, (value) => `${Math.round(value)}/s`)
  }
  const p50s = slices.map((slice) => slice?.p50 ?? null)
  const trend = p50s.every((p50) => p50 !== null) ? trendOf(p50s) : undefined
  return trend && said('p50', trend, (value) => `${(value / 1e3).toPrecision(3)} µs`)
}

interface Trend {
  readonly first: number
  readonly last: number
}

function trendOf(values: readonly number[]): Trend | undefined {
  const third = Math.floor(values.length / 3)
  if (third < FEWEST_SLICES) return undefined
  const [early, late] = [values.slice(0, third), values.slice(-third)]
  const apart = Math.max(...early) < Math.min(...late) || Math.min(...early) > Math.max(...late)
  const [first, middle, last] = [middleOf(early), middleOf(values.slice(third, -third)), middleOf(late)]
  const between = Math.min(first, last) <= middle && middle <= Math.max(first, last)
  const far = Math.max(first, last) > Math.min(first, last) * TREND
  return apart && between && far ? { first, last } : undefined
}

function said(figure: string, { first, last }: Trend, text: (value: number) => string): string {
  const how = last > first ? 'rose' : 'fell'
  return `${figure} ${how} from ${text(first)} in the first third of the window to ${text(last)} in the last`
}

/** The upper median. */
function middleOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
}
