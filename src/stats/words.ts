/** Why a comparison has no verdict, or what limits it, in a sentence. */
import type { Gate } from '../gate.ts'
import type { Better, Comparison } from '../result.ts'
import { percent } from './change.ts'
import { type Evidence, FEWEST_BLOCKS } from './decision.ts'

export interface Told {
  readonly better: Better
  readonly leftOut: readonly string[]
  readonly unfit: readonly string[]
  readonly evidence: Evidence | null
  readonly verdict: Comparison['verdict']
  readonly blocks: number
  readonly blocksNeeded: number | null
  readonly gate: Gate
}

/** @returns null where there is nothing to say */
export function wordsOf(told: Told): string | null {
  const parts = [...reasonOf(told), ...leftOutOf(told.leftOut)]
  return parts.length > 0 ? parts.join('; ') : null
}

function reasonOf({ better, unfit, evidence, verdict, blocks, blocksNeeded, gate }: Told): string[] {
  if (better === 'none') return ['neither more nor less of it is better: it cannot be compared']
  if (unfit.length > 0) return [`every trial needs a figure above 0: ${listed(unfit)}`]
  if (!evidence)
    return [
      `${blocks} ${blocks === 1 ? 'block with both subjects is' : 'blocks with both subjects are'} too few to tell: ${FEWEST_BLOCKS} are the least`,
    ]
  const detect = percent(gate.detect)
  if (verdict === 'same' && evidence.bounds && evidence.bounds[0] <= -Math.log1p(gate.detect))
    return [`a slowdown of ${detect} is excluded, an improvement is not`]
  if (verdict !== 'inconclusive') return []
  const enough =
    blocksNeeded === null ? 'no number of blocks up to 1,000 would do' : `about ${blocksNeeded} blocks would do`
  return [`a slowdown of ${detect} is neither found nor excluded: ${enough}`]
}

export function leftOutOf(leftOut: readonly string[]): string[] {
  return leftOut.length > 0 ? [`left out: ${listed(leftOut)}`] : []
}

const SHOWN = 3

export function listed(items: readonly string[]): string {
  const more = items.length > SHOWN ? ` and ${items.length - SHOWN} more` : ''
  return `${items.slice(0, SHOWN).join(', ')}${more}`
}
