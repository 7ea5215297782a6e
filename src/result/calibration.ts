/** What is known about the machine that measured: its floor, its noise, and what to mistrust. */
import { z } from 'zod'
import type { Unit } from '../metric.ts'
import { environment } from './environment.ts'
import { amount, open, pair, whole } from './fields.ts'

/** One condition of a trustworthy measurement. */
export const check = z.object({
  name: z.string(),
  state: open<'good' | 'doubtful' | 'bad' | 'unknown'>(),
  /** What was found, with its figure; why it is unknown. */
  found: z.string(),
  /** What to change; null where all is well, or nothing is known. */
  remedy: z.string().nullable(),
})

/** What the machine does when nothing is asked of it but this. */
const floor = z.object({
  /** E.g. `raw TCP echo`, `null workload`. */
  name: z.string(),
  metric: z.string(),
  unit: open<Unit>(),
  median: z.number().nullable(),
  range: pair.nullable(),
})

/** How far two trials of the same lie apart here, by metric. */
const noise = z.object({
  metric: z.string(),
  unit: open<Unit>(),
  /** A gate would be judged by it; the differences below are then corrected for the number of such metrics. */
  gated: z.boolean(),
  /** Relative standard deviation of one trial within a block, and of the blocks among themselves: shares. */
  withinBlock: amount.nullable(),
  betweenBlocks: amount.nullable(),
  /** The smallest difference that so many blocks can tell apart, rising: a share each. */
  visible: z.array(z.object({ blocks: whole, share: amount })),
  /** Blocks that `minEffect` takes; null where no number up to the limit does. */
  blocksNeeded: whole.nullable(),
  /** What the comparison of the same with itself came to; anything but `same` or `inconclusive` is a false alarm. */
  verdict: open<'better' | 'worse' | 'same' | 'inconclusive'>(),
})

export const calibration = z.object({
  measuredAt: z.iso.datetime(),
  /** Of the machine that it holds for. */
  environment,
  checks: z.array(check),
  floors: z.array(floor),
  /** What was measured twice a block: transport, load, size, length of a trial. */
  subject: z.string(),
  /** A share: the difference that `blocksNeeded` is about. */
  minEffect: amount,
  /** Of A/A blocks: the same subject twice, adjacent. They plan blocks and are in no comparison. */
  blocks: whole,
  /** Why trials of those are not valid, or were measured again: a sentence a cause, without a full stop. */
  doubts: z.array(z.string()),
  noise: z.array(noise),
})

export const storedCalibration = z.object({ schemaVersion: z.string(), calibration: calibration.nullable() })
