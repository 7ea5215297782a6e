import { planTrials, warmupNsOf } from '../runner/plan.ts'
import { checkResources, readLimits, workersOf } from '../runner/preflight.ts'
import { missingTrait } from '../runner/support.ts'
import type { Point, Scenario } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import type { Workload } from '../workload.ts'

/** Starting processes, connecting and settling: what a trial takes beyond its warm-up and window, about. */
const OVERHEAD_NS = 1e9
/** Of the order of trials, so many are shown. */
const SHOWN_TRIALS = 24

/** How long a trial of a point takes, about, ns. */
export function trialNs({ settings }: Point): number {
  return warmupNsOf(settings) + settings.durationNs + OVERHEAD_NS
}

/**
 * What a run would do, for people.
 * @throws UserError when the machine has too few descriptors or ports for it
 */
export function describePlan(
  scenario: Scenario,
  workload: Workload,
  transports: ReadonlyMap<string, Transport>,
): string {
  const traitsOf = (name: string) => (transports.get(name) as Transport).traits
  checkResources(scenario, traitsOf, readLimits())
  const trials = planTrials(scenario)
  const seconds = Math.round(trials.reduce((sum, { point }) => sum + trialNs(point), 0) / 1e9)
  const lines = [
    `${scenario.name}: ${workload.name}, ${scenario.subjects.length} subjects, ${scenario.points.length} points, ${scenario.blocks} blocks: ${trials.length} trials, about ${seconds} s`,
  ]
  for (const { label, transport } of scenario.subjects) {
    const lacking = missingTrait(workload, traitsOf(transport))
    lines.push(
      `  subject ${label}${label === transport ? '' : ` (${transport})`}${lacking ? `: unsupported, ${lacking}` : ''}`,
    )
  }
  for (const point of scenario.points) {
    const { settings } = point
    const where = pointName(point)
    const warm = `${warmupNsOf(settings) / 1e9} s warm-up, ${settings.durationNs / 1e9} s measured`
    lines.push(
      `  ${where ? `${where}: ` : ''}${settings.connections} connections from ${workersOf(settings)} client processes, ${JSON.stringify(settings.load)}, ${settings.payload.sizeBytes} bytes ${settings.payload.kind}, ${warm}`,
    )
  }
  lines.push('  order of trials:')
  for (const { block, subject, point } of trials.slice(0, SHOWN_TRIALS)) {
    lines.push(`    block ${block + 1}  ${[subject.label, pointName(point)].filter(Boolean).join('  ')}`)
  }
  if (trials.length > SHOWN_TRIALS) lines.push(`    … and ${trials.length - SHOWN_TRIALS} more`)
  return `${lines.join('\n')}\n`
}

function pointName({ at }: Point): string {
  return Object.entries(at)
    .map(([path, value]) => `${path}=${value}`)
    .join(' ')
}
