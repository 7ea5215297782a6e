/** Docs that repeat what the code knows must say the same. `UPDATE_DOCS=1` writes them anew. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { allTransports, catalog } from '../src/commands/catalog.ts'
import { overridesOf } from '../src/commands/flags.ts'
import { formats } from '../src/reporters/index.ts'
import { readScenario } from '../src/scenario.ts'

/** @param name of a block between `<!-- name: … -->` and `<!-- /name -->` */
function checkTables(path: string, name: string, tables: ReadonlyArray<ReadonlyArray<readonly string[]>>): void {
  const file = fileURLToPath(new URL(`../../docs/${path}`, import.meta.url))
  const block = new RegExp(`(<!-- ${name}: .* -->\\n)([\\s\\S]*)(<!-- /${name} -->)`)
  const texts = tables.map(([head = [], ...rows]) =>
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join(''),
  )
  const text = readFileSync(file, 'utf8')
  assert.match(text, block)
  const expected = text.replace(block, (_, open, _old, close) => `${open}\n${texts.join('\n')}\n${close}`)
  if (process.env.UPDATE_DOCS) writeFileSync(file, expected)
  else assert.equal(text, expected)
}

test('the tables in docs/transports.md have every transport with its traits and facts', async () => {
  const transports = await allTransports()
  const names = Object.keys(transports[0]?.traits ?? {}) as Array<keyof (typeof transports)[number]['traits']>
  const traits = [
    ['transport', ...names],
    ...transports.map(({ name, traits }) => [`\`${name}\``, ...names.map((trait) => String(traits[trait]))]),
  ]
  const questions = Object.keys(transports[0]?.facts ?? {}) as Array<keyof (typeof transports)[number]['facts']>
  const facts = [
    ['transport', 'fact', 'holds', 'because'],
    ...transports.flatMap(({ name, facts: own }) =>
      questions.map((one) => [`\`${name}\``, one, own[one].holds, own[one].because]),
    ),
  ]
  checkTables('transports.md', 'traits', [traits, facts])
})

test('the table in docs/reports.md has every format', () => {
  const rows = formats.map(({ name, summary }) => [`\`--${name} FILE\``, summary])
  checkTables('reports.md', 'formats', [[['flag', 'what it is'], ...rows]])
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
