/** What two subjects are compared by, and when a difference is one: the settings of a comparison. */

export interface Gate {
  /** Labels of subjects. */
  readonly base: string
  readonly head: string
  /** Metrics that can fail the run, corrected for being several; all others are notes. */
  readonly metrics: readonly string[]
  /** A share: a difference below it is none that matters, however certain it is. */
  readonly minEffect: number
  /** A share: the slowdown that has to be excluded before two subjects are called the same. */
  readonly detect: number
  /** A share: by so much two runs of the same may differ where they were not measured side by side. */
  readonly sessionAllowance: number
  /** An inconclusive gated metric fails the run. */
  readonly failOnInconclusive: boolean
}

/** A comparison without those whom it compares. */
export type GateRules = Omit<Gate, 'base' | 'head'>

export const gatePresets = {
  minEffect: 0.05,
  detect: 0.1,
  sessionAllowance: 0.25,
  failOnInconclusive: false,
} as const

/** What is gated unless the scenario says so: where a load is offered, how long a message takes; else, how many go through. */
export function gatedMetrics(model: 'open' | 'closed' | 'saturate'): readonly string[] {
  const speed = model === 'open' ? 'service.p50' : 'throughput.messagesPerSec'
  return [speed, 'cpu.serverPerMessageNs']
}

/** Under an offered rate all that comes through is what was offered: a check, and no merit. */
export function isOffered(metric: string): boolean {
  return /^(throughput|rate)\./.test(metric)
}

/** How many blocks are measured. */
export interface Blocks {
  readonly least: number
  /** The same as `least` unless `auto`. */
  readonly most: number
  /** Ends on the width of the intervals, never on the difference. */
  readonly auto: boolean
  /** No further block is begun after so long, ns; null: no limit. */
  readonly budgetNs: number | null
}

/** How far the intervals by which a run is judged reach: what `blocks: auto` ends on. */
export interface Precision {
  readonly reached: boolean
  /** The widest corrected half-width, a share; null where there is no interval yet, or nothing that blocks could narrow. */
  readonly widest: number | null
  /** Whose it is. */
  readonly metric: string | null
}
