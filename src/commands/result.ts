import {
  type Calibration,
  type Figure,
  type Reason,
  type Result,
  type SetAside,
  type Stopped,
  schemaVersion,
  type Trial,
} from '../result.ts'
import { describeEnvironment, describeTool } from '../runner/environment.ts'
import type { Scenario } from '../scenario.ts'
import { aggregate } from '../stats/aggregate.ts'
import { capacityOf, trialsAtCapacity, type Walk } from '../stats/capacity.ts'
import { compareSideBySide } from '../stats/comparison.ts'
import { fitsOf } from '../stats/fit.ts'
import { rankingsOf } from '../stats/ranking.ts'
import { overallStatus } from '../stats/status.ts'
import { evaluateThresholds } from '../stats/threshold.ts'
import type { Transport } from '../transport.ts'
import type { Workload } from '../workload.ts'
import { type Baselines, compareWithBaselines } from './baselines.ts'

/** The workload's own figures, as results carry them. */
export function figuresOf({ figures }: Workload): Figure[] {
  return Object.entries(figures).map(([name, { head, unit, better, rank, text }]) => {
    return { name, head, unit, better, rank, text }
  })
}

/** What a run came to: every trial, and where a load was searched for, each search. */
export interface Ending {
  readonly trials: Trial[]
  /** Those that were measured. */
  readonly transports: Iterable<Pick<Transport, 'name' | 'facts'>>
  readonly walks: readonly Walk[]
  readonly setAside: readonly SetAside[]
  /** Why there are no more blocks; null of a search, and of a run that was aborted. */
  readonly stopped: Stopped | null
  /** Why it ended early. */
  readonly aborted?: Reason
  /** What it is held against. */
  readonly baselines?: Baselines
  /** What is known of the machine. */
  readonly calibration?: Calibration
}

/** Makes the record of a run out of its trials. */
export function buildResult(scenario: Scenario, workload: Workload, ending: Ending): Result {
  const { trials, walks, setAside, stopped, aborted } = ending
  const { search } = scenario
  const figures = figuresOf(workload)
  const aggregates = aggregate(trials, figures)
  const capacities = search ? walks.map((walk) => capacityOf(walk, { ...search, figures })) : []
  // Beyond its capacity a subject is expected to fail.
  const judged = search ? trialsAtCapacity(capacities, trials) : trials
  const thresholds = evaluateThresholds(scenario.thresholds, judged, search ? aggregate(judged, figures) : aggregates)
  const described = {
    name: scenario.name,
    workload: scenario.workload,
    subjects: scenario.subjects.map(({ label }) => label),
    transports: [...ending.transports].map(({ name, facts }) => ({ name, facts })),
    points: scenario.points.map(({ at }) => ({ ...at })),
    sha256: scenario.sha256,
    resolved: scenario.resolved,
    ...plannedOf(scenario, stopped),
    latencyMeaning: workload.latency,
    figures,
  }
  const { comparisons, gate } = comparedIn(scenario, { trials, scenario: described }, ending.baselines)
  return {
    schemaVersion,
    tool: describeTool(),
    ...overallStatus(trials, thresholds, aborted, capacities, { comparisons, gate }),
    scenario: described,
    environment: describeEnvironment(),
    trials,
    aggregates,
    fits: fitsOf(trials, workload.slopes ?? [], figures),
    thresholds,
    comparisons,
    gate,
    rankings: search ? [] : rankingsOf(trials),
    setAside: [...setAside],
    stopped,
    calibration: ending.calibration ?? null,
    capacities,
  }
}

/** Base and head of the scenario itself, or the run against stored ones. */
function comparedIn(
  { gate, rules, search }: Scenario,
  run: Pick<Result, 'trials' | 'scenario'>,
  baselines: Baselines | undefined,
): Pick<Result, 'comparisons' | 'gate'> {
  if (baselines) return compareWithBaselines(baselines, run, { ...rules, base: 'base', head: 'head' })
  if (!gate || search) return { comparisons: [], gate: null }
  const settings = { ...gate, metrics: [...gate.metrics], acrossSessions: false, baselines: [], forced: [] }
  return { comparisons: compareSideBySide(run.trials, gate, run.scenario.figures), gate: settings }
}

/** Where what is measured decides, it is known in the end. */
function plannedOf({ search, blocks, points, subjects }: Scenario, stopped: Stopped | null) {
  const count = stopped?.blocks ?? (blocks.least === blocks.most ? blocks.most : undefined)
  return search || count === undefined ? {} : { plannedTrials: points.length * subjects.length * count }
}
