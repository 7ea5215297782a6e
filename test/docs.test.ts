/** Docs that repeat what the code knows must say the same. `UPDATE_DOCS=1` writes them anew. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { allTransports, catalog } from '../src/commands/catalog.ts'
import { overridesOf } from '../src/commands/flags.ts'
import { readScenario } from '../src/scenario.ts'

const file = fileURLToPath(new URL('../../docs/transports.md', import.meta.url))
const BLOCK = /(<!-- traits: .* -->\n)([\s\S]*)(<!-- \/traits -->)/

test('the tables in docs/transports.md have every transport with its traits and facts', async () => {
  const transports = await allTransports()
  const names = Object.keys(transports[0]?.traits ?? {}) as Array<keyof (typeof transports)[number]['traits']>
  const rows = [
    ['transport', ...names],
    ['---', ...names.map(() => '---')],
    ...transports.map(({ name, traits }) => [`\`${name}\``, ...names.map((trait) => String(traits[trait]))]),
  ]
  const questions = Object.keys(transports[0]?.facts ?? {}) as Array<keyof (typeof transports)[number]['facts']>
  const facts = [
    ['transport', 'fact', 'holds', 'because'],
    ['---', '---', '---', '---'],
    ...transports.flatMap(({ name, facts: own }) =>
      questions.map((one) => [`\`${name}\``, one, own[one].holds, own[one].because]),
    ),
  ]
  const [table, below] = [rows, facts].map((all) => all.map((cells) => `| ${cells.join(' | ')} |\n`).join(''))
  const text = readFileSync(file, 'utf8')
  assert.match(text, BLOCK)
  const expected = text.replace(BLOCK, (_, open, _old, close) => `${open}\n${table}\n${below}\n${close}`)
  if (process.env.UPDATE_DOCS) writeFileSync(file, expected)
  else assert.equal(text, expected)
})

test('what docs/ci.md says can be run is what its workflow runs, and its scenarios are valid', () => {
  const ci = readFileSync(fileURLToPath(new URL('../../docs/ci.md', import.meta.url)), 'utf8')
  const [, workflow = ''] = /```yaml\n([\s\S]*?)```/.exec(ci) ?? []
  const steps: Array<{ run?: string }> = parse(workflow).jobs.gate.steps
  const [install, measure, ...others] = steps.flatMap(({ run }) => run ?? [])
  assert.deepEqual([install, others], ['npm ci', []])
  assert.ok(ci.includes(`\n    ${measure}\n`))
  const runs = [...ci.matchAll(/^ {4}npx rtbench run (scenarios\/\S+)(?:.*--set '(.*)')?/gm)]
  assert.ok(runs.length > 2)
  for (const [, scenario = '', set] of runs) {
    const place = fileURLToPath(new URL(`../../${scenario}`, import.meta.url))
    const flags = { set: set ? [set] : [], baseline: [], output: 'results', progress: true }
    const { gate } = readScenario(place, catalog(), overridesOf(flags))
    assert.equal(gate?.head, scenario.includes('gate') ? 'head' : undefined)
  }
})
