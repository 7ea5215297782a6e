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

/**
 * Every cell once a block. Points come in random order, the subjects of a point adjacent and in random order among
 * themselves, so that drift of the machine does not become a difference between subjects.
 */
export function planTrials({ points, subjects, blocks, seed }: Scenario): PlannedTrial[] {
  const random = seededRandom(seed)
  const trials: PlannedTrial[] = []
  for (let block = 0; block < blocks; block++) {
    const cells = shuffled(points, random).flatMap((point) =>
      shuffled(subjects, random).map((subject) => ({ point, subject })),
    )
    cells.forEach((cell, order) => {
      const id = `${String(trials.length + 1).padStart(4, '0')}-${cell.subject.transport}`
      trials.push({ id, block, order, ...cell, seed: (seed + block) >>> 0 })
    })
  }
  return trials
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
