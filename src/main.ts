#!/usr/bin/env node
/** The bin: the only place that sets an exit code. Its table of contents is cli/program.ts. */
import { CommanderError } from 'commander'
import { buildProgram } from './cli/program.ts'
import { ExitCode, messageOf, UserError } from './errors.ts'

/** Progress is never worth a run: nobody may be reading it. */
process.stderr.on('error', () => {})
/** A reader that closes its end early (`| head`) is no error, a full disk behind the output is; in both the result is stored. */
let unprinted: NodeJS.ErrnoException | undefined
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unprinted = error
})

const program = buildProgram((code) => {
  process.exitCode = code
})

try {
  await program.parseAsync()
} catch (thrown) {
  if (thrown instanceof UserError) {
    process.stderr.write(`rtbench: ${thrown.message}\n`)
    process.exitCode = thrown.exitCode
  } else if (thrown instanceof CommanderError) {
    // Help or the version was shown; where a command is missing that is no success.
    process.exitCode = thrown.exitCode === 0 ? ExitCode.passed : ExitCode.usage
  } else {
    process.stderr.write(`rtbench: internal error: ${thrown instanceof Error ? thrown.stack : messageOf(thrown)}\n`)
    process.exitCode = ExitCode.internal
  }
}

process.on('exit', () => {
  if (!unprinted) return
  process.stderr.write(`rtbench: standard output could not be written: ${unprinted.message}\n`)
  process.exitCode ||= ExitCode.invalidRun
})
