/** The story of a run: every planned trial in turn, each handed over to be kept as soon as it ends. */
import { monotonicClock } from '../clock.ts'
import type { Member } from '../control.ts'
import type { Trial } from '../result.ts'
import type { Scenario } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Window, Workload } from '../workload.ts'
import { readLimits } from './limits.ts'
import { measureTrial } from './measure.ts'
import { type PlannedTrial, planTrials } from './plan.ts'

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
  const surroundings = { epochNs, clock, limits: readLimits(), workload }
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
    try {
      return await measureTrial(one, traitsOf(one.subject.transport), surroundings, aborted, {
        measuring: (window, members) => watcher?.measuring?.(one, window, members),
      })
    } catch (thrown) {
      if (aborted.aborted) return undefined
      throw thrown
    }
  }
}
