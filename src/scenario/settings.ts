/** What a scenario settles: whom it measures, and what holds at each point of its matrix. */
import type { Handicap } from '../handicap.ts'
import type { Payload } from '../message.ts'
import type { Scalars, Values } from '../parameter.ts'
import type { WorkloadSpec } from '../workload.ts'
import type { Threshold } from './threshold.ts'

export type Load =
  /** Over all connections together. */
  | { readonly model: 'open'; readonly ratePerSec: number; readonly arrivals: 'uniform' | 'poisson' }
  /** For each connection. */
  | { readonly model: 'closed'; readonly inFlight: number }
  | { readonly model: 'saturate' }

/** Everything that may differ between points of the matrix. */
export interface Settings {
  readonly connections: number
  readonly payload: Payload
  readonly load: Load
  /** The warm-up lasts at least this long and at least this many messages. */
  readonly warmupNs: number
  readonly warmupMessages: number
  readonly durationNs: number
  /** After this long a message is given up. */
  readonly timeoutNs: number
  /** Client processes; null: the runner decides. */
  readonly workers: number | null
  readonly highWaterBytes: number
  /** The workload's own, after defaults. */
  readonly parameters: Values
}

export interface Point {
  /** What was varied, as the user wrote it; empty without `vary`. */
  readonly at: Readonly<Record<string, string | number>>
  readonly settings: Settings
}

/** `load.search`: the highest load that meets an objective is looked for, instead of measuring at a given one. */
export interface Search {
  /** `rate`, `connections`, or a parameter that counts, as it stands in the scenario. */
  readonly over: string
  /** Messages a second for `rate`, else a count; both ends can be measured. */
  readonly from: number
  readonly to: number
  /** All of them have to hold. */
  readonly slo: readonly Threshold[]
  /** How close to its limit a load is good enough: a share, 0.05 is 5 %. */
  readonly precision: number
  /** How many more trials have to confirm what was found. */
  readonly confirm: number
  /**
   * The same point at another load; its `at` names it, too: `{rate: '2000/s'}`, `{connections: 500}`.
   * @throws UserError when the scenario is wrong there
   */
  pointAt(base: Point, value: number): Point
}

/** One column of the comparison. */
export interface Subject {
  readonly label: string
  readonly transport: string
  /** The transport's own, after defaults. */
  readonly options?: Values
  /** A known fault that its server is given. */
  readonly handicap?: Handicap
}

/** What a scenario may name. */
export interface Catalog {
  readonly transports: readonly string[]
  /** Of the transports that have options of their own, by name; none unless given. */
  readonly options?: Readonly<Record<string, Scalars>>
  readonly workloads: readonly WorkloadSpec[]
}
