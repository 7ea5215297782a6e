import type { Role } from '../control.ts'
import type { Apart, Ledger } from '../engine/ledger.ts'
import type { QuantileName } from '../metric.ts'
import type { Trial } from '../result.ts'
import type { Settings } from '../scenario.ts'
import type { Conclusion } from '../workload.ts'
import type { TrialOutcome } from './trial.ts'

/** What a verdict is based on. */
export interface Evidence {
  readonly outcome: TrialOutcome
  readonly ledger: Ledger
  /** Of receivers whose latencies are in a histogram of their own: nothing is said about how quick they are. */
  readonly apart: Apart & { readonly achievedPerSec: number }
  readonly settings: Settings
  readonly latency: Trial['latency']
  /** Distinct events behind the samples beyond a percentile of the response time; null where it has no figure. */
  readonly excursions: Excursions
  readonly timeline: Trial['timeline']
  /** Of the timeline's slices. */
  readonly sliceNs: number
  readonly processes: Trial['processes']
  readonly machine: Trial['machine']
  /** Sides of which a process was stopped on purpose. */
  readonly frozen: readonly Role[]
  readonly achievedPerSec: number
  /** Of those, the replays. */
  readonly replayedPerSec: number
  readonly negative: number
  /** Messages received in the window that were due before it. */
  readonly carriedOver: number
  readonly conclusion: Conclusion
  /** The percentile that there must be samples for. */
  readonly samplesFor: QuantileName
}

export interface Excursions {
  readonly p99: number | null
  readonly p999: number | null
}
