import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeText, excerpt, quote } from './quote.ts'
import { editDistance, nearest, suggest } from './suggest.ts'

const KEYS = ['name', 'workload', 'transports', 'connections', 'payload', 'load', 'vary']

for (const [word, meant] of [
  ['conections', 'connections'],
  ['Workload', 'workload'],
  ['transport', 'transports'],
  ['payolad', 'payload'],
  ['laod', 'load'],
  ['bananas', undefined],
  ['x', undefined],
  ['', undefined],
  ['connections'.repeat(1000), undefined],
] as const) {
  test(`the word meant by ${word.slice(0, 20)} is ${meant}`, () => assert.equal(nearest(word, KEYS), meant))
}

for (const [a, b, edits] of [
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abc', 0],
  ['abcd', 'acbd', 1],
  ['kitten', 'sitting', 3],
] as const) {
  test(`${edits} edits from "${a}" to "${b}"`, () => assert.equal(editDistance(a, b), edits))
}

test('without a near word all are listed', () => {
  assert.equal(suggest('bananas', ['ws', 'tcp']), 'known are ws, tcp')
  assert.equal(suggest('wss', ['ws', 'tcp']), 'did you mean "ws"?')
})

for (const [text, shown] of [
  ['\u001b[31mred', '\\u001b[31mred'],
  ['a\r\n\tb', 'a\\r\\n\\tb'],
  ['\u202edesrever', '\\u202edesrever'],
  ['\u{e0001}', '\\u{e0001}'],
  ['\ud800', '\\ud800'],
  ['żółć 😀', 'żółć 😀'],
] as const) {
  test(`escapes ${shown}`, () => assert.equal(escapeText(text), shown))
}

test('values are shown in one short line', () => {
  assert.equal(quote(undefined), 'nothing')
  assert.equal(quote(null), 'nothing')
  assert.equal(quote('ws'), '"ws"')
  assert.equal(quote(Number.NaN), 'NaN')
  assert.equal(quote({ rate: 5 }), '{"rate":5}')
  assert.equal(excerpt('x'.repeat(60)), 'x'.repeat(60))
  assert.equal(excerpt('x'.repeat(61)), `${'x'.repeat(59)}…`)
  assert.ok(quote('\u0000'.repeat(1e6)).length < 70)
})
