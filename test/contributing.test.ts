/** CONTRIBUTING.md walks through the code: what it names and quotes has to be there, and what CI runs, too. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

test('every path in CONTRIBUTING.md is there', () => {
  const path = /(?<![\w/.])(?:\.ci|\.github|src|test|docs|scenarios|dist)\/[\w./*-]*[\w/]|\b\w+\.json\b/g
  const paths = [...page.matchAll(path)].filter(([found]) => !found.includes('*'))
  assert.ok(paths.length > 15)
  for (const [found] of paths) assert.ok(existsSync(join(root, found)), found)
})

test('every command in CONTRIBUTING.md is one', () => {
  const commands = [...page.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name)
  assert.ok(commands.length > 8)
  for (const name of commands) assert.ok(name === 'ci' || name in scripts, `npm run ${name}`)
})

test('what CONTRIBUTING.md quotes of tcp is in the code as it stands', () => {
  const quotes = [...page.matchAll(/^ {3}```(?:ts|json)\n(.*?)^ {3}```/gms)].map(([, code = '']) => code)
  const places = ['src/transports/tcp.ts', 'src/transports/index.ts', 'biome.json']
  assert.equal(quotes.length, places.length)
  for (const [index, place] of places.entries()) {
    const code = (quotes[index] ?? '').replace(/^ {3}/gm, '')
    assert.ok(readFileSync(join(root, place), 'utf8').includes(code), `${place}:\n${code}`)
  }
})

interface Job {
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } }
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[]
}

test('the workflow runs what there is, on the oldest Node that is allowed and on newer ones, without secrets', () => {
  const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')
  const { jobs } = parse(text) as { jobs: Readonly<Record<string, Job>> }
  assert.deepEqual(jobs.test?.strategy?.matrix.node, [20, 22, 24])
  for (const { uses, run } of Object.values(jobs).flatMap(({ steps }) => steps)) {
    if (uses) assert.match(uses, /^actions\/[a-z-]+@v\d+$/)
    else if (run?.startsWith('npm run ')) assert.ok(run.slice('npm run '.length) in scripts, run)
    else assert.ok(run === 'npm ci' || existsSync(join(root, run ?? '')), run)
  }
  assert.doesNotMatch(text, /secrets/)
})
