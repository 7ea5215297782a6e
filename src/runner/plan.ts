import { seededRandom, shuffled } from '../engine/random.ts'
import type { Point, Scenario, Settings, Subject } from '../scenario.ts'

/** One trial to be run: a subject at a point of the matrix, in a block. */
export interface PlannedTrial {
  /** Unique in the run, sortable, fit for a file name. */
  readonly id: string
  readonly block: number
  /** Place within the block, from 0. */
  readonly order: number
  readonly subject: Subject
  readonly point: Point
  /** Of the arrivals; the same for every subject of a block, so that all get the same load. */
  readonly seed: number
}

/** Gives a block at a time: how many there will be may depend on what was measured. */
export interface BlockPlanner {
  /** Every cell once. The same block again has another order and other ids, and the same load. */
  next(block: number): PlannedTrial[]
}

/**
 * Points come in random order, the subjects of a point adjacent and in random order among themselves, the two that are
 * compared next to each other, so that drift of the machine does not become a difference between subjects.
 */
export function blockPlanner({ points, subjects, gate, seed }: Scenario): BlockPlanner {
  const random = seededRandom(seed)
  const isCompared = ({ label }: Subject) => label === gate?.base || label === gate?.head
  const compared = subjects.filter(isCompared)
  const others = subjects.filter((subject) => !isCompared(subject))
  const groups = [...others.map((one) => [one]), ...(compared.length > 0 ? [compared] : [])]
  let trials = 0
  return {
    next(block) {
      const cells = shuffled(points, random).flatMap((point) =>
        shuffled(groups, random)
          .flatMap((group) => shuffled(group, random))
          .map((subject) => ({ point, subject })),
      )
      return cells.map((cell, order) => {
        const id = `${String(++trials).padStart(4, '0')}-${cell.subject.transport}`
        return { id, block, order, ...cell, seed: (seed + block) >>> 0 }
      })
    },
  }
}

/** The trials that are measured in any case. */
export function planTrials(scenario: Scenario): PlannedTrial[] {
  const planner = blockPlanner(scenario)
  return Array.from({ length: scenario.blocks.least }, (_, block) => planner.next(block)).flat()
}

/**
 * How long a trial warms up: the time asked for, and in an open loop long enough for the number of messages asked for,
 * because cold code looks like a slow transport.
 */
export function warmupNsOf({ load, warmupNs, warmupMessages }: Settings): number {
  if (load.model !== 'open') return warmupNs
  // Of arrivals by chance, there are seldom so many fewer than expected.
  const spread = load.arrivals === 'poisson' ? 4 * Math.sqrt(warmupMessages) : 0
  return Math.max(warmupNs, Math.ceil(((warmupMessages + spread) / load.ratePerSec) * 1e9))
}

/** Starting processes, connecting and settling: what a trial takes beyond its warm-up and window, about. */
const OVERHEAD_NS = 1e9

/** How long a trial takes, about, ns. */
export function trialNs(settings: Settings): number {
  return warmupNsOf(settings) + settings.durationNs + OVERHEAD_NS
}

/** How long a block takes, about, ns. */
function blockNs({ points, subjects }: Pick<Scenario, 'points' | 'subjects'>): number {
  return points.reduce((sum, { settings }) => sum + trialNs(settings), 0) * subjects.length
}

/** How many blocks there will be, and how long they take about, ns: one figure where it is known. */
export interface RunSize {
  readonly blocks: readonly [least: number, most: number]
  readonly ns: readonly [least: number, most: number]
}

export function sizeOfRun(scenario: Scenario): RunSize {
  const { least, most, budgetNs } = scenario.blocks
  const one = blockNs(scenario)
  const within = budgetNs === null ? most : Math.max(1, Math.floor(budgetNs / one))
  const blocks = [Math.min(least, within), Math.min(most, within)] as const
  return { blocks, ns: [blocks[0] * one, blocks[1] * one] }
}
