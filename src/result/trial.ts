/** One trial, as a result carries it. */
import { z } from 'zod'
import { verdicts } from '../verdict.ts'
import { amount, open, point, reason, warning, whole } from './fields.ts'

export const latency = z.object({
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

export const counts = z.object({
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
  /** Of them, the part of receivers whose latencies are in a histogram of their own: a workload's slow ones. Absent: none. */
  apart: z.object({ expected: whole, delivered: whole }).optional(),
})

export const load = z.object({
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
  /** In ns: how much later than due a timer ran. */
  eventLoopDelayP99: whole.nullable(),
  eventLoopDelayMax: whole.nullable().default(null),
  /** Of the window, the share that the event loop was at work; above it messages queue. */
  eventLoopUtilization: amount.nullable().default(null),
  /** Pauses for garbage collection: together, the longest, and how many. */
  gcNs: whole.nullable(),
  gcMaxNs: whole.nullable().default(null),
  gcCount: whole.nullable().default(null),
})

export const timelineEntry = z.object({
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

export /** Who set the limit of what was measured, and how that was decided. */
const bottleneck = z.object({
  who: open<'server' | 'client' | 'both' | 'neither' | 'unknown'>(),
  /** A sentence with the figures that decided. */
  because: z.string(),
})

/** What the machine did during the window, beside the trial; null where it cannot be read. */
const machine = z.object({
  /** Of all cores' time: taken by the hypervisor, and used by processes other than the trial's. Shares. */
  stealShare: amount.nullable(),
  foreignShare: amount.nullable(),
  /** By how much the wall clock and the monotonic clock went apart, ns. */
  clockDriftNs: z.int().nullable(),
})

/** What a handicapped server did to messages due in the window. */
const injected = z.object({ lost: whole, duplicated: whole, reordered: whole })

export const trial = z.object({
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
  /** The trial's whole traffic, warm-up included, so that payload and wire are of the same messages; and how many those are. */
  bytes: z.object({ payload: direction, wire: direction, messages: direction.nullable().default(null) }),
  latency: latencySet,
  timeline: z.array(timelineEntry),
  /** None for a server that rtbench did not start. */
  processes: z.array(processUsage),
  bottleneck: bottleneck.nullable().default(null),
  machine: machine.nullable().default(null),
  /** Null of a server without a handicap. */
  injected: injected.nullable().default(null),
  workload: workloadRecord,
})
