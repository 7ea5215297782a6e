/** `rtbench report --decision`: which transport for what, from stored results alone. */
import { pageOf } from '../decision/page.ts'
import { ExitCode, UserError } from '../errors.ts'
import type { Run } from '../reporter.ts'
import { decisionForms } from '../reporters/decision/index.ts'
import { decisionText } from '../reporters/decision/text.ts'
import { wordsOf } from '../reporters/decision/words.ts'
import { viewOf } from './catalog.ts'
import { type Around, checkReportFiles, type ReportFile, writeReports } from './report-files.ts'

/**
 * To the files that are wanted, else to standard output.
 * @param read called when it is known that all of them can be written
 * @returns the exit code
 */
export async function decide(
  wanted: readonly ReportFile[],
  around: Around,
  read: () => readonly Run[],
): Promise<ExitCode> {
  const forms = wanted.map(({ format, file }) => {
    const form = decisionForms.get(format.name)
    if (form) return { format, file, form }
    const names = [...decisionForms.keys()].map((name) => `--${name}`).join(' or ')
    throw new UserError(
      `--${format.name} ${file}: the decision page has no such form; leave --decision away, or choose ${names}`,
    )
  })
  checkReportFiles(wanted, around)
  const runs = read()
  const words = wordsOf(pageOf(runs))
  if (forms.length === 0) process.stdout.write(decisionText(words, viewOf(process.stdout)))
  const files = forms.map(({ format, file, form }) => {
    return { format: { ...format, load: async () => ({ render: () => form(words) }) }, file }
  })
  for (const file of await writeReports(files, runs, around)) process.stderr.write(`report: ${file}\n`)
  return ExitCode.passed
}
