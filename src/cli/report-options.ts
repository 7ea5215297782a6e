import type { Command } from 'commander'
import { formats } from '../reporters/index.ts'

/** A flag for each format that results can be reported in. */
export function addReportOptions(command: Command): Command {
  for (const { name, summary } of formats) command.option(`--${name} <file>`, `${summary}; - is standard output`)
  return command
}
