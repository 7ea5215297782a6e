/** What a gate came to, in one sentence. */
import type { Comparison, Result } from '../result.ts'
import { pointName } from './cell.ts'
import { change, changes, pairName, percent } from './change.ts'

export interface Answer {
  readonly verdict: Comparison['verdict'] | 'none'
  readonly text: string
}

/** So many figures are named; the table has the others. */
const NAMED = 3

/** @returns null where nobody asked: the result has no gate */
export function answerOf({
  status,
  gate,
  comparisons,
}: Pick<Result, 'status' | 'gate' | 'comparisons'>): Answer | null {
  if (!gate) return null
  if (status === 'invalid' || status === 'aborted') {
    return { verdict: 'none', text: `No answer: the run ${status === 'invalid' ? 'is invalid' : 'was aborted'}.` }
  }
  const gated = comparisons.filter((one) => one.gated)
  const [first] = gated
  if (!first) return { verdict: 'none', text: 'No answer: no gated metric was measured.' }
  const of = (verdict: Comparison['verdict']) => gated.filter((one) => one.verdict === verdict)
  const [worse, better, same, inconclusive] = [of('worse'), of('better'), of('same'), of('inconclusive')]
  const several = new Set(gated.map(({ base, head }) => JSON.stringify([base, head]))).size > 1
  const pair = (verb: string) => (several ? `head ${verb} base` : pairName(first, verb))
  const list = (some: readonly Comparison[]) => listOf(some, several)
  const undecided = inconclusive.length > 0 ? [`undecided: ${list(inconclusive)}`] : []
  if (worse.length > 0) {
    const parts = [`${pair('is worse than')}: ${list(worse)}`, ...undecided]
    return { verdict: 'worse', text: `${parts.join('; ')}.` }
  }
  if (inconclusive.length > 0) {
    const parts = better.length > 0 ? [`${pair('is better than')}: ${list(better)}`, ...undecided] : undecided
    return {
      verdict: 'inconclusive',
      text: capitalised(`${parts.join('; ')}${remedyOf(inconclusive, gate.acrossSessions)}.`),
    }
  }
  const excluded = `a slowdown of ${percent(gate.detect)} or more is excluded`
  if (better.length > 0) {
    const parts = [`${pair('is better than')}: ${list(better)}`, ...(same.length > 0 ? [`same: ${list(same)}`] : [])]
    return { verdict: 'better', text: `${parts.join('; ')}.` }
  }
  return { verdict: 'same', text: `${pair('is not worse than')}: ${list(same)}; ${excluded}.` }
}

function listOf(some: readonly Comparison[], several: boolean): string {
  const named = some.slice(0, NAMED).map((one) => {
    const { metric, point, head, ratio, ci95 } = one
    const where = [several ? head : '', metric, pointName(point)].filter(Boolean).join(' ')
    if (ratio === null) return where
    return `${where} ${change(ratio)}${ci95 ? ` (${changes(ci95)})` : ''}`
  })
  const more = some.length > NAMED ? [`${some.length - NAMED} more`] : []
  const all = [...named, ...more]
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

/** What it would take: blocks, where some number is known to do; of separate runs no number does. */
function remedyOf(inconclusive: readonly Comparison[], acrossSessions: boolean): string {
  if (acrossSessions) {
    const visible = inconclusive.map(({ smallestVisible }) => smallestVisible)
    if (visible.some((one) => one === null)) return ''
    return `; these separate runs tell no difference below ${percent(Number(Math.max(...visible.map(Number)).toPrecision(2)))}`
  }
  const needed = inconclusive.map(({ blocksNeeded }) => blocksNeeded)
  if (needed.some((one) => one === null)) return ''
  return `; ${Math.max(...needed.map(Number))} blocks would decide it`
}

const capitalised = (text: string) => (text.startsWith('undecided') ? `U${text.slice(1)}` : text)
