/** `server: {handicap: {…}}`: what a subject's server is made worse by, on purpose. */
import { z } from 'zod'
import type { Handicap } from '../handicap.ts'
import { duration, mapping, rate, share } from './fields.ts'

const MINUTE = 60e9
const HOUR = 60 * MINUTE
const EXAMPLE = '{cpuPerMessage: 5us} or {delay: 20ms, lose: 1 %}'

const some = () => share(0, 1, 'from 0 % to 100 %').optional()

const handicap = mapping(
  {
    cpuPerMessage: duration(100, 1e9, 'from 100ns to 1s')
      .optional()
      .describe('Busy work of the server for each message.'),
    delay: duration(1e6, MINUTE, 'from 1ms to 1min').optional().describe('Every message is handed on this much later.'),
    freeze: mapping(
      {
        at: duration(0, 24 * HOUR, 'from 0s to 24h').describe('Since the start of the measured part.'),
        for: duration(1e6, HOUR, 'from 1ms to 1h').describe('For how long.'),
      },
      'must be a mapping; write it as in {at: 1s, for: 500ms}',
    )
      .optional()
      .describe('The server process does nothing for a while.'),
    lose: some().describe('Share of the measured messages that are lost.'),
    duplicate: some().describe('Share of the measured messages that are handed on twice.'),
    reorder: some().describe('Share of the measured messages that the next one overtakes.'),
    limit: rate(0.1, 1e7, 'from 0.1/s to 10000000/s')
      .optional()
      .describe('Messages a second that are handed on at the most.'),
  },
  `must be a mapping; write it as in ${EXAMPLE}`,
).transform((value, context): Handicap => {
  const { cpuPerMessage, delay, freeze, limit, lose, duplicate, reorder } = value
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  if (Object.values(value).every((one) => one === undefined))
    return refuse(`must have a key; write it as in ${EXAMPLE}`)
  if ((lose ?? 0) + (duplicate ?? 0) + (reorder ?? 0) > 1) {
    return refuse('must lose, duplicate and reorder no more than 100 % of the messages together; lower one of them')
  }
  return {
    ...(cpuPerMessage !== undefined && { cpuPerMessageNs: cpuPerMessage }),
    ...(delay !== undefined && { delayNs: delay }),
    ...(freeze !== undefined && { freeze: { atNs: freeze.at, forNs: freeze.for } }),
    ...(lose !== undefined && { lose }),
    ...(duplicate !== undefined && { duplicate }),
    ...(reorder !== undefined && { reorder }),
    ...(limit !== undefined && { limitPerSec: limit }),
  }
})

export const serverField = mapping(
  { handicap: handicap.optional().describe('Known faults that the built-in server is given.') },
  'must be a mapping; write it as in {handicap: {delay: 20ms}}',
)
  .optional()
  .describe('The server of this subject.')
