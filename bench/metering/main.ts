/** The entry of a process of `metering`. */
import { run } from './side.ts'

await run(JSON.parse(process.argv[2] ?? ''))
