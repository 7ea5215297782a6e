/** Block after block, until there are enough of them. */
import type { SetAside, Stopped, Trial } from '../result.ts'
import type { Scenario } from '../scenario.ts'
import { blockPlanner, type PlannedTrial } from './plan.ts'
import { mostReruns, rerunCause } from './rerun.ts'
import { type Precision, stopOf } from './stopping.ts'

export interface BlocksInput {
  readonly scenario: Scenario
  /** @returns undefined when the run was aborted before the trial's end */
  readonly measure: (planned: PlannedTrial) => Promise<Trial | undefined>
  /** Asked after each block, where their number depends on it. */
  readonly precisionOf: (trials: readonly Trial[]) => Precision
  /** Since the start of the run. */
  readonly nowNs: () => number
  readonly aside?: (one: SetAside) => void
}

/** What a run left behind. */
export interface RunEnd {
  /** One of each cell a block. */
  readonly trials: Trial[]
  readonly setAside: readonly SetAside[]
  /** Null where the run was aborted. */
  readonly stopped: Stopped | null
}

const NO_MATTER: Precision = { reached: false, widest: null, metric: null }

/** A trial that fails is kept with its reason and the others go on; a block that the machine disturbed is measured again, once. */
export async function runBlocks({ scenario, measure, precisionOf, nowNs, aside }: BlocksInput): Promise<RunEnd> {
  const { blocks } = scenario
  const planner = blockPlanner(scenario)
  const trials: Trial[] = []
  const setAside: SetAside[] = []
  let longestNs = 0

  for (let block = 0; ; block++) {
    const beganNs = nowNs()
    const precision = blocks.auto ? precisionOf(trials) : NO_MATTER
    const stopped = stopOf(blocks, { done: block, precision, elapsedNs: beganNs, longestNs })
    if (stopped) return { trials, setAside, stopped }
    let measured = await measureBlock(block)
    const mayRepeat = measured.whole && setAside.length < mostReruns(blocks)
    const cause = mayRepeat ? rerunCause(measured.trials) : undefined
    if (cause) {
      const one = { block, cause, trials: measured.trials }
      setAside.push(one)
      aside?.(one)
      measured = await measureBlock(block)
    }
    trials.push(...measured.trials)
    if (!measured.whole) return { trials, setAside, stopped: null }
    longestNs = Math.max(longestNs, nowNs() - beganNs)
  }

  async function measureBlock(block: number): Promise<{ trials: Trial[]; whole: boolean }> {
    const own: Trial[] = []
    for (const planned of planner.next(block)) {
      const trial = await measure(planned)
      if (!trial) return { trials: own, whole: false }
      own.push(trial)
    }
    return { trials: own, whole: true }
  }
}
