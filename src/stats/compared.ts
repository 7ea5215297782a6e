/** Which figures two subjects are compared by. */
import type { Gate } from '../gate.ts'
import { type Better, type Figure, metricNames, metrics, type Trial, type Unit } from '../result.ts'
import { figureOf } from './figure.ts'

export interface Compared {
  readonly metric: string
  readonly unit: Unit
  readonly better: Better
  readonly gated: boolean
}

/** Lateness of the generator, not of a subject; and figures that are another one in other words. */
const left: readonly string[] = ['throughput.bytesPerSec', 'rate.achieved']

/**
 * Times, rates and, of the workload's own figures, sizes and ratios. Counts, lost messages and bytes on the wire are checks: one
 * message lost is a fault whatever a test says. Under an offered rate, so is the throughput.
 */
function isNote({ metric, unit, better }: Omit<Compared, 'gated'>, isOwn: boolean, trials: readonly Trial[]): boolean {
  if (better === 'none' || left.includes(metric) || metric.startsWith('sendLag.')) return false
  if (metric.startsWith('throughput.') && trials.some(({ load }) => load.model === 'open')) return false
  return unit === 'ns' || unit.endsWith('/s') || (isOwn && (unit === 'bytes' || unit === 'ratio'))
}

/**
 * The gated metrics in the gate's order, then all others that any of the trials has a figure for.
 * @param trials of both subjects at one point
 * @param figures of the workload's own
 */
export function comparedAt(gate: Gate, figures: readonly Figure[], trials: readonly Trial[]): Compared[] {
  const ours = metricNames.map((metric) => ({ metric, unit: metrics[metric].unit, better: metrics[metric].better }))
  const own = figures.map(({ name, unit, better }) => ({ metric: name, unit, better }))
  const known: ReadonlyArray<Omit<Compared, 'gated'>> = [...ours, ...own]
  const gated = gate.metrics.map((metric) => {
    const found = known.find((one) => one.metric === metric)
    return { metric, unit: found?.unit ?? 'count', better: found?.better ?? 'none', gated: true } as const
  })
  const notes = known.filter(
    (one, index) =>
      !gate.metrics.includes(one.metric) &&
      isNote(one, index >= ours.length, trials) &&
      trials.some((trial) => figureOf(trial, one.metric) !== null),
  )
  return [...gated, ...notes.map((one) => ({ ...one, gated: false }))]
}
