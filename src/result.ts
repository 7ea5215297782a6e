/**
 * The result record: everything a run found out, and all that a report is made from. Times are whole nanoseconds.
 * Names are a contract: a minor version adds, only a major one renames or removes.
 */
import { z } from 'zod'
import type { Better, Unit } from './metric.ts'
import { aggregate, fit, thresholdResult } from './result/aggregate.ts'
import { calibration, type check, storedCalibration } from './result/calibration.ts'
import { comparison, gateRecord, ranking, setAside, stopped } from './result/comparison.ts'
import { environment } from './result/environment.ts'
import { open, point, reason, type warning, whole } from './result/fields.ts'
import { capacity, type cause, type loadStep } from './result/search.ts'
import { type counts, type latency, type load, type timelineEntry, trial } from './result/trial.ts'
import { statuses } from './verdict.ts'

export const schemaVersion = '1.0'

/** A figure that only the scenario's workload has. */
const figure = z.object({
  name: z.string(),
  head: z.string(),
  unit: open<Unit>(),
  better: open<Better>(),
  rank: open<'essential' | 'full' | 'extra'>(),
  text: z.string(),
})

const scenario = z.object({
  name: z.string(),
  workload: z.string(),
  /** Labels, in the scenario's order; trials come in random order. */
  subjects: z.array(z.string()),
  /** Of the matrix, in the scenario's order; one empty point without a matrix. */
  points: z.array(point),
  /** Of the scenario file's bytes. */
  sha256: z.string(),
  /** The scenario with every default filled in. */
  resolved: z.record(z.string(), z.unknown()),
  /** Trials that the run was to have; an aborted one has fewer. */
  plannedTrials: whole.optional(),
  /** From where to where one latency runs. */
  latencyMeaning: z.string().optional(),
  /** Of the workload alone: they stand beside the metrics in aggregates and thresholds. */
  figures: z.array(figure).default([]),
})

export const resultSchema = z.object({
  schemaVersion: z.string(),
  tool: z.object({ name: z.string(), version: z.string(), commit: z.string().nullable() }),
  status: z.enum(statuses),
  reasons: z.array(reason),
  scenario,
  environment,
  trials: z.array(trial),
  aggregates: z.array(aggregate),
  fits: z.array(fit).default([]),
  thresholds: z.array(thresholdResult),
  /** Every metric of base and head at every point, where the scenario names them; the gated ones first. */
  comparisons: z.array(comparison),
  gate: gateRecord.nullable().default(null),
  /** Who is best, by the metrics that subjects are compared by; empty where a point has one subject. */
  rankings: z.array(ranking).default([]),
  /** Blocks that were measured again; their trials are in no figure. */
  setAside: z.array(setAside).default([]),
  /** Null of a search, and of a run that was aborted. */
  stopped: stopped.nullable().default(null),
  calibration: calibration.nullable().default(null),
  /** Of a search, for each subject and point; otherwise empty. */
  capacities: z.array(capacity).default([]),
})

/** What of any file with a calibration is read as one. */
export const storedCalibrationSchema = storedCalibration

export type Result = z.infer<typeof resultSchema>
export type Trial = z.infer<typeof trial>
export type Point = z.infer<typeof point>
export type Load = z.infer<typeof load>
export type Counts = z.infer<typeof counts>
export type Latency = z.infer<typeof latency>
export type TimelineEntry = z.infer<typeof timelineEntry>
export type Warning = z.infer<typeof warning>
export type Reason = z.infer<typeof reason>
export type Aggregate = z.infer<typeof aggregate>
export type Fit = z.infer<typeof fit>
export type ThresholdResult = z.infer<typeof thresholdResult>
export type Cause = z.infer<typeof cause>
export type LoadStep = z.infer<typeof loadStep>
export type Capacity = z.infer<typeof capacity>
export type Comparison = z.infer<typeof comparison>
export type GateRecord = z.infer<typeof gateRecord>
export type Ranking = z.infer<typeof ranking>
export type SetAside = z.infer<typeof setAside>
export type Stopped = z.infer<typeof stopped>
export type Calibration = z.infer<typeof calibration>
export type Check = z.infer<typeof check>
export type Environment = z.infer<typeof environment>
export {
  type Better,
  type Figure,
  type Metric,
  type MetricName,
  metricNames,
  metrics,
  quantiles,
  samplesNeeded,
  type Unit,
} from './metric.ts'
export { overloadCodes, type ReasonCode, type Status, type Verdict, type WarningCode } from './verdict.ts'
