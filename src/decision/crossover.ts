/** Up to where two subjects are alike, and from where one is ahead: block by block, at each level that was measured. */
import type { Better, Trial } from '../result.ts'
import { type Cell, cellsOf, pointKey } from '../stats/cell.ts'
import { FEWEST_BLOCKS, LEVEL } from '../stats/decision.ts'
import { pairingsOf, ratiosOf } from '../stats/pairing.ts'
import { hodgesLehmann } from '../stats/signed-rank.ts'
import { competes, isClientBound } from '../stats/standing.ts'
import { type Ladder, type Level, laddersOf } from './level.ts'
import { isSearch, measureOf, type Named } from './line.ts'
import type { Ask } from './needs.ts'

/** Closer than that is alike: so much either way, as a factor. */
export const ALIKE = 0.05

export interface Rung {
  readonly level: Level
  /** Of `other` by `one`, so that all intervals of a family hold together at 95 %; null where they are not known. */
  readonly interval: readonly [number, number] | null
  /** How `other` stands to `one`. */
  readonly state: 'alike' | 'ahead' | 'behind' | 'open'
}

export interface Crossover {
  readonly ask: Ask
  readonly run: Named
  readonly ladder: Ladder
  readonly one: string
  readonly other: string
  readonly better: Better
  /** Neighbouring levels of the same state; never empty. */
  readonly stretches: ReadonlyArray<readonly [Rung, ...Rung[]]>
}

/** Levels were measured, in too few blocks for an interval. */
export interface Undecided {
  readonly ask: Ask
  readonly run: Named
  readonly ladder: Ladder
  readonly blocks: number
  readonly needed: number
}

export interface Crossovers {
  readonly found: readonly Crossover[]
  readonly undecided: readonly Undecided[]
}

/**
 * A family is one figure over one ladder: all pairs of subjects at all levels. Its intervals are Hodges and Lehmann's, with
 * Bonferroni's correction for their number. Pairs about which no level says anything are left out.
 */
export function crossoversOf(ask: Ask, run: Named): Crossovers {
  const { result } = run
  const measure = measureOf(ask.metric, result)
  if (!measure || measure.better === 'none' || isSearch(result)) return { found: [], undecided: [] }
  const trials = result.trials.filter(({ load }) => ask.models.includes(load.model))
  const cells = cellsOf(trials)
  const families = laddersOf(trials).map((ladder) => familyOf(ask, run, ladder, cells, measure.better))
  return {
    found: families.flatMap(({ found }) => found),
    undecided: families.flatMap(({ undecided }) => undecided),
  }
}

function familyOf(ask: Ask, run: Named, ladder: Ladder, cells: readonly Cell[], better: Better): Crossovers {
  const at = (level: Level, subject: string) =>
    cells.find((cell) => cell.subject === subject && pointKey(cell.point) === pointKey(level.point))
  const subjects = run.result.scenario.subjects.filter((subject) =>
    ladder.levels.some((level) => isComparable(at(level, subject))),
  )
  const pairs = subjects.flatMap((one, index) => subjects.slice(index + 1).map((other) => [one, other] as const))
  if (pairs.length === 0) return { found: [], undecided: [] }
  const tests = pairs.length * ladder.levels.length
  const needed = blocksFor(tests)
  const blocks = new Set(cells.flatMap(({ trials }) => trials.map(({ block }) => block))).size
  if (blocks < needed) return { found: [], undecided: [{ ask, run, ladder, blocks, needed }] }
  const found = pairs.flatMap(([one, other]) => {
    const rungs = ladder.levels.map((level): Rung => {
      const interval = intervalOf(at(level, one), at(level, other), ask.metric, 1 - LEVEL / tests)
      return { level, interval, state: stateOf(interval, better) }
    })
    if (rungs.every(({ state }) => state === 'open')) return []
    return [{ ask, run, ladder, one, other, better, stretches: stretchesOf(rungs) }]
  })
  return { found, undecided: [] }
}

/** With fewer, not even complete agreement gives an interval of that confidence. */
export function blocksFor(tests: number): number {
  return Math.max(FEWEST_BLOCKS, Math.ceil(Math.log2((2 * tests) / LEVEL)))
}

/** Where the client was the limit, the figure is the client's. */
function isComparable(cell: Cell | undefined): cell is Cell {
  return cell !== undefined && competes(cell) && !isClientBound(cell)
}

function intervalOf(
  one: Cell | undefined,
  other: Cell | undefined,
  metric: string,
  confidence: number,
): readonly [number, number] | null {
  if (!isComparable(one) || !isComparable(other)) return null
  const trials: readonly Trial[] = [...one.trials, ...other.trials]
  const [pairing] = pairingsOf(trials, one.subject, other.subject)
  const { interval } = hodgesLehmann(ratiosOf(pairing?.pairs ?? [], metric).logs, confidence)
  return interval && [Math.exp(interval[0]), Math.exp(interval[1])]
}

function stateOf(interval: Rung['interval'], better: Better): Rung['state'] {
  if (!interval) return 'open'
  const [low, high] = interval
  if (low > 1 / (1 + ALIKE) && high < 1 + ALIKE) return 'alike'
  if (low > 1) return better === 'higher' ? 'ahead' : 'behind'
  if (high < 1) return better === 'higher' ? 'behind' : 'ahead'
  return 'open'
}

function stretchesOf(rungs: readonly Rung[]): Crossover['stretches'] {
  const stretches: Array<[Rung, ...Rung[]]> = []
  for (const rung of rungs) {
    const last = stretches.at(-1)
    if (last && last[0].state === rung.state) last.push(rung)
    else stretches.push([rung])
  }
  return stretches
}
