import { ExitCode } from '../errors.ts'
import type { Status } from '../result.ts'

/** What the ending of a run means to the shell. */
export const EXIT_CODES: Readonly<Record<Status, ExitCode>> = {
  passed: ExitCode.passed,
  failed: ExitCode.gateFailed,
  invalid: ExitCode.invalidRun,
  aborted: ExitCode.interrupted,
}
