/** `rtbench report`: stored results as files for people and for other programs. */
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { ExitCode, messageOf, UserError } from '../errors.ts'
import type { FileReporter, Run } from '../reporter.ts'
import { fileReporters } from '../reporters/index.ts'
import { parseResult } from '../result-reader.ts'
import { checkWherever, writeWherever } from '../runner/store.ts'
import { mergeRuns } from '../stats/merge.ts'

/** A file for each reporter that was asked for, by its name. */
export type ReportFlags = Readonly<Record<string, string | undefined>>

/** Node holds no longer text; a result of this size is no rtbench result that a report could show. */
const LARGEST_BYTES = 256 * 1024 * 1024

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
  const chapters = mergeRuns(files.map(readRun))
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
  const target = statSync(file, { throwIfNoEntry: false })
  const isResult = results.some((result) => {
    const stored = statSync(result, { throwIfNoEntry: false })
    return target !== undefined && stored?.ino === target.ino && stored.dev === target.dev
  })
  if (isResult) throw new UserError(`--${name} ${file}: that is one of the results; choose another file`)
}

/** @throws UserError, one line, for what is no result */
export function readRun(file: string): Run {
  const text = readText(file)
  return { name: basename(file).replace(/\.json$/, ''), result: parseResult(text, file), text }
}

function readText(file: string): string {
  try {
    if (statSync(file).size > LARGEST_BYTES) throw new Error('it is larger than 256 MiB')
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw new UserError(`${file}: cannot be read: ${messageOf(thrown)}; choose a file that rtbench wrote`)
  }
}
