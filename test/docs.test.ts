/** Docs that repeat what the code knows must say the same. `UPDATE_DOCS=1` writes them anew. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { allTransports } from '../src/commands/catalog.ts'

const file = fileURLToPath(new URL('../../docs/transports.md', import.meta.url))
const BLOCK = /(<!-- traits: .* -->\n)([\s\S]*)(<!-- \/traits -->)/

test('the table in docs/transports.md has every transport with its traits', async () => {
  const transports = await allTransports()
  const names = Object.keys(transports[0]?.traits ?? {}) as Array<keyof (typeof transports)[number]['traits']>
  const rows = [
    ['transport', ...names],
    ['---', ...names.map(() => '---')],
    ...transports.map(({ name, traits }) => [`\`${name}\``, ...names.map((trait) => String(traits[trait]))]),
  ]
  const table = rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('')
  const text = readFileSync(file, 'utf8')
  assert.match(text, BLOCK)
  const expected = text.replace(BLOCK, (_, open, _old, close) => `${open}\n${table}\n${close}`)
  if (process.env.UPDATE_DOCS) writeFileSync(file, expected)
  else assert.equal(text, expected)
})
