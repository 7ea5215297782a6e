/** The story of a run: block after block, every trial handed over to be kept as soon as it ends. */
import { monotonicClock } from '../clock.ts'
import type { Member } from '../control.ts'
import type { Ask } from '../engine/search.ts'
import type { Reason, Trial } from '../result.ts'
import type { Scenario, Search } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Window, Workload } from '../workload.ts'
import { type BlocksInput, type RunEnd, runBlocks } from './blocks.ts'
import { readLimits } from './limits.ts'
import { measureTrial } from './measure.ts'
import type { PlannedTrial } from './plan.ts'
import { type Answer, runSearches, type Walk } from './search.ts'

/** What happens in a run, for those who show it. */
export interface RunWatcher {
  /** @param index in the plan; the same again for a block that is measured again */
  trialStarted?(planned: PlannedTrial, index: number): void
  /** Instead of `trialStarted`, where the load is searched for: how many trials there will be is not known. */
  stepStarted?(planned: PlannedTrial, ask: Ask, index: number): void
  measuring?(planned: PlannedTrial, window: Window, members: readonly Member[]): void
  trialEnded?(planned: PlannedTrial, trial: Trial): void
  /** The whole block is about to be measured again. */
  blockAgain?(block: number, cause: Reason): void
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

/** Runs the blocks of a scenario until there are enough of them. */
export async function runScenario(input: RunInput & Pick<BlocksInput, 'precisionOf'>): Promise<RunEnd> {
  const { scenario, precisionOf, watcher } = input
  const measure = measurer(input)
  const clock = monotonicClock(process.hrtime.bigint())
  const cells = scenario.points.length * scenario.subjects.length
  return runBlocks({
    scenario,
    measure: (planned) =>
      measure(planned, () => watcher?.trialStarted?.(planned, planned.block * cells + planned.order)),
    precisionOf,
    nowNs: () => clock.nowNs(),
    again: (block, cause) => watcher?.blockAgain?.(block, cause),
  })
}

/** Searches for the highest load of each subject. What was measured until an abort is in the walks. */
export async function runSearch(
  input: RunInput & { readonly search: Search; readonly judge: (trial: Trial) => Answer },
): Promise<Walk[]> {
  const { watcher } = input
  const measure = measurer(input)
  let index = 0
  return runSearches({
    ...input,
    measure: (planned, ask) => measure(planned, () => watcher?.stepStarted?.(planned, ask, index++)),
  })
}

/** @returns undefined when the run was aborted before the trial's end */
type Measure = (one: PlannedTrial, started: () => void) => Promise<Trial | undefined>

function measurer({ workload, traitsOf, keep, aborted, watcher }: RunInput): Measure {
  const epochNs = process.hrtime.bigint()
  const surroundings = { epochNs, clock: monotonicClock(epochNs), limits: readLimits(), workload }
  return async (one, started) => {
    if (aborted.aborted) return undefined
    started()
    const trial = await endOf(one)
    if (!trial) return undefined
    keep(trial)
    watcher?.trialEnded?.(one, trial)
    return trial
  }

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
