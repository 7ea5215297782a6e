/** CONTRIBUTING.md walks through the code: what it names and quotes has to be there. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

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
