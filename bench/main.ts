/** `npm run bench`: how fast rtbench itself is. Without a name, all of it runs, each program in a process of its own. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import * as echo from './echo.ts'
import * as fanOut from './fan-out.ts'
import * as idleMemory from './idle-memory.ts'
import * as independent from './independent.ts'
import * as metering from './metering.ts'
import * as overhead from './overhead.ts'
import * as progress from './progress.ts'
import * as recording from './recording.ts'
import * as report from './report.ts'
import * as sendLag from './send-lag.ts'

interface Bench<Flags> {
  readonly summary: string
  addFlags(command: Command): Command
  /** @returns whether every target is met */
  bench(flags: Flags): Promise<boolean>
}

const program = new Command('bench').description('Measures rtbench itself; exits with 1 where a target is missed.')
const names: string[] = []

function add<Flags>(name: string, { summary, addFlags, bench }: Bench<Flags>): void {
  names.push(name)
  addFlags(program.command(name).description(summary)).action(async (flags: Flags) => {
    process.exitCode = (await bench(flags)) ? 0 : 1
  })
}

add('recording', recording)
add('send-lag', sendLag)
add('echo', echo)
add('fan-out', fanOut)
add('independent', independent)
add('metering', metering)
add('progress', progress)
add('overhead', overhead)
add('idle-memory', idleMemory)
add('report', report)

program.action(() => {
  for (const name of names) {
    console.log(`\n== ${name}\n`)
    const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
})

await program.parseAsync()
