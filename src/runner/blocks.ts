/** Block after block, until there are enough of them. */
import type { Precision } from '../gate.ts'
import type { Reason, SetAside, Stopped, Trial } from '../result.ts'
import type { Scenario } from '../scenario.ts'
import { blockPlanner, type PlannedTrial } from './plan.ts'
import { mostReruns, rerunCause } from './rerun.ts'
import { stopOf } from './stopping.ts'

export interface BlocksInput {
  readonly scenario: Scenario
  /** @returns undefined when the run was aborted before the trial's end */
  readonly measure: (planned: PlannedTrial) => Promise<Trial | undefined>
  /** Asked after each block, where their number depends on it. */
  readonly precisionOf: (trials: readonly Trial[]) => Precision
  /** Since the start of the run. */
  readonly nowNs: () => number
  /** The whole block is about to be measured again. */
  readonly again?: (block: number, cause: Reason) => void
}

/** What a run left behind. */
export interface RunEnd {
  /** One of each cell a block. */
  readonly trials: Trial[]
  readonly setAside: readonly SetAside[]
  /** Null where the run was aborted. */
  readonly stopped: Stopped | null
}

const CUT_SHORT: Reason = { code: 'interrupted', message: 'the repetition of this block was cut short' }
const NO_MATTER: Precision = { reached: false, widest: null, metric: null }

/** A trial that fails is kept with its reason and the others go on; a block that the machine disturbed is measured again, once. */
export async function runBlocks({ scenario, measure, precisionOf, nowNs, again }: BlocksInput): Promise<RunEnd> {
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
    const first = await measureBlock(block)
    const cause = first.whole && setAside.length < mostReruns(blocks) ? rerunCause(first.trials) : undefined
    if (cause) again?.(block, cause)
    const second = cause ? await measureBlock(block) : undefined
    // A repetition that an abort cut short replaces nothing.
    const stands = second?.whole ? second : first
    trials.push(...stands.trials)
    if (cause && second?.whole) setAside.push({ block, cause, trials: first.trials })
    else if (second && second.trials.length > 0) setAside.push({ block, cause: CUT_SHORT, trials: second.trials })
    if (!(second ?? first).whole) return { trials, setAside, stopped: null }
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
