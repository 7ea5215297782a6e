/** What a scenario settles: whom it measures, and what holds at each point of its matrix. */
import type { Payload } from '../message.ts'
import type { Values } from '../parameter.ts'
import type { WorkloadSpec } from '../workload.ts'

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

/** One column of the comparison. */
export interface Subject {
  readonly label: string
  readonly transport: string
}

/** What a scenario may name. */
export interface Catalog {
  readonly transports: readonly string[]
  readonly workloads: readonly WorkloadSpec[]
}
