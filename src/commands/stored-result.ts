/** A result file that somebody names on the command line. */
import { UserError } from '../errors.ts'
import type { Result } from '../result.ts'
import { parseResult } from '../result-reader.ts'
import { escapeText } from '../scenario/quote.ts'
import { readTextFile } from '../scenario/text-file.ts'
import { inconsistencyOf } from '../stats/consistency.ts'

export interface StoredResult {
  /** As it was named, fit to be shown. */
  readonly file: string
  readonly result: Result
  /** As it was stored, fields of newer versions included. */
  readonly text: string
}

/** Several times the largest run that is meant to be stored. */
const MOST_BYTES = 128 * 2 ** 20

/** @throws UserError, one line: no file, no result, another version, or one that contradicts itself */
export function readStoredResult(path: string): StoredResult {
  const { file, text } = readTextFile(path, MOST_BYTES)
  return { file, result: consistentResult(text, file), text }
}

/**
 * @param file only named in errors
 * @throws UserError, one line: no result, another version, or one that contradicts itself
 */
export function consistentResult(text: string, file: string): Result {
  const result = parseResult(text, file)
  const found = inconsistencyOf(result)
  if (found === null) return result
  throw new UserError(`${file}: contradicts itself: ${escapeText(found)}; choose a file as rtbench wrote it`)
}
