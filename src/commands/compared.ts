/** Base against head: two subjects of one result, or results of separate runs; and what that says of the run that is judged. */
import { UserError } from '../errors.ts'
import type { Comparison, GateRecord, Reason, Result } from '../result.ts'
import { escapeText } from '../scenario/quote.ts'
import type { Pair } from '../stats/across.ts'
import { compareSideBySide } from '../stats/comparison.ts'
import { overallStatus } from '../stats/status.ts'
import { acceptBaselines, compareWithBaselines, type Judged } from './baselines.ts'
import { type GateFlags, gateOf } from './gate-flags.ts'

export interface CompareSettings extends GateFlags {
  readonly force?: boolean
}

/** What a comparison adds to the record of the run that is judged. */
interface Compared {
  readonly comparisons: readonly Comparison[]
  readonly gate: GateRecord
  /** What is invalid in the base. */
  readonly faults: readonly Reason[]
}

/**
 * @param bases several are sessions of the same
 * @returns the head's record, judged by the comparison
 * @throws UserError where they cannot be compared, with everything that differs
 */
export async function judgeAcross(bases: readonly Judged[], head: Judged, flags: CompareSettings): Promise<Result> {
  const baselines = await acceptBaselines(bases, head, { labels: pairOf(flags), force: flags.force ?? false })
  const gate = gateOf(flags, head.result, { base: 'base', head: 'head' })
  return resultWith(head.result, compareWithBaselines(baselines, head.result, gate))
}

/**
 * Two subjects of one run, measured side by side.
 * @throws UserError where they cannot be compared
 */
export function judgeWithin(run: Judged, flags: CompareSettings): Result {
  const { file, result } = run
  if (result.capacities.length > 0)
    throw new UserError(`${file}: is a search for a capacity, whose loads differ; compare results at a given load`)
  const forced = result.status === 'aborted' ? [`the run: aborted after ${result.trials.length} trials`] : []
  if (forced.length > 0 && !flags.force)
    throw new UserError(`${file}: ${forced[0]?.slice('the run: '.length)}; let it run to its end, or use --force`)
  const gate = gateOf(flags, result, pairWithin(run, flags))
  return resultWith(result, {
    comparisons: compareSideBySide(result.trials, gate, result.scenario.figures),
    gate: { ...gate, metrics: [...gate.metrics], acrossSessions: false, baselines: [], forced },
    faults: [],
  })
}

/** @throws UserError when only one is named */
export function pairOf({ base, head }: Pick<GateFlags, 'base' | 'head'>): Pair | undefined {
  if (base === undefined && head === undefined) return undefined
  if (base !== undefined && head !== undefined) return { base, head }
  throw new UserError('--base and --head name two subjects: give both, or none')
}

/** Whom the flags name, else whom the run itself compared, else `base` and `head`. */
function pairWithin({ file, result }: Judged, flags: CompareSettings): Pair {
  const { subjects } = result.scenario
  const asked = pairOf(flags)
  const wanted = asked ?? result.gate ?? { base: 'base', head: 'head' }
  const known = subjects.map(escapeText).join(', ')
  for (const label of [wanted.base, wanted.head]) {
    if (subjects.includes(label)) continue
    const what = asked ? `no subject "${escapeText(label)}"` : 'no subjects "base" and "head"'
    throw new UserError(`${file}: has ${what}; name two of ${known} with --base and --head, or a second file`)
  }
  if (wanted.base === wanted.head) throw new UserError(`--base and --head: must differ; name two of ${known}`)
  return { base: wanted.base, head: wanted.head }
}

/** The record of the run that is judged, with what it was held against. */
function resultWith(head: Result, { comparisons, gate, faults }: Compared): Result {
  // What is invalid in a subject that nobody asked about is no matter here; what could not be compared at all is.
  const asked = new Set(comparisons.flatMap((one) => (gate.acrossSessions ? [one.head] : [one.base, one.head])))
  const trials = head.trials.filter(({ subject }) => asked.has(subject) || comparisons.length === 0)
  const thresholds = head.thresholds.filter(({ subject }) => asked.has(subject))
  const judged = overallStatus(trials, thresholds, undefined, [], { comparisons, gate })
  const status = faults.length > 0 ? { status: 'invalid' as const, reasons: [...faults, ...judged.reasons] } : judged
  return { ...head, ...status, comparisons: [...comparisons], gate }
}
