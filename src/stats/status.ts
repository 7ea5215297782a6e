import type { Reason, Status, ThresholdResult, Trial } from '../result.ts'
import { pointName } from './cell.ts'

/**
 * How a run ended, gravest first: aborted, an invalid trial, a failed threshold, a threshold without data, passed.
 * An invalid run cannot pass or fail a gate, because its figures are of something else than what was asked for.
 * @param aborted why the run ended early; undefined when it did not
 */
export function overallStatus(
  trials: readonly Trial[],
  thresholds: readonly ThresholdResult[],
  aborted?: Reason,
): { status: Status; reasons: Reason[] } {
  const invalid = trials.filter(({ verdict }) => verdict === 'invalid').flatMap(reasonsOf)
  if (aborted) return { status: 'aborted', reasons: [aborted, ...invalid] }
  if (invalid.length > 0) return { status: 'invalid', reasons: invalid }
  if (!trials.some(({ verdict }) => verdict === 'valid' || verdict === 'suspect')) {
    return { status: 'invalid', reasons: [{ code: 'nothing-measured', message: 'no trial gave a figure' }] }
  }
  const failed = thresholds.filter(({ status }) => status === 'fail')
  const unknown = thresholds.filter(({ status }) => status === 'no-data')
  const reasons = [
    ...failed.map((one) => reasonOf(one, 'threshold-failed', 'does not hold')),
    ...unknown.map((one) => reasonOf(one, 'threshold-no-data', 'has no figure to be judged by')),
  ]
  if (failed.length > 0) return { status: 'failed', reasons }
  return { status: unknown.length > 0 ? 'invalid' : 'passed', reasons }
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
