import type { Capacity, Comparison, GateRecord, Reason, Result, Status, ThresholdResult, Trial } from '../result.ts'
import { mayBearMore } from './capacity.ts'
import { pointName } from './cell.ts'
import { change, changes, pairName } from './change.ts'

/** What two subjects came to, and what of it fails a run. */
export interface Gated {
  readonly comparisons: readonly Comparison[]
  readonly gate: Pick<GateRecord, 'failOnInconclusive'> | null
}

/**
 * How a run ended, gravest first: aborted, an invalid trial, a regression or a failed threshold, a threshold without data, passed.
 * An invalid run cannot pass or fail a gate, because its figures are of something else than what was asked for.
 * In a search, trials beyond a capacity are expected to fail: there each capacity is judged, and not each trial.
 * @param aborted why the run ended early; undefined when it did not
 * @param capacities of a search; empty without one
 * @param gated what base and head came to; only the gated metrics count
 */
export function overallStatus(
  trials: readonly Trial[],
  thresholds: readonly ThresholdResult[],
  aborted?: Reason,
  capacities: readonly Capacity[] = [],
  gated: Gated = { comparisons: [], gate: null },
): { status: Status; reasons: Reason[] } {
  const invalid =
    capacities.length > 0
      ? capacities.flatMap(faultsOf)
      : trials.filter(({ verdict }) => verdict === 'invalid').flatMap(reasonsOf)
  if (aborted) return { status: 'aborted', reasons: [aborted, ...invalid] }
  if (invalid.length > 0) return { status: 'invalid', reasons: invalid }
  const none = capacities.flatMap((one) => (one.state === 'none' ? [noCapacity(one)] : []))
  if (none.length === 0 && !trials.some(({ verdict }) => verdict === 'valid' || verdict === 'suspect')) {
    return { status: 'invalid', reasons: [{ code: 'nothing-measured', message: 'no trial gave a figure' }] }
  }
  const unmeasured = unmeasuredOf(gated)
  if (unmeasured.length > 0) return { status: 'invalid', reasons: unmeasured }
  const failed = thresholds.filter(({ status }) => status === 'fail')
  const unknown = thresholds.filter(({ status }) => status === 'no-data')
  const regressions = regressionsOf(gated)
  const reasons = [
    ...none,
    ...regressions,
    ...failed.map((one) => reasonOf(one, 'threshold-failed', 'does not hold')),
    ...unknown.map((one) => reasonOf(one, 'threshold-no-data', 'has no figure to be judged by')),
  ]
  if (none.length + regressions.length + failed.length > 0) return { status: 'failed', reasons }
  return { status: unknown.length > 0 ? 'invalid' : 'passed', reasons }
}

/** Nothing is worse in a subject that was never measured: a gate must not pass by that. Of separate runs, likeness is asked before. */
function unmeasuredOf({ comparisons }: Gated): Reason[] {
  return comparisons
    .filter(({ gated, method, blocks }) => gated && method === 'signed-rank' && blocks === 0)
    .map((one) =>
      reasonOfPair(one, 'nothing-measured', `${pairName(one, 'against')}: no block has a usable trial of both`),
    )
}

/** Head is worse; or, where that is not borne, nobody can tell whether it is. */
function regressionsOf({ comparisons, gate }: Gated): Reason[] {
  const own = comparisons.filter(({ gated }) => gated)
  const worse = own.filter(({ verdict }) => verdict === 'worse')
  const undecided = gate?.failOnInconclusive ? own.filter(({ verdict }) => verdict === 'inconclusive') : []
  return [
    ...worse.map((one) => {
      const by = one.ratio === null ? '' : ` by ${change(one.ratio)}${one.ci95 ? ` (${changes(one.ci95)})` : ''}`
      return reasonOfPair(one, 'regression', `${pairName(one, 'is worse than')}${by}`)
    }),
    ...undecided.map((one) => {
      const why = one.note ?? 'the trials do not tell'
      return reasonOfPair(one, 'inconclusive', `${pairName(one, 'against')} is inconclusive: ${why}`)
    }),
  ]
}

function reasonOfPair(
  { metric, point }: Comparison,
  code: 'regression' | 'inconclusive' | 'nothing-measured',
  message: string,
): Reason {
  const name = pointName(point)
  return { code, message: name ? `${message}, at ${name}` : message, path: metric }
}

/** How a run ended and why, in one line. */
export function endingOf({ status, reasons, trials, scenario: { plannedTrials } }: Result): string {
  const after =
    status === 'aborted' && plannedTrials !== undefined ? ` after ${trials.length} of ${plannedTrials} trials` : ''
  const [first] = reasons
  const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : ''
  const why = status !== 'passed' && first ? `: ${first.path ? `${first.path}: ` : ''}${first.message}${more}` : ''
  return `${status}${after}${why}`
}

/** What is no matter of load: a search that broke, and one whose lowest load nobody could judge. */
function faultsOf(capacity: Capacity): Reason[] {
  const { state, subject, point, curve } = capacity
  if (state === 'none' && mayBearMore(capacity)) return [noCapacity(capacity)]
  if (state !== 'invalid') return []
  const last = curve.at(-1)
  const who = [subject, pointName(point)].filter(Boolean).join(', ')
  const [{ code, message } = { code: 'internal' as const, message: 'invalid without a reason' }] = last?.causes ?? []
  return [{ code: code as Reason['code'], message: `${who}: ${message}`, ...(last ? { path: last.trialId } : {}) }]
}

const remedies: Readonly<Record<string, string | undefined>> = {
  'threshold-no-data': 'a longer duration gives it one',
  'generator-saturated': 'free the machine of other work, or lower load.search.from',
  'client-bound': 'give clients more cores, or lower load.search.from',
}

function noCapacity({ subject, point, over, curve, firstFailing }: Capacity): Reason {
  const last = curve.findLast(({ met }) => !met)
  const who = [subject, pointName(point)].filter(Boolean).join(', ')
  const why = last?.causes[0]?.message ?? 'it was not met'
  const remedy = remedies[last?.causes[0]?.code ?? ''] ?? 'lower load.search.from'
  const message = `${who}: no capacity, the lowest load (${over} ${firstFailing}) fails already: ${why}; ${remedy}`
  return { code: 'no-capacity', message, ...(last ? { path: last.trialId } : {}) }
}

function reasonsOf({ id, subject, reasons }: Trial): Reason[] {
  if (reasons.length === 0) return [{ code: 'internal', message: `${subject}: invalid without a reason`, path: id }]
  return reasons.map(({ code, message }) => ({ code, message: `${subject}: ${message}`, path: id }))
}

function reasonOf(
  { expression, subject, point }: ThresholdResult,
  code: 'threshold-failed' | 'threshold-no-data',
  what: string,
): Reason {
  return { code, message: `${[subject, pointName(point)].filter(Boolean).join(', ')}: ${what}`, path: expression }
}
