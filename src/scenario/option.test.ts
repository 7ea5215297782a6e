/** Options of a subject: what belongs to its transport, and what does not. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { conforms } from '../../test/json-schema-check.ts'
import { BASE, catalog as bare, errorOf, inTemporaryDirectory } from '../../test/scenario-text.ts'
import { type Catalog, readScenario, scenarioJsonSchema } from '../scenario.ts'
import { transportOptions } from '../transports/index.ts'

inTemporaryDirectory()

const catalog: Catalog = { ...bare, options: transportOptions }

function subjectsOf(transports: string) {
  writeFileSync('a.yaml', `workload: echo\ntransports: [${transports}]\n`)
  return readScenario('a.yaml', catalog).subjects
}

test('a subject has all options of its transport, by default unless it says otherwise, and none of others', () => {
  assert.deepEqual(subjectsOf('ws, {use: ws, label: less, compression: true}, {use: tcp, noDelay: false}, grpc'), [
    { label: 'ws', transport: 'ws', options: { noDelay: true, compression: false } },
    { label: 'less', transport: 'ws', options: { noDelay: true, compression: true } },
    { label: 'tcp', transport: 'tcp', options: { noDelay: false } },
    { label: 'grpc', transport: 'grpc' },
  ])
})

for (const [subject, error] of [
  [
    '{use: tcp, compression: true}',
    '2:38: transports[0].compression is no option of tcp, got true; remove it, it belongs to ws',
  ],
  [
    '{use: grpc, noDelay: true}',
    '2:35: transports[0].noDelay is no option of grpc, got true; remove it, it belongs to tcp, ',
  ],
  ['{use: ws, compresion: true}', '2:24: unknown key "compresion" in transports[0]; did you mean "compression"?'],
  ['{use: ws, compression: 6}', '2:37: transports[0].compression must be true or false, got 6; write one of them'],
] as const) {
  test(`refuses ${subject}`, () => {
    const told = errorOf(() => subjectsOf(subject))
    assert.ok(told.startsWith(`a.yaml:${error}`), told)
  })
}

test('a catalog without options knows none', () => {
  writeFileSync('a.yaml', BASE.replace('[ws,', '[{use: ws, compression: true},'))
  assert.match(
    errorOf(() => readScenario('a.yaml', bare)),
    /unknown key "compression" in transports\[0\]/,
  )
})

test('editors know the options', () => {
  const schema = scenarioJsonSchema(catalog)
  const saying = (subject: object) => conforms({ workload: 'echo', transports: [subject] }, schema)
  assert.ok(saying({ use: 'ws', compression: true }))
  assert.ok(!saying({ use: 'ws', compression: 'yes' }))
  assert.ok(!saying({ use: 'ws', compresion: true }))
})
