/**
 * The search for the highest load that meets an objective: which load to try next, from what came of those before. Pure: it
 * asks for one run at a time and is told whether the run met the objective.
 */

export interface SearchLimits {
  /** The lowest load, above 0, and the highest one. */
  readonly from: number
  readonly to: number
  /** A share: so far apart may the load that is found and the lowest one that failed be. */
  readonly precision: number
  /** Runs that have to meet the objective at the load that is found, beside the one that led there. */
  readonly confirm: number
  /** Loads are whole numbers. */
  readonly whole: boolean
}

export type SearchStep = 'bracket' | 'bisect' | 'confirm'

/** One run that is wanted. */
export interface Ask {
  readonly value: number
  /** Runs at this load before. */
  readonly run: number
  readonly step: SearchStep
  /** The highest load that was met so far, and the lowest one above it that failed; null while there is none. */
  readonly met: number | null
  readonly failed: number | null
}

export interface Found {
  /** Null: the lowest load failed. */
  readonly value: number | null
  /** Met at the highest load, so that the limit lies above. */
  readonly atLeast: boolean
  readonly firstFailing: number | null
  /** False without confirmation, or where too many loads fell when they were run again. */
  readonly confirmed: boolean
}

/** One failed run may be chance; a load that fails so often has failed. */
const FAILURES = 2
/** After so many loads that fell in their confirmation the next lower one is reported without. */
const DESCENTS = 2
/** Below this precision rates differ in digits that nobody reads. */
const FINEST = 0.001

/**
 * Doubles the load until one fails, halves the interval (geometrically) to the precision, and runs the load found again. One
 * rule holds for every load in every step: it has failed when two of its runs did. A load that falls when it is confirmed
 * counts as failed, and the search goes on below it.
 */
export function* searchCapacity(limits: SearchLimits): Generator<Ask, Found, boolean> {
  const { from, to, confirm } = limits
  const runs = new Map<number, { met: number; failed: number }>()
  /** Loads that were met, ascending: the search goes back to them when a higher one falls. */
  const met: number[] = []
  let failed: number | null = null

  function* stands(value: number, wanted: number, step: SearchStep): Generator<Ask, boolean, boolean> {
    const so = runs.get(value) ?? { met: 0, failed: 0 }
    runs.set(value, so)
    while (so.met < wanted && so.failed < FAILURES) {
      const good = yield { value, run: so.met + so.failed, step, met: met.at(-1) ?? null, failed }
      if (good) so.met++
      else so.failed++
    }
    return so.failed < FAILURES
  }

  for (let value = from; failed === null; value = Math.min(value * 2, to)) {
    if (yield* stands(value, 1, 'bracket')) met.push(value)
    else failed = value
    if (value >= to) break
  }
  for (let fallen = 0; ; fallen++) {
    for (;;) {
      const value = between(met.at(-1), failed, limits)
      if (value === undefined) break
      if (yield* stands(value, 1, 'bisect')) met.push(value)
      else failed = value
    }
    const value = met.at(-1)
    if (value === undefined) return { value: null, atLeast: false, firstFailing: failed, confirmed: false }
    const known = { value, atLeast: failed === null, firstFailing: failed }
    if (confirm === 0 || fallen > DESCENTS) return { ...known, confirmed: false }
    if (yield* stands(value, 1 + confirm, 'confirm')) return { ...known, confirmed: true }
    met.pop()
    failed = value
  }
}

/** The load to try between the two; undefined when they are close enough. */
function between(low: number | undefined, high: number | null, { precision, whole }: SearchLimits): number | undefined {
  if (low === undefined || high === null) return undefined
  const fine = Math.max(precision, FINEST)
  if (high <= low * (1 + fine) || (whole && high - low <= 1)) return undefined
  const middle = Math.sqrt(low * high)
  if (whole) return Math.min(high - 1, Math.max(low + 1, Math.round(middle)))
  // Readable, and finer than the precision.
  const rounded = Number(middle.toPrecision(2 + Math.ceil(-Math.log10(fine))))
  return rounded > low && rounded < high ? rounded : middle
}

/** @returns the number of runs that no search exceeds */
export function mostRuns(limits: SearchLimits): number {
  const { from, to, confirm } = limits
  let loads = 1
  let deepest = 0
  for (let low = from; low < to; low *= 2) {
    loads++
    deepest = Math.max(deepest, depth(low, Math.min(low * 2, to), limits))
  }
  const confirming = confirm === 0 ? 0 : (1 + DESCENTS) * (confirm + 1)
  const rounds = confirm === 0 ? 1 : 2 + DESCENTS
  return FAILURES * (loads + rounds * deepest) + confirming
}

/** Loads that halving an interval takes at the most. */
function depth(low: number, high: number, limits: SearchLimits): number {
  const middle = between(low, high, limits)
  return middle === undefined ? 0 : 1 + Math.max(depth(low, middle, limits), depth(middle, high, limits))
}

/** @returns the number of runs where every load has one answer and the limit lies in the middle */
export function usualRuns(limits: SearchLimits): number {
  const limit = Math.sqrt(limits.from * limits.to)
  const search = searchCapacity(limits)
  let runs = 0
  for (let next = search.next(); !next.done; next = search.next(next.value.value <= limit)) runs++
  return runs
}
