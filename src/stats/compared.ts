/** Which figures two subjects are compared by. */
import { type Gate, isOffered } from '../gate.ts'
import { type Better, type Figure, metricNames, metrics, type Trial, type Unit } from '../result.ts'
import { figureOf } from './figure.ts'

export interface Compared {
  readonly metric: string
  readonly unit: Unit
  readonly better: Better
  readonly gated: boolean
}

type Known = Omit<Compared, 'gated'> & { readonly isNote: boolean }

function known(figures: readonly Figure[], trials: readonly Trial[]): Known[] {
  const isOpen = trials.some(({ load }) => load.model === 'open')
  const ours = metricNames.map((metric) => {
    const { unit, better, compared } = metrics[metric]
    return { metric, unit, better, isNote: compared && !(isOpen && isOffered(metric)) }
  })
  // Counts and shares are checks: one message lost is a fault whatever a test says.
  const own = figures.map(({ name, unit, better }) => {
    return { metric: name, unit, better, isNote: better !== 'none' && unit !== 'count' && unit !== 'share' }
  })
  return [...ours, ...own]
}

/**
 * The gated metrics in the gate's order, then all others that any of the trials has a figure for.
 * @param trials of both subjects at one point
 * @param figures of the workload's own
 */
export function comparedAt(gate: Gate, figures: readonly Figure[], trials: readonly Trial[]): Compared[] {
  const all = known(figures, trials)
  const gated = gate.metrics.map((metric): Compared => {
    const { unit = 'count', better = 'none' } = all.find((one) => one.metric === metric) ?? {}
    return { metric, unit, better, gated: true }
  })
  const notes = all.filter(
    ({ metric, isNote }) =>
      isNote && !gate.metrics.includes(metric) && trials.some((trial) => figureOf(trial, metric) !== null),
  )
  return [...gated, ...notes.map(({ metric, unit, better }) => ({ metric, unit, better, gated: false }))]
}
