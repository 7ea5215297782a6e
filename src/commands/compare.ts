/** `rtbench compare`: read, see whether they can be compared, compare, store, show. */
import { type ExitCode, UserError } from '../errors.ts'
import { comparisonReporter } from '../reporters/comparison.ts'
import { checkWherever, isSameFile, writeWherever } from '../runner/store.ts'
import { viewOf } from './catalog.ts'
import { type CompareSettings, judgeAcross, judgeWithin, pairOf } from './compared.ts'
import { EXIT_CODES } from './exit-code.ts'
import { addSummary, annotate } from './github.ts'
import { nameOfFile } from './report.ts'
import { readStoredResult } from './stored-result.ts'

/** As commander gives them. */
export interface CompareFlags extends CompareSettings {
  readonly json?: string
}

/**
 * @param files one, whose subjects are compared; or several, the last of which is held against the others
 * @returns the exit code
 */
export async function compare(files: readonly string[], flags: CompareFlags): Promise<ExitCode> {
  pairOf(flags)
  if (flags.json !== undefined && flags.json !== '-') {
    checkWherever(flags.json)
    const { json } = flags
    if (files.some((file) => isSameFile(file, json)))
      throw new UserError(`--json ${json}: is compared itself; choose another file`)
  }
  const stored = files.map(readStoredResult)
  const [head, ...others] = stored.toReversed()
  if (!head) throw new UserError('nothing to compare; name one result, or a base and a head')
  const result = others.length > 0 ? await judgeAcross(others.toReversed(), head, flags) : judgeWithin(head, flags)
  const text = `${JSON.stringify(result)}\n`
  if (flags.json === '-') process.stdout.write(text)
  else process.stdout.write(comparisonReporter.render(result, viewOf(process.stdout)))
  if (flags.json !== undefined && flags.json !== '-') writeWherever(flags.json, text)
  addSummary([{ name: nameOfFile(head.file), result, text }], process.env)
  annotate([result], process.env)
  return EXIT_CODES[result.status]
}
