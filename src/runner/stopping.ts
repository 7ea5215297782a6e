/** Whether another block is begun: on the width of the intervals and on the time, never on what the figures say. */
import type { Blocks, Precision } from '../gate.ts'
import type { Stopped } from '../result.ts'

/** A run between two blocks. */
export interface Standing {
  readonly done: number
  readonly precision: Precision
  readonly elapsedNs: number
  /** The longest block so far, measured again or not; 0 before the first. */
  readonly longestNs: number
}

/** @returns why the run ends here; undefined: another block is begun */
export function stopOf({ least, most, auto, budgetNs }: Blocks, so: Standing): Stopped | undefined {
  const { done, precision, elapsedNs, longestNs } = so
  const stop = (because: Stopped['because'], why: string): Stopped => {
    return { blocks: done, because, message: `ended after ${done} ${done === 1 ? 'block' : 'blocks'}: ${why}` }
  }
  if (auto && done >= least && precision.reached)
    return stop('precise', `every interval is narrow enough (${widthOf(precision)})`)
  if (auto && done >= least && precision.widest === null && precision.metric === null)
    return stop(
      'undecidable',
      'nothing that is compared has a figure in every trial, and further blocks cannot mend that',
    )
  if (done >= most)
    return auto
      ? stop('most', `no more were allowed (${widthOf(precision)})`)
      : stop('planned', 'as many as the scenario says')
  // The first one is always measured: an empty result helps nobody.
  if (done === 0 || budgetNs === null || elapsedNs + longestNs <= budgetNs) return undefined
  const width = auto ? ` (${widthOf(precision)})` : ''
  return stop('budget', `the next one might not end within the budget of ${Math.round(budgetNs / 1e9)} s${width}`)
}

function widthOf({ widest, metric }: Precision): string {
  if (widest === null) return 'there is no interval'
  const share = widest * 100
  return `the widest reaches ${share < 99.5 ? share.toPrecision(2) : share.toFixed(0)} %${metric === null ? '' : `, of ${metric}`}`
}
