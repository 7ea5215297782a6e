/**
 * rtbench for programs: docs/api.md. Importing it starts nothing, reads no arguments and handles no signal.
 * What is exported here is a contract: a minor version adds, only a major one renames or removes.
 */
export { type CompareOptions, compare, compareSubjects } from './api/compare.ts'
export { type RunOptions, run, type Value } from './api/run.ts'
export { parseResult, readResult } from './api/stored.ts'
export { UserError } from './errors.ts'
export type {
  Aggregate,
  Capacity,
  Comparison,
  Counts,
  Environment,
  Figure,
  GateRecord,
  Latency,
  Load,
  Metric,
  MetricName,
  Point,
  Ranking,
  Reason,
  ReasonCode,
  Result,
  Status,
  ThresholdResult,
  TimelineEntry,
  Trial,
  Verdict,
  Warning,
  WarningCode,
} from './result.ts'
export type { NamedText } from './scenario.ts'
