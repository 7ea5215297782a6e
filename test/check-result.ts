/** `node dist/test/check-result.js FILE…`: checks result files for correctness, never for speed. */
import { readFileSync } from 'node:fs'
import { parseResult } from '../src/result-reader.ts'
import { checkResult } from './result-checks.ts'

const files = process.argv.slice(2)
if (files.length === 0) throw new Error('give at least one result file')
for (const file of files) {
  const result = parseResult(readFileSync(file, 'utf8'), file)
  checkResult(result)
  console.log(`${file}: ${result.trials.length} trials, every account closes`)
}
