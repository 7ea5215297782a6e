/**
 * `npm run test:truth50 [name…]`: each truth test 50 times in a row beside a busy loop, because one that is right only on a quiet
 * machine proves nothing. Names choose among the files; RUNS sets another number.
 */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const RUNS = Number(process.env.RUNS ?? 50)
const folder = fileURLToPath(new URL('./truth/', import.meta.url))
const names = process.argv.slice(2)
const files = readdirSync(folder).filter((file) => file.endsWith('.test.js'))
const chosen = files.filter((file) => names.length === 0 || names.some((name) => file.startsWith(name)))

const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
process.on('exit', () => busy.kill('SIGKILL'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

for (const file of chosen) {
  let passed = 0
  let longestMs = 0
  const failures: string[] = []
  for (let run = 1; run <= RUNS; run++) {
    const began = performance.now()
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', folder + file], {
      encoding: 'utf8',
    })
    longestMs = Math.max(longestMs, performance.now() - began)
    if (status === 0) passed++
    else failures.push(`run ${run}:\n${stdout.slice(stdout.indexOf('failing tests'))}`)
  }
  console.log(`${file}: ${passed} of ${RUNS} passed, the longest took ${(longestMs / 1000).toFixed(1)} s`)
  for (const failure of failures) console.log(failure)
  if (failures.length > 0) process.exitCode = 1
}
process.exit()
