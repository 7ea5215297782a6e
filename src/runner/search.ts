/** Looks for the highest load that each subject bears, all subjects step by step side by side. */
import { seededRandom, shuffled } from '../engine/random.ts'
import { type Ask, type Found, mostRuns, type SearchLimits, searchCapacity, usualRuns } from '../engine/search.ts'
import type { Trial } from '../result.ts'
import type { Point, Scenario, Search, Subject } from '../scenario.ts'
import { type PlannedTrial, trialNs } from './plan.ts'

/**
 * What came of a run at one load: `not-met`, whoever the limit was; `invalid`: something broke that is no matter of load;
 * `unsupported`: nothing can be measured at all.
 */
export type Answer = 'met' | 'not-met' | 'invalid' | 'unsupported'

export interface SearchInput {
  readonly scenario: Scenario
  readonly search: Search
  readonly judge: (trial: Trial) => Answer
  /** @returns undefined when the run was aborted before the trial's end */
  readonly measure: (planned: PlannedTrial, ask: Ask) => Promise<Trial | undefined>
}

/** One subject's search from one point, as far as it got. */
export interface Walk {
  readonly subject: string
  readonly point: Point['at']
  /** In the order of the run. */
  readonly steps: ReadonlyArray<{ readonly value: number; readonly trial: Trial }>
  /** Undefined while it goes on: the run was aborted. */
  readonly end: Found | 'invalid' | 'unsupported' | undefined
}

class Quest implements Walk {
  readonly subject: string
  readonly point: Point['at']
  readonly by: Subject
  readonly base: Point
  readonly steps: Array<{ value: number; trial: Trial }> = []
  end: Walk['end']
  ask: Ask | undefined
  private readonly search: Generator<Ask, Found, boolean>

  constructor(by: Subject, base: Point, limits: SearchLimits) {
    this.subject = by.label
    this.point = base.at
    this.by = by
    this.base = base
    this.search = searchCapacity(limits)
    this.follow(this.search.next())
  }

  take(value: number, trial: Trial, answer: Answer): void {
    this.steps.push({ value, trial })
    if (answer === 'met' || answer === 'not-met') this.follow(this.search.next(answer === 'met'))
    else {
      this.ask = undefined
      this.end = answer
    }
  }

  private follow(next: IteratorResult<Ask, Found>): void {
    this.ask = next.done ? undefined : next.value
    if (next.done) this.end = next.value
  }
}

function limitsOf({ over, from, to, precision, confirm }: Search): SearchLimits {
  return { from, to, precision, confirm, whole: over !== 'rate' }
}

/**
 * Runs the searches of all subjects from all points in rounds: in each round every search that goes on takes one step, in
 * random (seeded) order, the subjects of a point adjacent, so that drift of the machine favours none of them.
 * @returns all searches; those that an abort cut short without an end
 */
export async function runSearches({ scenario, search, judge, measure }: SearchInput): Promise<Walk[]> {
  const random = seededRandom(scenario.seed)
  const limits = limitsOf(search)
  const byPoint = scenario.points.map((base) => scenario.subjects.map((subject) => new Quest(subject, base, limits)))
  const walks = byPoint.flat()
  let trials = 0
  while (walks.some(({ ask }) => ask)) {
    let order = 0
    for (const { by, base, ask, take } of shuffled(byPoint, random).flatMap((quests) =>
      turnsOf(shuffled(quests, random)),
    )) {
      const planned = {
        id: `${String(++trials).padStart(4, '0')}-${by.transport}`,
        block: ask.run,
        order: order++,
        subject: by,
        point: search.pointAt(base, ask.value),
        // The same arrivals for every subject that runs this load.
        seed: (scenario.seed + ask.run) >>> 0,
      }
      const trial = await measure(planned, ask)
      if (!trial) return walks
      take(trial)
    }
  }
  return walks

  function turnsOf(quests: readonly Quest[]) {
    return quests.flatMap((quest) => {
      const { by, base, ask } = quest
      return ask ? [{ by, base, ask, take: (trial: Trial) => quest.take(ask.value, trial, judge(trial)) }] : []
    })
  }
}

/** How much a search takes, over all subjects and points. */
export interface SearchSize {
  /** Where the limit lies in the middle, and no run contradicts another. */
  readonly usualTrials: number
  readonly mostTrials: number
  readonly usualNs: number
  readonly mostNs: number
}

export function sizeOf({ points, subjects }: Scenario, search: Search): SearchSize {
  const usual = usualRuns(limitsOf(search))
  const most = mostRuns(limitsOf(search))
  // The lowest rate has the longest warm-up.
  const roundNs = points.reduce((sum, { settings }) => sum + trialNs(settings), 0) * subjects.length
  const cells = points.length * subjects.length
  return {
    usualTrials: usual * cells,
    mostTrials: most * cells,
    usualNs: usual * roundNs,
    mostNs: most * roundNs,
  }
}
