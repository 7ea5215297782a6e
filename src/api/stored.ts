/** Results that a program reads: the same checks as on the command line. */
import { consistentResult, readStoredResult } from '../commands/stored-result.ts'
import type { Result } from '../result.ts'

/** @throws UserError, one line: no file, no result, another version, or one that contradicts itself */
export function readResult(path: string): Result {
  return readStoredResult(path).result
}

/**
 * @param name in the place of a file's name in errors
 * @throws UserError, one line: no result, another version, or one that contradicts itself
 */
export function parseResult(json: string, name = 'the result'): Result {
  return consistentResult(json, name)
}
