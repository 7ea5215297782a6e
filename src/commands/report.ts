/** `rtbench report`: stored results as files for people and for other programs. */
import { basename } from 'node:path'
import { ExitCode, UserError } from '../errors.ts'
import type { FileReporter, Run } from '../reporter.ts'
import { fileReporters } from '../reporters/index.ts'
import { checkWherever, isSameFile, writeWherever } from '../runner/store.ts'
import { mergeRuns } from '../stats/merge.ts'
import { readStoredResult } from './stored-result.ts'

/** A file for each reporter that was asked for, by its name. */
export type ReportFlags = Readonly<Record<string, string | undefined>>

/** @returns the exit code */
export function report(files: readonly string[], flags: ReportFlags): ExitCode {
  const wanted = fileReporters.flatMap((reporter) => {
    const file = flags[reporter.name]
    return file === undefined ? [] : [{ reporter, file }]
  })
  if (wanted.length === 0) {
    const names = fileReporters.map(({ name }) => `--${name} FILE`).join(', ')
    throw new UserError(`report: no format was asked for; add ${names}`)
  }
  for (const { reporter, file } of wanted) checkTarget(reporter, file, files)
  const chapters = mergeRuns(files.map(runOf))
  for (const { reporter, file } of wanted) {
    const text = reporter.render(chapters)
    if (file === '-') process.stdout.write(text)
    else writeWherever(file, text)
  }
  return ExitCode.passed
}

/** @throws UserError before anything is read, when the file cannot be written or is one of the results */
function checkTarget({ name }: FileReporter, file: string, results: readonly string[]): void {
  if (file === '-') return
  checkWherever(file)
  if (results.some((result) => isSameFile(result, file)))
    throw new UserError(`--${name} ${file}: that is one of the results; choose another file`)
}

function runOf(file: string): Run {
  const { result, text } = readStoredResult(file)
  return { name: basename(file).replace(/\.json$/, ''), result, text }
}
