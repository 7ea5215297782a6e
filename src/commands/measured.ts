/** What a run measures: blocks until there are enough of them, or a search for the highest load. */
import type { Trial } from '../result.ts'
import { type RunInput, runScenario, runSearch } from '../runner/run.ts'
import { judgeLoad } from '../stats/objective.ts'
import { precisionOf } from '../stats/precision.ts'
import { type Ending, figuresOf } from './result.ts'

/** Nothing is shown or stored but by the callbacks in `input`. */
export async function measure(input: RunInput): Promise<Pick<Ending, 'trials' | 'walks' | 'setAside' | 'stopped'>> {
  const { search, gate, rules } = input.scenario
  if (!search) {
    const precisionAmong = (trials: readonly Trial[]) => precisionOf(trials, gate, rules.minEffect)
    return { ...(await runScenario({ ...input, precisionOf: precisionAmong })), walks: [] }
  }
  const objective = { slo: search.slo, figures: figuresOf(input.workload) }
  const walks = await runSearch({ ...input, search, judge: (trial) => judgeLoad(trial, objective).answer })
  const trials = walks.flatMap(({ steps }) => steps.map(({ trial }) => trial))
  const inOrder = trials.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  return { trials: inOrder, walks, setAside: [], stopped: null }
}
