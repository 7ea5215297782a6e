/** Recorded A/A blocks: the same subject twice in each, so whatever differs is noise. `npm run record:aa` writes them. */
import type { Trial } from '../src/result.ts'

export interface AaTrial {
  readonly id: string
  /** Place within the block. */
  readonly order: number
  /** Median service time, ns. */
  readonly serviceP50: number
  readonly cpuServerPerMessageNs: number
}

export interface AaRecord {
  readonly recordedAt: string
  readonly machine: { readonly cpuModel: string; readonly cores: number; readonly node: string }
  readonly scenario: Readonly<Record<string, unknown>>
  /** Blocks without two usable trials, which are not among these. */
  readonly unusable: number
  readonly blocks: ReadonlyArray<readonly [AaTrial, AaTrial]>
}

/** The gated metrics of an open loop. */
export const aaMetrics = {
  'service.p50': 'serviceP50',
  'cpu.serverPerMessageNs': 'cpuServerPerMessageNs',
} as const satisfies Readonly<Record<string, keyof AaTrial>>

/** What a trial of the record is made from. */
export function aaTrialOf(trial: Trial, figureOf: (trial: Trial, metric: string) => number | null): AaTrial | null {
  const serviceP50 = figureOf(trial, 'service.p50')
  const cpuServerPerMessageNs = figureOf(trial, 'cpu.serverPerMessageNs')
  if (serviceP50 === null || cpuServerPerMessageNs === null) return null
  return { id: trial.id, order: trial.order, serviceP50, cpuServerPerMessageNs: Math.round(cpuServerPerMessageNs) }
}
