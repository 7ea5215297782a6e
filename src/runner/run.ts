/** The story of a run: every planned trial in turn, each handed over to be kept as soon as it ends. */
import { monotonicClock } from '../clock.ts'
import type { Member } from '../control.ts'
import type { Trial } from '../result.ts'
import type { Scenario } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Window, Workload } from '../workload.ts'
import { assembleTrial, unsupportedTrial } from './assemble.ts'
import { type PlannedTrial, planTrials } from './plan.ts'
import { workersOf } from './preflight.ts'
import { missingTrait } from './support.ts'
import { runTrial } from './trial.ts'

/** What happens in a run, for those who show it. */
export interface RunWatcher {
  trialStarted?(planned: PlannedTrial, index: number, total: number): void
  measuring?(planned: PlannedTrial, window: Window, members: readonly Member[]): void
  trialEnded?(planned: PlannedTrial, trial: Trial): void
}

export interface RunInput {
  readonly scenario: Scenario
  readonly workload: Workload
  readonly traitsOf: (transport: string) => Traits
  /** Called with every trial as soon as it has ended. */
  readonly keep: (trial: Trial) => void
  /** Ends the run: what has finished stays. */
  readonly aborted: AbortSignal
  readonly watcher?: RunWatcher
}

/**
 * Runs all trials of a scenario. A trial that fails is kept with its reason and the others go on.
 * @returns the trials that ended; fewer than planned when the run was aborted
 */
export async function runScenario(input: RunInput): Promise<Trial[]> {
  const { scenario, workload, traitsOf, keep, aborted, watcher } = input
  const planned = planTrials(scenario)
  const epochNs = process.hrtime.bigint()
  const clock = monotonicClock(epochNs)
  const trials: Trial[] = []
  for (const [index, one] of planned.entries()) {
    if (aborted.aborted) break
    watcher?.trialStarted?.(one, index, planned.length)
    const trial = await endOf(one)
    if (!trial) break
    keep(trial)
    trials.push(trial)
    watcher?.trialEnded?.(one, trial)
  }
  return trials

  /** @returns undefined when the run was aborted before the trial's end */
  async function endOf(one: PlannedTrial): Promise<Trial | undefined> {
    const { settings } = one.point
    const workers = workersOf(settings)
    const startedAt = new Date().toISOString()
    const lacking = missingTrait(workload, traitsOf(one.subject.transport))
    if (lacking) return unsupportedTrial(one, workers, startedAt, lacking)
    const spec = {
      workers,
      epochNs: String(epochNs),
      transport: one.subject.transport,
      workload: workload.name,
      settings,
      seed: one.seed,
    }
    try {
      const outcome = await runTrial(spec, clock, aborted, {
        measuring: (window, members) => watcher?.measuring?.(one, window, members),
      })
      return assembleTrial(one, workers, startedAt, outcome)
    } catch (thrown) {
      if (aborted.aborted) return undefined
      throw thrown
    }
  }
}
