/**
 * Doubt as typed data: what may be wrong with a trial or a run. A newer minor version may add codes, so whoever looks
 * one up has to cope with one that it does not know; the message beside a code always stands for itself.
 */

export const verdicts = ['valid', 'suspect', 'invalid', 'unsupported'] as const

/** `suspect`: measured, and to be read with its warnings. `unsupported`: this pair cannot work, nothing was measured. */
export type Verdict = (typeof verdicts)[number]

export const statuses = ['passed', 'failed', 'invalid', 'aborted'] as const

export type Status = (typeof statuses)[number]

/** Why a trial is suspect. */
export type WarningCode =
  /** The generator was late so often that it was measured along with the subject. */
  | 'generator-saturated'
  /** Too few messages for a percentile; it is null. */
  | 'too-few-samples'
  /** Messages were not offered at the scheduled rate. */
  | 'offered-rate-missed'
  /** The warm-up had fewer messages than it needs to be over. */
  | 'short-warm-up'
  /** Messages were lost, timed out, or still under way at the end. */
  | 'undelivered'
  /** Messages of the warm-up were still queued when the measured part began. */
  | 'start-backlog'
  /** Connections were lost while measuring. */
  | 'channels-closed'
  /** The clients were the limit of what was measured, and not the subject. */
  | 'client-bound'
  /** The measured part still became quicker, or slower, from its beginning to its end. */
  | 'not-steady'
  /** The samples beyond a percentile come from too few distinct events; a p99.9 is null. Alone it makes no trial suspect. */
  | 'few-excursions'
  /** A process was kept from its work for long: by its own work, or by the machine. */
  | 'event-loop-delay'
  /** Garbage collection stopped a process for long. */
  | 'gc-pauses'
  /** The hypervisor or other programs took much of the processor. */
  | 'cpu-steal'
  /** The clocks of the machine went apart or were set. */
  | 'clock-anomaly'

/** Why a trial is invalid, or a run ended as it did. */
export type ReasonCode =
  /** The server process ended before its trial did. */
  | 'server-died'
  /** A client process ended before its trial did. */
  | 'client-died'
  /** A step took longer than it is given. */
  | 'deadline'
  /** Messages arrived with other bytes than were sent. */
  | 'corrupt'
  /** The equivalence check before the measured part found that the subject does not do the same work. */
  | 'not-equivalent'
  /** A message seems to have arrived before it was due: the clocks disagree. */
  | 'negative-latency'
  /** The ledger does not close: some messages are in no account. */
  | 'unaccounted'
  /** So many messages did not arrive in time that the figures are of the lucky ones. */
  | 'undelivered'
  /** Not one message of the measured window arrived. */
  | 'nothing-delivered'
  /** The load was missed by so much that the figures belong to another load. */
  | 'load-not-reached'
  /** Channels could not be opened. */
  | 'connect-failed'
  /** So many connections were lost while measuring that the figures belong to fewer. */
  | 'channels-closed'
  /** What the workload itself checks does not hold. */
  | 'workload'
  /** A fault in rtbench itself. */
  | 'internal'
  /** A signal ended the run. */
  | 'interrupted'
  /** A trial could not be written to disk. */
  | 'not-stored'
  /** The workload needs what the transport cannot do. */
  | 'unsupported'
  /** A threshold does not hold. */
  | 'threshold-failed'
  /** A threshold asks for a figure that was not measured. */
  | 'threshold-no-data'
  /** The lowest load of a search does not meet its objective. */
  | 'no-capacity'
  /** Head is worse than base in a gated metric. */
  | 'regression'
  /** A gated metric could not be decided, and the scenario wants it to be. */
  | 'inconclusive'
  /** A block was measured again, for this cause. */
  | 'cpu-steal'
  | 'generator-saturated'
  /** No trial gave a figure. */
  | 'nothing-measured'

/** What too much load for somebody does to a trial, be it the load asked for or other work of the machine. All else is a fault. */
export const overloadCodes: ReadonlySet<ReasonCode> = new Set([
  'load-not-reached',
  'undelivered',
  'nothing-delivered',
  'channels-closed',
  'connect-failed',
  'deadline',
])
