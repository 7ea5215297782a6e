import type { TimelineEntry, Trial } from '../result.ts'

/** Slices in each third of the window; with fewer nothing is said. */
const FEWEST_SLICES = 4
/** From the first to the last third a figure has to change by more than this factor: less is drift that any machine has. */
const TREND = 1.25
/**
 * And by more than so many times the scatter of the slices within their thirds. In a simulation (log-normal slices, AR(1) with 0.5)
 * 12 slices that scatter by 10 % are called unsteady in 2 to 3 % of the trials, 30 in 1 of 500, where nothing changes.
 */
const SCATTERS = 3
/** Makes the median absolute deviation comparable with a standard deviation (normal distribution). */
const MAD_TO_SD = 1.4826

/** What a trial looked like slice by slice. */
export interface Course {
  readonly timeline: readonly TimelineEntry[]
  readonly model: Trial['load']['model']
  readonly durationNs: number
  /** Length of a slice. */
  readonly sliceNs: number
}

/**
 * Whether the measured part still became quicker, or slower, from its beginning to its end: the medians of its thirds rise, or
 * fall, far enough, and beyond their scatter. The rate is looked at where nothing but the subject sets it.
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
  const size = Math.floor(values.length / 3)
  if (size < FEWEST_SLICES) return undefined
  const thirds = [values.slice(0, size), values.slice(size, -size), values.slice(-size)]
  const [first = 0, middle = 0, last = 0] = thirds.map(middleOf)
  const [low, high] = [Math.min(first, last), Math.max(first, last)]
  // Ratios, because a machine's noise is one; a slice without anything is as far off as can be.
  const offs = thirds.flatMap((third) => {
    const own = middleOf(third)
    // Of nothing by nothing there is no ratio.
    return third.map((value) => (value === own ? 0 : Math.abs(Math.log(value / own))))
  })
  const scatter = MAD_TO_SD * middleOf(offs)
  const far = high > low * TREND && Math.log(high / low) > SCATTERS * scatter
  return far && low <= middle && middle <= high ? { first, last } : undefined
}

function said(figure: string, { first, last }: Trend, text: (value: number) => string): string {
  const how = last > first ? 'rose' : 'fell'
  return `${figure} ${how} from ${text(first)} in the first third of the window to ${text(last)} in the last`
}

/** The upper median. */
function middleOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
}
