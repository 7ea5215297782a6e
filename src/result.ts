/**
 * The result record: everything a run found out, and all that a report is made from. Times are whole nanoseconds.
 * Names are a contract: a minor version adds, only a major one renames or removes.
 */
import { z } from 'zod'
import type { Better, Unit } from './metric.ts'
import { type ReasonCode, statuses, verdicts, type WarningCode } from './verdict.ts'

export const schemaVersion = '1.0'

/** A string of known values that a newer minor version may add to: read as it is. */
const open = <T extends string>() => z.custom<T>((value) => typeof value === 'string', { error: 'expected string' })

const whole = z.int().min(0)
const amount = z.number().min(0)
const pair = z.tuple([z.number(), z.number()])
/** Where in the scenario's matrix: the varied parameters as they were written. Empty without a matrix. */
const point = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

const warning = z.object({ code: open<WarningCode>(), message: z.string() })

const reason = z.object({
  code: open<ReasonCode>(),
  message: z.string(),
  /** What it is about, e.g. a trial's id or a threshold. */
  path: z.string().optional(),
})

const latency = z.object({
  count: whole,
  /** Exact. Null when `count` is 0. */
  min: whole.nullable(),
  /** Exact, of what arrived: a lost message is in no histogram. Null when `count` is 0. */
  max: whole.nullable(),
  /** Exact up to 2^53 ns, rounded above. */
  sum: amount,
  /** A percentile is null with too few samples or an undelivered tail; the trial's warnings say which. */
  p50: whole.nullable(),
  p90: whole.nullable(),
  p99: whole.nullable(),
  p999: whole.nullable(),
  /** The whole histogram: HdrHistogram V2, compressed, base64. */
  hdr: z.string(),
})

/** Null where the load model has no such time: a closed loop has no intended send times. */
const latencySet = z.object({
  /** Intended send to receipt. */
  response: latency.nullable(),
  /** Actual send to receipt. */
  service: latency.nullable(),
  /** Intended to actual send: the generator's own lateness. */
  sendLag: latency.nullable(),
})

const counts = z.object({
  /** Send side: scheduled = sent + skipped + the sum of `errors`. */
  scheduled: whole,
  sent: whole,
  skipped: whole,
  /** Failed sends by cause. */
  errors: z.record(z.string(), whole),
  /** Delivery side: expected = delivered + lost + timedOut + inFlightAtEnd + unaccounted. */
  expected: whole,
  delivered: whole,
  lost: whole,
  timedOut: whole,
  inFlightAtEnd: whole,
  /** By how much the equation misses, e.g. after a process died. May be negative. */
  unaccounted: z.int(),
  /** Beside the equation. `corrupt` is in `lost`, too; `replayed` in `delivered`. */
  duplicate: whole,
  outOfOrder: whole,
  corrupt: whole,
  replayed: whole,
  late: whole,
})

const load = z.object({
  model: z.enum(['open', 'closed', 'saturate']),
  /** Over all connections. Null where nothing paces by rate. */
  requestedPerSec: amount.nullable(),
  /** Receipts inside the measured window, so that draining afterwards does not hide overload. */
  achievedPerSec: amount,
  connections: whole,
  /** Per connection; null in an open loop. */
  inFlight: whole.nullable(),
})

/** Up: client to server. */
const direction = z.object({ up: whole, down: whole })

const processUsage = z.object({
  role: z.enum(['server', 'client']),
  /** Which task a client process had; empty for the server. */
  group: z.string().default(''),
  cpuUserNs: whole,
  cpuSystemNs: whole,
  /** Null where the host could not tell, e.g. at the descriptor limit. */
  rssBytes: whole.nullable(),
  peakRssBytes: whole.nullable(),
  /** Resident memory without garbage and the room for new objects, before connecting and when all had settled; null where the workload does not ask. */
  heldBeforeBytes: whole.nullable().default(null),
  heldSettledBytes: whole.nullable().default(null),
  /** CPU that busy waiting took; part of `cpuUserNs`, and no cost of the transport. */
  spinNs: whole,
  /** In ns. */
  eventLoopDelayP99: whole.nullable(),
  gcNs: whole.nullable(),
})

const timelineEntry = z.object({
  /** Start of the interval, since the start of the measured window; messages are put where they arrived. */
  atNs: whole,
  delivered: whole,
  p50: whole.nullable(),
  p99: whole.nullable(),
  max: whole.nullable(),
})

/** What only this workload reports. */
const workloadRecord = z.object({
  /** By the names of `scenario.figures`. */
  figures: z.record(z.string(), z.number().nullable()).default({}),
  /** Durations beside the latency, of all processes together. */
  histograms: z.record(z.string(), latency).default({}),
  details: z.record(z.string(), z.unknown()).default({}),
  /** What has to be known beside the figures, each a sentence that follows the subject's name and a colon. */
  notes: z.array(z.string()).default([]),
})

/** A figure that only the scenario's workload has. */
const figure = z.object({
  name: z.string(),
  head: z.string(),
  unit: open<Unit>(),
  better: open<Better>(),
  rank: open<'essential' | 'full' | 'extra'>(),
  text: z.string(),
})

const trial = z.object({
  id: z.string(),
  subject: z.string(),
  transport: z.string(),
  /** Which client half measured: the library that applications use, or rtbench's own over plain sockets. */
  client: z.enum(['library', 'lean']),
  /** Client processes. */
  workers: whole,
  point,
  block: whole,
  order: whole,
  startedAt: z.iso.datetime(),
  /** The measured window. */
  durationNs: whole,
  /** What surrounds the window: opening channels, waiting for the last messages, and all the rest. */
  phases: z.object({ connectNs: whole, settleNs: whole, overheadNs: whole }),
  verdict: z.enum(verdicts),
  /** Why it is invalid or unsupported; otherwise empty. */
  reasons: z.array(reason),
  warnings: z.array(warning),
  payload: z.object({ sizeBytes: whole, kind: z.enum(['text', 'json', 'binary']) }),
  load,
  counts,
  /** The trial's whole traffic, warm-up included, so that payload and wire are of the same messages. */
  bytes: z.object({ payload: direction, wire: direction }),
  latency: latencySet,
  timeline: z.array(timelineEntry),
  /** None for a server that rtbench did not start. */
  processes: z.array(processUsage),
  workload: workloadRecord,
})

/** One figure of one cell, over its valid and suspect trials. */
const aggregate = z.object({
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
const fit = z.object({
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

const thresholdResult = z.object({
  expression: z.string(),
  metric: z.string(),
  unit: open<Unit>(),
  subject: z.string(),
  point,
  /** The cell's median, for counts its sum; in `unit`. */
  actual: z.number().nullable(),
  status: z.enum(['pass', 'fail', 'no-data']),
})

/** Why a load was not met. */
const cause = z.object({
  code: open<ReasonCode | WarningCode>(),
  message: z.string(),
  /** The condition, where one does not hold or has no figure. */
  path: z.string().optional(),
})

/** One run at one load. */
const loadStep = z.object({
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
const capacity = z.object({
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
   * generator was the limit, and the subject may bear more.
   */
  limitedBy: z.string().nullable(),
  /** The objective. */
  slo: z.array(z.string()),
  /** A share: the limit is no further above the capacity than this. */
  precision: amount,
  /** Every run, in the order of the run. */
  curve: z.array(loadStep),
})

const comparison = z.object({
  metric: z.string(),
  base: z.string(),
  head: z.string(),
  /** Head by base. */
  ratio: amount.nullable(),
  ci95: pair.nullable(),
  p: amount.nullable(),
  verdict: z.enum(['better', 'worse', 'same', 'inconclusive']),
})

const environment = z.object({
  node: z.string(),
  v8: z.string(),
  os: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cores: whole,
  memoryBytes: whole,
  /** Null where there is no limit, or none that can be read. */
  fdLimit: whole.nullable(),
  /** Run by a CI system. */
  ci: z.boolean(),
  packages: z.record(z.string(), z.string()),
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
  comparisons: z.array(comparison),
  /** Of a search, for each subject and point; otherwise empty. */
  capacities: z.array(capacity).default([]),
})

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
export type Environment = z.infer<typeof environment>
export {
  type Figure,
  type Metric,
  type MetricName,
  metricNames,
  metrics,
  quantiles,
  samplesNeeded,
  type Unit,
} from './metric.ts'
export type { ReasonCode, Status, Verdict, WarningCode } from './verdict.ts'
