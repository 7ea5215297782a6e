/** The entry of a process that has something extra by turns. */
import { run } from './side.ts'

await run(JSON.parse(process.argv[2] ?? ''))
