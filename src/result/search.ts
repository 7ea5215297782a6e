/** What a search for the highest load found. */
import { z } from 'zod'
import type { Unit } from '../metric.ts'
import type { ReasonCode, WarningCode } from '../verdict.ts'
import { amount, open, point, whole } from './fields.ts'

/** Why a load was not met. */
export const cause = z.object({
  code: open<ReasonCode | WarningCode>(),
  message: z.string(),
  /** The condition, where one does not hold or has no figure. */
  path: z.string().optional(),
})

/** One run at one load. */
export const loadStep = z.object({
  /** The load, in the capacity's `unit`. */
  value: amount,
  trialId: z.string(),
  achievedPerSec: amount,
  /** Of the response time. */
  p50: whole.nullable(),
  p99: whole.nullable(),
  met: z.boolean(),
  /** The one that the others follow from comes first; empty where the load was met. */
  causes: z.array(cause),
})

/** The highest load that a subject bears. */
export const capacity = z.object({
  subject: z.string(),
  point,
  /** What was raised: `rate`, or a count such as `connections`. */
  over: z.string(),
  unit: open<Unit>(),
  /**
   * `none`: the lowest load failed. `invalid`: something broke that is no matter of load. `unsupported`: this pair cannot
   * work. `unfinished`: the run was aborted before.
   */
  state: open<'found' | 'none' | 'invalid' | 'unsupported' | 'unfinished'>(),
  /** In `unit`; null unless found. */
  capacity: amount.nullable(),
  /** It was met at the highest load of the scenario: the limit lies above. */
  atLeast: z.boolean(),
  /** Met again by as many runs as the scenario asks for. */
  confirmed: z.boolean(),
  /** The lowest load above the capacity that failed. */
  firstFailing: amount.nullable(),
  /**
   * What failed there, or broke the search: a condition of the objective, or a code. `generator-saturated`: the
   * generator was the limit, and the subject may bear more; so it may with `client-bound`.
   */
  limitedBy: z.string().nullable(),
  /** The objective. */
  slo: z.array(z.string()),
  /** A share: the limit is no further above the capacity than this. */
  precision: amount,
  /** Every run, in the order of the run. */
  curve: z.array(loadStep),
})
