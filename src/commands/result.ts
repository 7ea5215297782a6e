import { type Reason, type Result, schemaVersion, type Trial } from '../result.ts'
import { describeEnvironment, describeTool } from '../runner/environment.ts'
import type { Scenario } from '../scenario.ts'
import { aggregate } from '../stats/aggregate.ts'
import { fitsOf } from '../stats/fit.ts'
import { overallStatus } from '../stats/status.ts'
import { evaluateThresholds } from '../stats/threshold.ts'
import type { Workload } from '../workload.ts'

/** Makes the record of a run out of its trials. @param aborted why the run ended early */
export function buildResult(scenario: Scenario, workload: Workload, trials: Trial[], aborted?: Reason): Result {
  const figures = Object.entries(workload.figures).map(([name, figure]) => ({ name, ...figure }))
  const aggregates = aggregate(trials, figures)
  const thresholds = evaluateThresholds(scenario.thresholds, trials, aggregates)
  return {
    schemaVersion,
    tool: describeTool(),
    ...overallStatus(trials, thresholds, aborted),
    scenario: {
      name: scenario.name,
      workload: scenario.workload,
      subjects: scenario.subjects.map(({ label }) => label),
      points: scenario.points.map(({ at }) => ({ ...at })),
      sha256: scenario.sha256,
      resolved: scenario.resolved,
      plannedTrials: scenario.points.length * scenario.subjects.length * scenario.blocks,
      latencyMeaning: workload.latency,
      figures: figures.map(({ name, head, unit, better, rank, text }) => ({ name, head, unit, better, rank, text })),
    },
    environment: describeEnvironment(),
    trials,
    aggregates,
    fits: fitsOf(trials, workload.slopes ?? [], figures),
    thresholds,
    comparisons: [],
  }
}
