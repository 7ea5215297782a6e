import { constants } from 'node:os'
import { ExitCode } from '../errors.ts'
import type { Reason } from '../result.ts'

/** What ends a run before its time. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Undefined while the run goes on. */
  readonly cause: { readonly reason: Reason; readonly exitCode: ExitCode } | undefined
  /** Ends the run in order: what has finished is kept. Only the first cause counts. */
  stop(reason: Reason, exitCode: ExitCode): void
}

/** Watches for Ctrl-C and SIGTERM. The second signal ends this process at once; its children end with it. */
export function watchSignals(): Interruption {
  const controller = new AbortController()
  let cause: Interruption['cause']
  const stop = (reason: Reason, exitCode: ExitCode): void => {
    cause ??= { reason, exitCode }
    controller.abort()
  }
  const on = (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP', exitCode: ExitCode): void => {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[name])
      stop({ code: 'interrupted', message: `interrupted by ${name}` }, exitCode)
    })
  }
  on('SIGINT', ExitCode.interrupted)
  on('SIGTERM', ExitCode.terminated)
  // The terminal is gone.
  on('SIGHUP', ExitCode.terminated)
  return {
    signal: controller.signal,
    get cause() {
      return cause
    },
    stop,
  }
}
