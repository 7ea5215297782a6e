import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { runOf } from '../../test/report-fixture.ts'
import { plainResult, resultOf, trialOf } from '../../test/result-fixture.ts'
import { inTemporaryDirectory } from '../../test/scenario-text.ts'
import type { Result } from '../result.ts'
import { addSummary, annotationLines, bounded } from './github.ts'

inTemporaryDirectory()

const invalidOf = (subject: string, message: string): Result =>
  resultOf([trialOf({ subject, verdict: 'invalid', reasons: [{ code: 'workload', message }] })])

test('an annotation is one line, whatever it says', () => {
  const result = invalidOf('a,b:c', '100 % of\r\n::error::it')
  const named = { ...result, scenario: { ...result.scenario, name: 'x,y::z\n%0A' } }
  const [line = '', ...others] = annotationLines([named])
  assert.deepEqual(others, [])
  assert.match(line, /^::error title=rtbench%3A x%2Cy%3A%3Az\\x0a%250A::[^\r\n]*100 %25 of\\x0d\\x0a::error::it\n$/)
})

test('at most ten are given, errors first, and the last one says how many there are more', () => {
  const warning = { code: 'not-steady', message: 'it drifts' } as const
  const suspect = resultOf([trialOf({ subject: 'ws', verdict: 'suspect', warnings: [warning] })])
  const failed = Array.from({ length: 9 }, (_, index) => invalidOf(`s${index}`, 'broken'))
  const ten = annotationLines([suspect, ...failed])
  assert.equal(ten.length, 10)
  assert.match(ten[9] ?? '', /^::warning .*it drifts.*Remedy: /)
  const more = annotationLines([suspect, ...failed, ...failed])
  assert.equal(more.length, 10)
  assert.match(more[9] ?? '', /^::error title=rtbench::10 more /)
  assert.deepEqual(annotationLines([resultOf([trialOf({ subject: 'ws' })])]), [])
})

test('a summary is appended where there is room for it, and shortened at the end of a line', () => {
  writeFileSync('summary.md', 'before\n')
  addSummary([runOf(plainResult)], { GITHUB_STEP_SUMMARY: 'summary.md' })
  assert.match(readFileSync('summary.md', 'utf8'), /^before\n\n## echo: /)
  writeFileSync('summary.md', 'x'.repeat(2 ** 20 - 600))
  addSummary([runOf(plainResult)], { GITHUB_STEP_SUMMARY: 'summary.md' })
  const full = readFileSync('summary.md', 'utf8')
  assert.ok(full.length > 2 ** 20 - 600 && Buffer.byteLength(full) <= 2 ** 20)
  assert.match(full, /shortened here/)
  const lines = `<details>\n${'é\n'.repeat(1000)}</details>`
  for (const most of [0, 100, 500, 501, 502]) {
    const text = bounded(lines, most)
    assert.ok(Buffer.byteLength(text) <= most)
    assert.doesNotMatch(text, /\ufffd/)
    if (text) assert.match(text, /^<details>\n(é\n)*\n<\/details>\n\nThe report was shortened/)
  }
})

test('a summary that cannot be written fails nothing', () => {
  addSummary([runOf(plainResult)], { GITHUB_STEP_SUMMARY: 'no/such/folder/summary.md' })
})
