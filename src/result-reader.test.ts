import assert from 'node:assert/strict'
import test from 'node:test'
import { everyEnding } from '../test/capacity-fixture.ts'
import { crowdedResult, plainResult, saturatedResult } from '../test/result-fixture.ts'
import { UserError } from './errors.ts'
import { parseResult } from './result-reader.ts'

test('what is written is read again, to the byte', async () => {
  for (const result of [plainResult, crowdedResult, saturatedResult, await everyEnding()]) {
    assert.deepEqual(parseResult(JSON.stringify(result), 'r.json'), result)
  }
})

test('a file from before there were searches has none', () => {
  const { capacities: _, ...older } = plainResult
  assert.deepEqual(parseResult(JSON.stringify(older), 'r.json').capacities, [])
})

test('unknown fields of a newer minor version are ignored, unknown codes are kept', () => {
  const newer = structuredClone<Record<string, unknown>>({ ...plainResult, schemaVersion: '1.7', extra: { deep: 1 } })
  const reasons = [{ code: 'of-a-newer-version', message: 'something' }]
  assert.deepEqual(parseResult(JSON.stringify({ ...newer, reasons }), 'r.json'), {
    ...plainResult,
    schemaVersion: '1.7',
    reasons,
  })
})

const text = JSON.stringify(plainResult)
const refusals: ReadonlyArray<readonly [what: string, text: string, message: RegExp]> = [
  ['an empty file', '', /^r\.json: the file is empty; /],
  [
    'deep nesting',
    `{"schemaVersion": "1.0", "trials": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    /nests deeper than 64/,
  ],
  ['truncated JSON', text.slice(0, text.length / 2), /^r\.json: not complete JSON: /],
  ['a hostile text', '\x1b[2J\nboo', /^r\.json: not complete JSON: /],
  [
    'a calibration',
    JSON.stringify({ schemaVersion: '1.0', tool: plainResult.tool, calibration: {} }),
    /is a calibration of "rtbench doctor", not a result; choose a file that "rtbench run" wrote$/,
  ],
  ['foreign JSON', '{"version": 1}', /not an rtbench result: it has no schemaVersion/],
  ['null', 'null', /not an rtbench result/],
  ['another major version', text.replace('"schemaVersion":"1.0"', '"schemaVersion":"2.0"'), /schemaVersion 2\.0, this/],
  [
    'a wrong type',
    text.replace('"sent":2000', '"sent":"2000"'),
    /trials\[0\]\.counts\.sent: Invalid input: expected number, received string; /,
  ],
  ['a negative count', text.replace('"lost":0', '"lost":-1'), /trials\[0\]\.counts\.lost: /],
  ['a missing field', text.replaceAll('"verdict":"valid",', ''), /trials\[0\]\.verdict: .*\(and 8 more\)/],
]
for (const [what, foreign, message] of refusals) {
  test(`${what} is refused in one line`, () => {
    assert.throws(
      () => parseResult(foreign, 'r.json'),
      (thrown) => {
        assert.ok(thrown instanceof UserError)
        assert.match(thrown.message, message)
        assert.doesNotMatch(thrown.message, /\p{Cc}/u)
        return true
      },
    )
  })
}
