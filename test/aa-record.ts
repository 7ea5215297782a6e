/** Recorded A/A blocks: the same subject twice in each, so whatever differs is noise. `npm run record:aa` writes them. */
import type { Trial } from '../src/result.ts'
import { visibleShare, withinBlockVariation } from '../src/stats/planning.ts'

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

/**
 * The smallest difference that the blocks can show in a metric, as a share: where it is above the 10 % that a replay puts on it, the machine was
 * too noisy for the record to say anything about the gate.
 */
export function visibleIn(blocks: AaRecord['blocks'], metric: keyof typeof aaMetrics): number {
  const key = aaMetrics[metric]
  const variation = withinBlockVariation(blocks.map(([one, other]) => Math.log(other[key] / one[key])))
  const tests = Object.keys(aaMetrics).length
  return variation === null ? Number.POSITIVE_INFINITY : visibleShare(variation, blocks.length, tests)
}

/** What a trial of the record is made from. */
export function aaTrialOf(trial: Trial, figureOf: (trial: Trial, metric: string) => number | null): AaTrial | null {
  const serviceP50 = figureOf(trial, 'service.p50')
  const cpuServerPerMessageNs = figureOf(trial, 'cpu.serverPerMessageNs')
  if (serviceP50 === null || cpuServerPerMessageNs === null) return null
  return { id: trial.id, order: trial.order, serviceP50, cpuServerPerMessageNs: Math.round(cpuServerPerMessageNs) }
}
