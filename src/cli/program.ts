/** The table of contents: every command, in the order of `rtbench --help`. */
import { Command, type CommanderError } from 'commander'
import { describeTool } from '../runner/environment.ts'
import { declareCompare } from './compare.ts'
import { declareCompletion } from './completion.ts'
import type { End } from './declaration.ts'
import { declareDoctor } from './doctor.ts'
import { declareInit } from './init.ts'
import { declareList } from './list.ts'
import { declareReport } from './report.ts'
import { declareRun } from './run.ts'
import { declareSchema } from './schema.ts'
import { refuseFlagsAsValues, refuseUnknownTopic, usageErrorOf } from './usage-error.ts'
import { declareValidate } from './validate.ts'

const declarations = [
  declareInit,
  declareRun,
  declareReport,
  declareCompare,
  declareDoctor,
  declareValidate,
  declareList,
  declareSchema,
  declareCompletion,
]

const FOOTER = `
Examples:
  rtbench run echo
  rtbench run --help

What is measured is said by the scenario and by flags alone: there is no
configuration file, and no environment variable changes it. NO_COLOR, TERM and
COLUMNS say how the output looks; in a GitHub job a summary and annotations are
added to it.

Exit codes: 0 passed, 2 usage or a mistake in a scenario, 3 the run is invalid,
99 a threshold or a comparison failed, 130 and 143 interrupted, 1 an error of
rtbench itself.`

/** Parsing throws UserError for what the user can mend, and CommanderError where help or the version was all there was to do. */
export function buildProgram(end: End): Command {
  const program: Command = new Command('rtbench')
    .description(
      'Runs one realtime workload over many transports, with paired servers, and accounts for every message.',
    )
    .usage('<command> …')
    .version(describeTool().version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .hook('preAction', (_, command) => refuseFlagsAsValues(command))
    // Mistakes are told once, by whoever catches the error.
    .configureOutput({ outputError: () => {} })
    .addHelpText('beforeAll', ({ error }) => (error ? refuseUnknownTopic(program) : ''))
    .addHelpText('after', FOOTER)
  for (const declare of declarations) declare(program, end)
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error: CommanderError) => {
      const isHelp = error.exitCode === 0 || error.code === 'commander.help'
      throw isHelp ? error : usageErrorOf(error, command)
    })
  }
  return program
}
