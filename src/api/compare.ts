/** Comparisons that a program asks for: the same as `rtbench compare`, whose flags the options are. */
import { type CompareSettings, judgeAcross, judgeWithin } from '../commands/compared.ts'
import { UserError } from '../errors.ts'
import type { Result } from '../result.ts'
import { checkOptions, kinds } from './options.ts'

export interface CompareOptions {
  /** Labels of subjects: both or none. Without them whatever has one label in both results is compared, or what the run itself names. */
  readonly base?: string
  readonly head?: string
  /** Metrics that can fail it, e.g. `['service.p50']`; all others are notes. */
  readonly gate?: readonly string[]
  /** Shares, e.g. 0.05 or `5 %`: a smaller difference does not matter. */
  readonly minEffect?: number | string
  /** The slowdown to exclude before two are called the same. */
  readonly detect?: number | string
  /** By so much separate runs of the same may differ. */
  readonly sessionAllowance?: number | string
  /** Fail where a gated metric is not decided. */
  readonly failOnInconclusive?: boolean
  /** Compare unlike machines and scenarios, too; `gate.forced` then says what differs. */
  readonly force?: boolean
}

/**
 * Holds one run against another, or against several of the same.
 * @returns the head's result, with the comparisons in it and the status that follows from them: `failed` where head is worse
 * @throws UserError where they cannot be compared, with everything that differs
 */
export async function compare(
  base: Result | readonly Result[],
  head: Result,
  options: CompareOptions = {},
): Promise<Result> {
  const bases = isList(base) ? base : [base]
  if (bases.length === 0) throw new UserError('base: must be a result or several, got an empty list; give at least one')
  const named = bases.map((result, index) => ({ file: bases.length > 1 ? `base ${index + 1}` : 'base', result }))
  return judgeAcross(named, { file: 'head', result: head }, settingsOf(options))
}

/**
 * Two subjects of one run, which were measured side by side.
 * @returns the result, with the comparisons in it and the status that follows from them
 * @throws UserError where they cannot be compared
 */
export function compareSubjects(result: Result, options: CompareOptions = {}): Result {
  return judgeWithin({ file: 'the result', result }, settingsOf(options))
}

function isList(base: Result | readonly Result[]): base is readonly Result[] {
  return Array.isArray(base)
}

const optionKinds: Readonly<Record<keyof CompareOptions, (typeof kinds)[keyof typeof kinds]>> = {
  base: kinds.text,
  head: kinds.text,
  gate: kinds.texts,
  minEffect: kinds.share,
  detect: kinds.share,
  sessionAllowance: kinds.share,
  failOnInconclusive: kinds.flag,
  force: kinds.flag,
}

function settingsOf(options: CompareOptions): CompareSettings {
  checkOptions(options, optionKinds)
  const { gate, minEffect, detect, sessionAllowance, ...rest } = options
  return {
    ...rest,
    ...(gate && { gate: gate.join(',') }),
    ...(minEffect === undefined ? {} : { minEffect: String(minEffect) }),
    ...(detect === undefined ? {} : { detect: String(detect) }),
    ...(sessionAllowance === undefined ? {} : { sessionAllowance: String(sessionAllowance) }),
  }
}
