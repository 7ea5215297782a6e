/** Two subjects measured side by side: metric by metric, at each point. */
import type { Gate } from '../gate.ts'
import type { Comparison, Figure, Trial } from '../result.ts'
import { type Compared, comparedAt } from './compared.ts'
import {
  boundsConfidence,
  type Decision,
  decide,
  type Evidence,
  type Family,
  FEWEST_BLOCKS,
  gatedFamily,
  notesFamily,
} from './decision.ts'
import { type Pairing, pairingsOf, ratiosOf } from './pairing.ts'
import { blocksFor, visibleShare, withinBlockVariation } from './planning.ts'
import { hodgesLehmann, signedRank } from './signed-rank.ts'
import { median, range } from './spread.ts'
import { wordsOf } from './words.ts'

/** One metric at one point, before it is known what else is tested. */
interface Measured extends Compared {
  readonly pairing: Pairing
  readonly bases: readonly number[]
  readonly heads: readonly number[]
  /** Trials without a figure that a ratio can be made of. */
  readonly unfit: readonly string[]
  /** Logarithms of how much worse head is, a block each; empty where a figure is missing or nothing is better. */
  readonly slowdowns: readonly number[]
}

/**
 * Blocks are the unit: the logarithm of the ratio of a block's two trials. The estimate is Hodges and Lehmann's with the exact
 * interval, the test the exact signed-rank test; Holm over the gated metrics of all points, Benjamini-Hochberg over the others, which
 * are notes. A figure that is missing or not positive leaves its metric undecided, and the note names it: the missing one may be
 * the worst.
 */
export function compareSideBySide(trials: readonly Trial[], gate: Gate, figures: readonly Figure[]): Comparison[] {
  const measured = pairingsOf(trials, gate.base, gate.head).flatMap((pairing) =>
    comparedAt(
      gate,
      figures,
      pairing.pairs.flatMap(({ base, head }) => [base, head]),
    ).map((compared) => measure(pairing, compared)),
  )
  const gated = measured.filter((one) => one.gated)
  const notes = measured.filter((one) => !one.gated)
  return [...judge(gated, gate, gated.length, gatedFamily), ...judge(notes, gate, 1, notesFamily)]
}

function measure(pairing: Pairing, compared: Compared): Measured {
  const { logs, ...figures } = ratiosOf(pairing.pairs, compared.metric)
  const sign = { lower: 1, higher: -1, none: 0 }[compared.better]
  return { ...compared, ...figures, pairing, slowdowns: sign === 0 ? [] : logs.map((log) => sign * log) }
}

/** @param tests how many the bounds are corrected for */
function judge(metrics: readonly Measured[], gate: Gate, tests: number, family: Family): Comparison[] {
  const evidence = metrics.map(({ slowdowns }) => sideBySide(slowdowns, tests))
  const decisions = decide(evidence, gate, family)
  return metrics.map((one, index) => record(one, gate, tests, evidence[index] ?? null, decisions[index]))
}

/**
 * @param slowdowns logarithms, one a block
 * @returns null below 6 blocks
 */
export function sideBySide(slowdowns: readonly number[], tests: number): Evidence | null {
  if (slowdowns.length < FEWEST_BLOCKS) return null
  const { pGreater, pLess } = signedRank(slowdowns)
  const { estimate, interval } = hodgesLehmann(slowdowns, boundsConfidence(tests))
  return { pWorse: pGreater, pBetter: pLess, estimate: estimate ?? 0, bounds: interval, margin: 0 }
}

function record(
  one: Measured,
  gate: Gate,
  tests: number,
  evidence: Evidence | null,
  decision: Decision | undefined,
): Comparison {
  const { metric, unit, better, gated, pairing, slowdowns } = one
  const blocks = slowdowns.length
  const sign = better === 'higher' ? -1 : 1
  const asRatios = (logs: readonly [number, number] | null): [number, number] | null => {
    const [low, high] = logs?.map((log) => Math.exp(sign * log)).toSorted((a, b) => a - b) ?? []
    return low === undefined || high === undefined ? null : [low, high]
  }
  const { estimate, interval } = hodgesLehmann(slowdowns, 0.95)
  const variation = withinBlockVariation(slowdowns)
  const visible = variation === null ? null : visibleShare(variation, blocks, tests)
  const verdict = decision?.verdict ?? 'inconclusive'
  const blocksNeeded =
    verdict === 'inconclusive' && variation !== null
      ? moreBlocks(variation, gate, tests, evidence?.estimate ?? 0, blocks)
      : null
  return {
    metric,
    unit,
    better,
    point: pairing.point,
    base: gate.base,
    head: gate.head,
    gated,
    method: 'signed-rank',
    blocks: pairing.pairs.length,
    baseTrials: pairing.baseTrials,
    headTrials: pairing.headTrials,
    baseMedian: one.unfit.length > 0 ? null : median(one.bases),
    headMedian: one.unfit.length > 0 ? null : median(one.heads),
    ratio: estimate === null ? null : Math.exp(sign * estimate),
    ci95: blocks < FEWEST_BLOCKS ? null : asRatios(interval),
    range: asRatios(range(slowdowns)),
    p: evidence?.pWorse ?? null,
    pAdjusted: evidence ? (decision?.pAdjusted ?? null) : null,
    variation,
    smallestVisible: visible !== null && Number.isFinite(visible) ? visible : null,
    blocksNeeded,
    verdict,
    note: wordsOf({ ...one, leftOut: pairing.leftOut, evidence, verdict, blocks, blocksNeeded, gate }),
  }
}

/**
 * Blocks after which the interval excludes either no difference or one of `detect`, if the estimate stays as it is; one more
 * than there are, at the least.
 */
function moreBlocks(
  variation: number,
  { minEffect, detect }: Gate,
  tests: number,
  estimate: number,
  blocks: number,
): number | null {
  const toSame = Math.log1p(detect) - estimate
  const toWorse = Math.abs(estimate) >= Math.log1p(minEffect) ? Math.abs(estimate) : 0
  const needed = blocksFor(variation, Math.expm1(Math.min(Math.log1p(detect), Math.max(toSame, toWorse))), tests)
  return needed === null ? null : Math.max(needed, blocks + 1)
}
