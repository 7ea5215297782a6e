/** The exit codes of the command line. */
export const ExitCode = {
  passed: 0,
  internal: 1,
  usage: 2,
  invalidRun: 3,
  gateFailed: 99,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/**
 * A mistake the user can mend: shown as its message alone, without a stack trace.
 * The message reads `place: what, got what; how to mend it`.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = ExitCode.usage) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  // Node tries all addresses of a host, and says nothing itself when all of them fail.
  if (thrown instanceof AggregateError && !thrown.message) return thrown.errors.map(messageOf).join('; ')
  return thrown instanceof Error ? thrown.message : String(thrown)
}
