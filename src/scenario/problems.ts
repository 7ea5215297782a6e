import { UserError } from '../errors.ts'

/** More than this nobody mends in one go. */
const MOST_SHOWN = 20

/** One mistake in what the user gave. */
export interface Problem {
  /** `file:line:column`, or the flag. */
  readonly place: string
  /** Where it is sorted: file position from 1; 0 for flags, which come first. */
  readonly line: number
  readonly column: number
  /** `what, got what; how to mend it` */
  readonly text: string
}

/** Names each problem once, in the order of the file. */
export function userError(problems: readonly Problem[]): UserError {
  const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
  const lines = [...new Set(ordered.map(({ place, text }) => `${place}: ${text}`))]
  const hidden = lines.length - MOST_SHOWN
  const shown = lines.slice(0, MOST_SHOWN)
  if (hidden > 0) shown.push('… and more')
  return new UserError(shown.join('\n'))
}

/** @throws UserError when there is any problem */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw userError(problems)
}
