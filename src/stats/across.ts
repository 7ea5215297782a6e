/** Results of separate runs, subject by subject. */
import type { Gate } from '../gate.ts'
import type { Comparison, Figure, Result, Trial } from '../result.ts'
import { compareRuns } from './sessions.ts'

/** A subject of the base, and the one of the head that is held against it. */
export interface Pair {
  readonly base: string
  readonly head: string
}

/** By label; of one subject each, whatever they are called. */
export function pairsOf(base: readonly string[], head: readonly string[]): { pairs: Pair[]; unmatched: string[] } {
  const [onlyBase, onlyHead] = [base[0], head[0]]
  if (base.length === 1 && head.length === 1 && onlyBase !== undefined && onlyHead !== undefined) {
    return { pairs: [{ base: onlyBase, head: onlyHead }], unmatched: [] }
  }
  const shared = head.filter((label) => base.includes(label))
  const unmatched = [...new Set([...base, ...head])].filter((label) => !shared.includes(label))
  return { pairs: shared.map((label) => ({ base: label, head: label })), unmatched }
}

/** No parameter of a matrix has this name. */
const PAIR = '\u0000pair'

/**
 * All pairs as one family, so that the correction for many comparisons covers the subjects, too: a subject is one more
 * dimension of the matrix here.
 */
export function compareAcross(
  bases: readonly Result[],
  head: Pick<Result, 'trials'>,
  pairs: readonly Pair[],
  gate: Gate,
  figures: readonly Figure[],
): Comparison[] {
  const as = (trials: readonly Trial[], side: 'base' | 'head'): Trial[] =>
    pairs.flatMap((pair, index) =>
      trials
        .filter(({ subject }) => subject === pair[side])
        .map((trial) => ({ ...trial, subject: side, point: { ...trial.point, [PAIR]: index } })),
    )
  const compared = compareRuns(
    bases.map(({ trials }) => as(trials, 'base')),
    as(head.trials, 'head'),
    { ...gate, base: 'base', head: 'head' },
    figures,
  )
  return compared.map((one) => {
    const { [PAIR]: index, ...point } = one.point
    return { ...one, point, ...pairs[Number(index)] }
  })
}

/** The figures of all runs, each once: one that a run lacks has to be told, and not left out. */
export function figuresOfAll(results: ReadonlyArray<Pick<Result, 'scenario'>>): Figure[] {
  const all = results.flatMap(({ scenario }) => scenario.figures)
  return [...new Map(all.map((figure) => [figure.name, figure])).values()]
}
