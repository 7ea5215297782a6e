/** How many blocks tell how small a difference apart: for planning, and for saying what a comparison could have found. Pure. */
import { FEWEST_BLOCKS, LEVEL } from './decision.ts'
import { normalQuantile } from './normal.ts'

/** A difference counts as visible where it is found so often; and where there is none, so often that is found. */
const POWER = 0.95
/** Of the signed-rank test by Student's, under normal noise; under any other it is not much worse, often much better. */
const EFFICIENCY = 3 / Math.PI
/** A scenario may have no more. */
const MOST_BLOCKS = 1000

/**
 * How far one trial lies off within a block, as a relative standard deviation. The scale is Rousseeuw & Croux' Qn (Alternatives
 * to the median absolute deviation, JASA 88 (1993) 1273-1283), which single outliers hardly move, as they hardly move the
 * signed-rank test; it is of the ratios, and each has the noise of two trials.
 * @param logRatios natural logarithms of head by base, one a block
 * @returns a share; null of fewer than 2
 */
export function withinBlockVariation(logRatios: readonly number[]): number | null {
  const count = logRatios.length
  if (count < 2) return null
  const distances = new Float64Array((count * (count - 1)) / 2)
  let at = 0
  logRatios.forEach((one, index) => {
    for (let other = 0; other < index; other++) distances[at++] = Math.abs(one - (logRatios[other] ?? 0))
  })
  const half = (count >> 1) + 1
  const scale = distances.sort()[(half * (half - 1)) / 2 - 1] ?? 0
  return (2.2219 * forFew(count) * scale) / Math.SQRT2
}

/** Qn's factors for few values, 2 to 9; Croux & Rousseeuw, Time-efficient algorithms for two highly robust estimators (1992). */
const few = [0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872]

function forFew(count: number): number {
  return few[count - 2] ?? count / (count + (count % 2 === 1 ? 1.4 : 3.8))
}

/**
 * The smallest difference that so many blocks find in 19 of 20 runs, and whose absence they tell as often: by the one-sided signed-rank test at
 * 5 %, corrected for `tests`. By its asymptotic relative efficiency, Hollander, Wolfe & Chicken, 3.11; Noether, Sample size
 * determination for some common nonparametric tests, JASA 82 (1987) 645-647.
 * @param variation a share, as `withinBlockVariation` gives it
 * @param tests how many are corrected for
 * @returns a share; Infinity with so few blocks that even if all agree, no difference is certain
 */
export function visibleShare(variation: number, blocks: number, tests: number): number {
  const level = LEVEL / tests
  if (blocks < FEWEST_BLOCKS || 2 ** -blocks > level) return Number.POSITIVE_INFINITY
  const error = variation * Math.sqrt(2 / (EFFICIENCY * blocks))
  return Math.expm1((normalQuantile(level) + normalQuantile(1 - POWER)) * error)
}

/** @param effect a share @returns the fewest blocks to which it is visible; null where no number up to 1,000 does */
export function blocksFor(variation: number, effect: number, tests: number): number | null {
  if (!(effect > 0) || visibleShare(variation, MOST_BLOCKS, tests) > effect) return null
  let [low, high] = [FEWEST_BLOCKS - 1, MOST_BLOCKS]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (visibleShare(variation, middle, tests) <= effect) high = middle
    else low = middle
  }
  return high
}
