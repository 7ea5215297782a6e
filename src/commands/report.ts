/** `rtbench report`: stored results as files for people and for other programs. */
import { basename } from 'node:path'
import { ExitCode, UserError } from '../errors.ts'
import type { Run } from '../reporter.ts'
import { formats } from '../reporters/index.ts'
import { decide } from './decision.ts'
import { addSummary } from './github.ts'
import { checkReportFiles, reportFilesOf, writeReports } from './report-files.ts'
import { readStoredResult } from './stored-result.ts'

/** A file for each reporter that was asked for, by its name. */
export interface ReportFlags {
  readonly decision?: boolean
  readonly [format: string]: unknown
}

/** @returns the exit code */
export async function report(files: readonly string[], flags: ReportFlags): Promise<ExitCode> {
  const wanted = reportFilesOf(flags)
  const around = { inputs: [{ files, what: 'one of the results' }] }
  if (flags.decision) return decide(wanted, around, () => files.map(runOf))
  if (wanted.length === 0) {
    const names = formats.map(({ name }) => `--${name}`)
    throw new UserError(`report: no format was asked for; add ${names.slice(0, -1).join(', ')} or ${names.at(-1)} FILE`)
  }
  checkReportFiles(wanted, around)
  const runs = files.map(runOf)
  const written = await writeReports(wanted, runs, around)
  addSummary(runs, process.env)
  for (const file of written) process.stderr.write(`report: ${file}\n`)
  const isEmpty = runs.every(({ result }) =>
    result.trials.every(({ verdict }) => verdict === 'invalid' || verdict === 'unsupported'),
  )
  if (isEmpty) process.stderr.write('rtbench: no trial gave a figure: the reports have none\n')
  return ExitCode.passed
}

function runOf(file: string): Run {
  const { result, text } = readStoredResult(file)
  return { name: nameOfFile(file), result, text }
}

export function nameOfFile(file: string): string {
  return basename(file).replace(/\.json$/, '')
}
