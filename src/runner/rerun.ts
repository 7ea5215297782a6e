/**
 * Whether a block is measured again. The causes are stated here, before anything is measured, and none of them looks at a
 * figure that is compared; what was set aside is kept and counted.
 */
import type { Blocks } from '../gate.ts'
import type { Reason, Trial } from '../result.ts'
import { overloadCodes } from '../verdict.ts'

/** Of all cores' time, by others: lateness of the generator beside it is the machine's, and not the load's. */
const TAKEN_SHARE = 0.1
/** Of the blocks there may be: a machine that is never quiet shall not be measured until it is. */
const MOST_AGAIN = 1 / 4

/** Blocks that one run may measure again, each of them once. */
export function mostReruns({ most }: Pick<Blocks, 'most'>): number {
  return Math.floor(most * MOST_AGAIN)
}

/** @returns why the block has to be measured again; undefined: it stands */
export function rerunCause(trials: readonly Trial[]): Reason | undefined {
  // What a busy machine cannot do to a trial is a fault, and is not set aside.
  if (trials.some(({ reasons }) => reasons.some(({ code }) => !overloadCodes.has(code) && code !== 'unsupported')))
    return undefined
  for (const trial of trials) {
    const stolen = trial.warnings.find(({ code }) => code === 'cpu-steal')
    if (stolen) return reasonOf(trial, 'cpu-steal', stolen.message)
    const late = trial.warnings.find(({ code }) => code === 'generator-saturated')
    const taken = (trial.machine?.stealShare ?? 0) + (trial.machine?.foreignShare ?? 0)
    if (!late || taken <= TAKEN_SHARE) continue
    const by = `others used ${Math.round(taken * 100)} % of the processor meanwhile`
    return reasonOf(trial, 'generator-saturated', `${late.message}; ${by}`)
  }
  return undefined
}

function reasonOf({ id, subject }: Trial, code: 'cpu-steal' | 'generator-saturated', message: string): Reason {
  return { code, message: `${subject}: ${message}`, path: id }
}
