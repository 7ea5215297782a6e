/** What ships must be right: every scenario, and the schema that editors check with. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { catalog } from '../src/commands/catalog.ts'
import { readScenario, scenarioJsonSchema } from '../src/scenario.ts'

const folder = fileURLToPath(new URL('../../scenarios', import.meta.url))
const SCHEMA = 'scenario.schema.json'
const scenarios = readdirSync(folder).filter((file) => file !== SCHEMA)

for (const file of scenarios) {
  test(`scenarios/${file} is valid, is named after its file, and names the schema`, () => {
    const scenario = readScenario(join(folder, file), catalog())
    assert.equal(`${scenario.name}.yaml`, file)
    const [first] = readFileSync(join(folder, file), 'utf8').split('\n')
    assert.equal(first, `# yaml-language-server: $schema=./${SCHEMA}`)
  })
}

test('the shipped schema is the one that rtbench schema prints (npm run schema writes it)', () => {
  const shipped = JSON.parse(readFileSync(join(folder, SCHEMA), 'utf8'))
  assert.deepEqual(shipped, JSON.parse(JSON.stringify(scenarioJsonSchema(catalog()))))
})
