/** `blocks` and `budget`: how often every subject is measured. */
import { z } from 'zod'
import type { Blocks } from '../gate.ts'
import { duration, mapping, whole } from './fields.ts'

const MOST_BLOCKS = 1000
/** The most that a fair run takes; what is not decided by then is hardly decided by more. */
const AUTO = { least: 8, most: 40 } as const

const error = `must be a whole number from 1 to ${MOST_BLOCKS}, auto or a mapping; write it as in 6, auto or {atLeast: ${AUTO.least}, atMost: ${AUTO.most}}`

export function blocksField() {
  const range = mapping(
    {
      atLeast: whole(1, MOST_BLOCKS).optional().describe('Fewer are never measured, whatever their figures.'),
      atMost: whole(1, MOST_BLOCKS).optional().describe('After so many the run ends, however wide the intervals are.'),
    },
    error,
  ).transform(({ atLeast, atMost }, context): Omit<Blocks, 'budgetNs'> => {
    const least = atLeast ?? Math.min(AUTO.least, atMost ?? AUTO.least)
    const most = atMost ?? Math.max(AUTO.most, least)
    if (least <= most) return { least, most, auto: true }
    const message = `must be at most blocks.atMost (${most}); lower it or raise blocks.atMost`
    context.addIssue({ code: 'custom', path: ['atLeast'], message })
    return z.NEVER
  })
  const fixed = whole(1, MOST_BLOCKS).transform((count) => ({ least: count, most: count, auto: false }))
  const auto = z.literal('auto', { error }).transform(() => ({ ...AUTO, auto: true }))
  return z.union([fixed, auto, range], { error })
}

export function budgetField() {
  return duration(1e9, 7 * 24 * 3600e9, 'from 1s to 168h').optional()
}
