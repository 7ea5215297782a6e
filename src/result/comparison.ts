/** What the comparison of subjects comes to. */
import { z } from 'zod'
import type { Better, Unit } from '../metric.ts'
import { amount, open, pair, point, reason, whole } from './fields.ts'
import { trial } from './trial.ts'

/** One metric of two subjects at one point. */
export const comparison = z.object({
  metric: z.string(),
  unit: open<Unit>().default('ns'),
  better: open<Better>().default('lower'),
  point: point.default({}),
  base: z.string(),
  head: z.string(),
  /** It can fail the run; otherwise a note. */
  gated: z.boolean().default(false),
  /** `signed-rank`: block by block, measured side by side. `rank-sum`: results of separate runs. */
  method: open<'signed-rank' | 'rank-sum'>().default('signed-rank'),
  /** Blocks with both subjects for `signed-rank`; else null. */
  blocks: whole.nullable().default(null),
  baseTrials: whole.default(0),
  headTrials: whole.default(0),
  baseMedian: z.number().nullable().default(null),
  headMedian: z.number().nullable().default(null),
  /** Head by base: the Hodges-Lehmann estimate. Null where a figure is missing or not positive. */
  ratio: amount.nullable(),
  /** Of the ratio; null with fewer than 6 blocks. */
  ci95: pair.nullable(),
  /** Smallest and largest ratio of a block. */
  range: pair.nullable().default(null),
  /** One-sided: that head is worse than base. Not corrected. Null without a ratio and with fewer than 6 blocks. */
  p: amount.nullable(),
  /** The same, Holm over the gated metrics of all points; of notes, Benjamini-Hochberg over the notes. */
  pAdjusted: amount.nullable().default(null),
  /** Relative standard deviation of one trial within a block: a share. */
  variation: amount.nullable().default(null),
  /** The smallest difference that this comparison would have found in 19 of 20 runs: a share. */
  smallestVisible: amount.nullable().default(null),
  /** Blocks that would decide it; null where it is decided, or none are known to. */
  blocksNeeded: whole.nullable().default(null),
  verdict: z.enum(['better', 'worse', 'same', 'inconclusive']),
  /** Why there is no verdict, or what limits it. */
  note: z.string().nullable().default(null),
})

/** What decided the run, as the scenario and the flags had it. */
export const gateRecord = z.object({
  base: z.string(),
  head: z.string(),
  metrics: z.array(z.string()),
  /** Shares. */
  minEffect: amount,
  detect: amount,
  sessionAllowance: amount,
  failOnInconclusive: z.boolean(),
  /** Base and head come from separate runs, whose difference includes that of the sessions. */
  acrossSessions: z.boolean().default(false),
  /** Stored results that stood for the base; empty where it was measured in this run. */
  baselines: z.array(z.string()).default([]),
  /** What differs between the runs and was overridden by --force. */
  forced: z.array(z.string()).default([]),
})

/** Who is best at a point, after all pairs have been compared. */
export const ranking = z.object({
  metric: z.string(),
  unit: open<Unit>(),
  better: open<Better>(),
  point,
  /** Measurably better than every other after Holm over all pairs; null where nobody is. */
  best: z.string().nullable(),
  pairs: z.array(
    z.object({
      one: z.string(),
      other: z.string(),
      /** `other` by `one`. */
      ratio: amount.nullable(),
      ci95: pair.nullable(),
      /** Two-sided, Holm over all pairs of the point. */
      pAdjusted: amount.nullable(),
    }),
  ),
})

/** A block that was measured again, for a cause that has nothing to do with its figures. */
export const setAside = z.object({
  block: whole,
  cause: reason,
  trials: z.array(trial),
})

/** Why no further block was begun. */
export const stopped = z.object({
  /** Measured, those that were measured again counted once. */
  blocks: whole,
  /** `precise`: the intervals are narrow enough. `most`: the scenario allows no more. `budget`: the next one might overrun the time. */
  because: open<'planned' | 'precise' | 'undecidable' | 'most' | 'budget'>(),
  /** A sentence. */
  message: z.string(),
})
