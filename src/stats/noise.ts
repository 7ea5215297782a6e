/** How far measurements of the same lie apart, and what that means for those who compare. Pure. */
import type { Gate } from '../gate.ts'
import type { Calibration, Comparison, Trial } from '../result.ts'
import { figureOf } from './figure.ts'
import { blocksFor, visibleShare } from './planning.ts'

type Noise = Calibration['noise'][number]

/** Numbers of blocks that people choose between; the last is where `blocks: auto` gives up. */
const BLOCKS = [8, 12, 20, 40]

/**
 * @param trials of one subject under the two labels of `gate`, both once a block
 * @param comparisons of the two
 * @returns one entry for each comparison, in their order; of the notes only those with a figure in every block
 */
export function noiseOf(trials: readonly Trial[], gate: Gate, comparisons: readonly Comparison[]): Noise[] {
  return comparisons.flatMap(({ metric, unit, gated, variation, verdict }) => {
    if (variation === null && !gated) return []
    const tests = Math.max(1, gate.metrics.length)
    const visible = BLOCKS.flatMap((blocks) => {
      if (variation === null) return []
      const share = visibleShare(variation, blocks, tests)
      return Number.isFinite(share) ? [{ blocks, share }] : []
    })
    return {
      metric,
      unit,
      gated,
      withinBlock: variation,
      betweenBlocks: variation === null ? null : betweenBlocks(trials, metric, variation),
      visible,
      blocksNeeded: variation === null ? null : blocksFor(variation, gate.minEffect, tests),
      verdict,
    }
  })
}

/**
 * Relative standard deviation of the blocks' levels, without what the noise of their trials adds to it: the method of
 * moments of a random-effects analysis of variance; Searle, Casella & McCulloch, Variance Components (1992), 3.5.
 * @param within of one trial within a block, a share
 * @returns null of fewer than two blocks
 */
export function betweenBlocks(trials: readonly Trial[], metric: string, within: number): number | null {
  const byBlock = new Map<number, number[]>()
  for (const trial of trials) {
    const figure = figureOf(trial, metric)
    if (figure !== null && figure > 0) byBlock.set(trial.block, [...(byBlock.get(trial.block) ?? []), Math.log(figure)])
  }
  const groups = [...byBlock.values()]
  if (groups.length < 2) return null
  const means = groups.map(mean)
  const level = mean(means)
  const variance = means.reduce((sum, one) => sum + (one - level) ** 2, 0) / (means.length - 1)
  const size = mean(groups.map(({ length }) => length))
  return Math.sqrt(Math.max(0, variance - within ** 2 / size))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** What is wrong with a gate that finds a difference where there is none: the gated metrics of which it did. */
export function falseAlarms({ noise }: Calibration): Noise[] {
  return noise.filter(({ gated, verdict }) => gated && verdict !== 'same' && verdict !== 'inconclusive')
}

/**
 * Where `blocks: auto` may begin: the blocks that a difference of `minEffect` takes in every gated metric, by their noise alone.
 * @param points of the matrix: each metric is tested at every one
 * @returns undefined where a gated metric was not calibrated, or no number of blocks will do
 */
export function plannedBlocks(
  { noise }: Calibration,
  gate: Pick<Gate, 'metrics' | 'minEffect'>,
  points: number,
): number | undefined {
  let planned = 0
  for (const metric of gate.metrics) {
    const within = noise.find((one) => one.metric === metric)?.withinBlock ?? null
    const needed = within === null ? null : blocksFor(within, gate.minEffect, gate.metrics.length * points)
    if (needed === null) return undefined
    planned = Math.max(planned, needed)
  }
  return planned > 0 ? planned : undefined
}

/** Measuring is pointless as things are: a condition is bad, the gate raises a false alarm, or a gated metric has no noise to know of. */
export function isWorthless(calibration: Calibration): boolean {
  const isBad = calibration.checks.some(({ state }) => state === 'bad')
  const gated = calibration.noise.filter((one) => one.gated)
  const isUnmeasured = gated.length === 0 || gated.some(({ withinBlock }) => withinBlock === null)
  return isBad || isUnmeasured || falseAlarms(calibration).length > 0
}
