/** What the declarations of the commands share: how one is called, and nothing of what it does. */
import { type Command, Option } from 'commander'
import type { ExitCode } from '../errors.ts'

/** Takes the exit code of the command that ran. */
export type End = (code: ExitCode) => void

/** Adds a command with its arguments, flags and examples; what it does is loaded when it is run. */
export type Declare = (program: Command, end: End) => void

/** A flag that may be there several times: a list of what was given. */
export function repeatable(flags: string, text: string): Option {
  return new Option(flags, `${text}; may be repeated`)
    .default([], 'none')
    .argParser((value: string, all: string[]) => [...all, value])
}

/** Below the flags; every line that begins with `rtbench` is one that works. */
export function examples(lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n')
}
