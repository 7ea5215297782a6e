/** The package as others get it: packed, installed into an empty folder, used by its command, from JavaScript and from TypeScript. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Result } from '../../src/index.ts'
import { checkResult } from '../result-checks.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const QUICK = ['--transports', 'tcp,ws', '--rate', '200/s', '--connections', '2', '--duration', '1s', '--blocks', '1']
const MINE = 'workload: echo\ntransports: [tcp, sse, grpc]\nconnections: 2\nload: {rate: 200/s}\nwarmup: 200ms\n'

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rtbench-installed-'))
  // As it is built: the tests that run from it must not lose it.
  const [{ filename }] = JSON.parse(
    command('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  )
  mkdirSync(join(folder, 'home'))
  folder = join(folder, 'home')
  writeFileSync(join(folder, 'package.json'), '{"name": "a-user", "private": true, "type": "module"}\n')
  command('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join('..', filename)], folder)
})
after(() => rmSync(join(folder, '..'), { recursive: true }))

/** @returns standard output */
function command(name: string, args: readonly string[], cwd: string): string {
  // As outside of `npm run`, which tells npm in the environment where it is.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_|^NODE_TEST/i.test(key)))
  const { status, stdout, stderr } = spawnSync(name, args, { cwd, env, encoding: 'utf8', timeout: 300_000 })
  assert.equal(status, 0, `${name} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

test('npx rtbench runs a scenario of the user, and a shipped one by its name', () => {
  writeFileSync(join(folder, 'mine.yaml'), MINE)
  const own = JSON.parse(
    command('npx', ['rtbench', 'run', 'mine.yaml', '--duration', '1s', '--blocks', '1', '--json', '-'], folder),
  )
  checkResult(own)
  assert.equal(own.tool.commit, null)
  assert.deepEqual(Object.keys(own.environment.packages).includes('ws'), true)
  checkResult(JSON.parse(command('npx', ['rtbench', 'run', 'echo', ...QUICK, '--json', '-'], folder)))
})

test('import from JavaScript: run and compare', () => {
  writeFileSync(
    join(folder, 'use.js'),
    `import { compare, run } from 'rtbench'
     const result = await run('mine.yaml', { set: { duration: '1s', blocks: 1 } })
     const trials = result.trials.map((trial) => ({ ...trial, startedAt: '2026-01-02T03:04:05.678Z' }))
     const { comparisons } = await compare({ ...result, trials }, result)
     console.log(JSON.stringify([result, comparisons.length]))`,
  )
  const [result, comparisons] = JSON.parse(command('node', ['use.js'], folder)) as [Result, number]
  checkResult(result)
  assert.ok(comparisons > 0)
})

test('import from strict TypeScript: the examples of the docs and all types, without skipping the checks of libraries', () => {
  const page = readFileSync(join(root, 'docs/api.md'), 'utf8')
  const examples = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, code = '']) => code)
  assert.equal(examples.length, 2)
  for (const [index, code] of examples.entries()) writeFileSync(join(folder, `example-${index}.ts`), code)
  writeFileSync(
    join(folder, 'types.ts'),
    `import type { Comparison, Result, RunOptions, Trial } from 'rtbench'
     export const medians = ({ trials }: Result): (number | null)[] => trials.map((trial: Trial) => trial.latency.response?.p50 ?? null)
     export const worse = (all: readonly Comparison[]): string[] => all.filter(({ verdict }) => verdict === 'worse').map(({ metric }) => metric)
     export const options: RunOptions = { set: { payload: { size: '1KiB' }, transports: ['tcp'] } }
     // @ts-expect-error: not an option
     export const wrong: RunOptions = { sets: {} }
     // @ts-expect-error: no such field
     export const none = (trial: Trial) => trial.nothing`,
  )
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: 'es2023',
      module,
      moduleResolution: resolution,
    }
    const compilerOptions = { ...options, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    command(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], folder)
  }
})
