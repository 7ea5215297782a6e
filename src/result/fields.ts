/** What the parts of a result are made of. */
import { z } from 'zod'
import type { ReasonCode, WarningCode } from '../verdict.ts'

/** A string of known values that a newer minor version may add to: read as it is. */
export const open = <T extends string>() =>
  z.custom<T>((value) => typeof value === 'string', { error: 'expected string' })

export const whole = z.int().min(0)
export const amount = z.number().min(0)
export const pair = z.tuple([z.number(), z.number()])
/** Where in the scenario's matrix: the varied parameters as they were written. Empty without a matrix. */
export const point = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

export const warning = z.object({ code: open<WarningCode>(), message: z.string() })

export const reason = z.object({
  code: open<ReasonCode>(),
  message: z.string(),
  /** What it is about, e.g. a trial's id or a threshold. */
  path: z.string().optional(),
})
