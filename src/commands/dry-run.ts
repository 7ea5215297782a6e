import { handicapNote } from '../handicap.ts'
import { planClients } from '../runner/cast.ts'
import { readLimits } from '../runner/limits.ts'
import { planTrials, sizeOfRun, warmupNsOf } from '../runner/plan.ts'
import { checkFeasible } from '../runner/preflight.ts'
import { sizeOf } from '../runner/search.ts'
import { unsupported } from '../runner/support.ts'
import type { Point, Scenario, Search, Settings } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import type { Workload } from '../workload.ts'
import { listValues } from './parameter-text.ts'

/** Of the order of trials, so many are shown. */
const SHOWN_TRIALS = 24

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
  const limits = readLimits()
  checkFeasible(scenario, workload, traitsOf, limits)
  const { search } = scenario
  const most = search ? 0 : sizeOfRun(scenario).blocks[1]
  const trials = search ? [] : planTrials(scenario).filter(({ block }) => block < most)
  const traits = scenario.subjects.map(({ transport }) => traitsOf(transport))
  const clientsOf = (settings: Settings) => {
    const casts = workload.cast(settings, settings.parameters)
    return Math.max(...traits.map((one) => planClients(casts, settings, one, limits).length))
  }
  const counts = [plural(scenario.subjects.length, 'subject'), plural(scenario.points.length, 'point')]
  const size = search ? searchName(scenario, search) : `${[...counts, runName(scenario)].join(', ')}`
  const lines = [`${scenario.name}: ${workload.name}, ${search ? `${counts.join(', ')}: ` : ''}${size}`]
  for (const { label, transport, handicap } of scenario.subjects) {
    const lacking = unsupported(workload, traitsOf(transport), handicap)
    const handicapped = handicap ? `: ${handicapNote(handicap)}` : ''
    lines.push(
      `  subject ${label}${label === transport ? '' : ` (${transport})`}${lacking ? `: unsupported, ${lacking}` : handicapped}`,
    )
  }
  for (const point of scenario.points) {
    const { settings } = point
    const where = pointName(point)
    const warm = `${warmupNsOf(settings) / 1e9} s warm-up, ${settings.durationNs / 1e9} s measured`
    lines.push(
      `  ${where ? `${where}: ` : ''}${plural(settings.connections, 'connection')} from ${plural(clientsOf(settings), 'client process')}, ${loadName(settings)}, ${settings.payload.sizeBytes} bytes ${settings.payload.kind}, ${warm}`,
    )
    const values = listValues(workload.parameters, settings.parameters)
    if (values.length > 0) lines.push(`    ${values.join(', ')}`)
  }
  lines.push(...comparisonLines(scenario))
  if (search) return `${[...lines, ...searchLines(search)].join('\n')}\n`
  lines.push('  order of trials:')
  for (const { block, subject, point } of trials.slice(0, SHOWN_TRIALS)) {
    lines.push(`    block ${block + 1}  ${[subject.label, pointName(point)].filter(Boolean).join('  ')}`)
  }
  if (trials.length > SHOWN_TRIALS) lines.push(`    … and ${trials.length - SHOWN_TRIALS} more`)
  return `${lines.join('\n')}\n`
}

/** `3 blocks: 6 trials, about 60 s`, `8 to 40 blocks: 16 to 80 trials, about 160 to 800 s` */
function runName(scenario: Scenario): string {
  const { blocks, ns } = sizeOfRun(scenario)
  const cells = scenario.points.length * scenario.subjects.length
  const range = ([least, most]: readonly [number, number]) => (least === most ? '' : `${least} to `)
  const trials = [blocks[0] * cells, blocks[1] * cells] as const
  const seconds = [Math.round(ns[0] / 1e9), Math.round(ns[1] / 1e9)] as const
  return `${range(blocks)}${plural(blocks[1], 'block')}: ${range(trials)}${plural(trials[1], 'trial')}, about ${range(seconds)}${seconds[1]} s`
}

/** Who is compared, by what, and when the blocks are enough. */
function comparisonLines({ gate, blocks: { auto, budgetNs } }: Scenario): string[] {
  const share = (value: number) => `${Number((value * 100).toPrecision(3))} %`
  const lines = gate
    ? [
        `  compares ${gate.head} with ${gate.base} by ${gate.metrics.join(', ')}: worse from ${share(gate.minEffect)} on, the same where ${share(gate.detect)} is excluded`,
      ]
    : []
  if (auto) lines.push('  ends when every interval is narrow enough, whatever the difference is')
  if (budgetNs !== null) lines.push(`  begins no block that would not end within ${budgetNs / 1e9} s`)
  return lines
}

function searchName(scenario: Scenario, search: Search): string {
  const { usualTrials, mostTrials, usualNs, mostNs } = sizeOf(scenario, search)
  const seconds = (ns: number) => Math.round(ns / 1e9)
  return `about ${plural(usualTrials, 'trial')} in ${seconds(usualNs)} s, at most ${mostTrials} in ${seconds(mostNs)} s`
}

function searchLines({ over, from, to, slo, precision, confirm }: Search): string[] {
  const unit = over === 'rate' ? '/s' : ''
  return [
    `  search over ${over}, from ${from}${unit} to ${to}${unit}, to within ${Number((precision * 100).toPrecision(3))} %, ${plural(confirm, 'run')} to confirm; blocks are not used`,
    `  objective: ${slo.map(({ expression }) => expression).join(', ')}`,
  ]
}

function loadName({ load }: Settings): string {
  if (load.model === 'open') return `open loop at ${load.ratePerSec}/s (${load.arrivals})`
  return load.model === 'closed' ? `closed loop with ${load.inFlight} in flight each` : 'saturated'
}

function plural(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`
  return `${count} ${noun}${noun.endsWith('s') ? 'es' : 's'}`
}

function pointName({ at }: Point): string {
  return Object.entries(at)
    .map(([path, value]) => `${path}=${value}`)
    .join(' ')
}
