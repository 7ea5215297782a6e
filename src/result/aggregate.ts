/** What the trials of a cell come to. */
import { z } from 'zod'
import type { Unit } from '../metric.ts'
import { open, pair, point, whole } from './fields.ts'

/** One figure of one cell, over its valid and suspect trials. */
export const aggregate = z.object({
  subject: z.string(),
  point,
  metric: z.string(),
  unit: open<Unit>(),
  /** Median of the trials' figures. Null when any of them is null: a percentile is suppressed for the whole cell. */
  median: z.number().nullable(),
  /** Of the median; null below 6 trials. */
  ci95: pair.nullable(),
  /** Smallest and largest of the trials' figures. */
  range: pair.nullable(),
  /** Over all the trials; for counts only, elsewhere null. */
  sum: z.number().nullable(),
  trials: whole,
})

/** A figure of one subject as a straight line over the levels of what was varied, by its valid and suspect trials. */
export const fit = z.object({
  subject: z.string(),
  /** Of the matrix, without `over`. */
  point,
  metric: z.string(),
  /** The varied number, by its name in the matrix. */
  over: z.string(),
  unit: open<Unit>(),
  /** In `unit` for each one of `over`; null with fewer than 2 levels or 3 trials, and where a trial has no figure. */
  slope: z.number().nullable(),
  /** In `unit`. */
  intercept: z.number().nullable(),
  /** Of the slope. */
  ci95: pair.nullable(),
  /** Different values of `over`, rising. */
  levels: z.array(z.number()),
  trials: whole,
})

export const thresholdResult = z.object({
  expression: z.string(),
  metric: z.string(),
  unit: open<Unit>(),
  subject: z.string(),
  point,
  /** The cell's median, for counts its sum; in `unit`. */
  actual: z.number().nullable(),
  status: z.enum(['pass', 'fail', 'no-data']),
})
