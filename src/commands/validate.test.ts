import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { BASE, catalog, errorOf, inTemporaryDirectory } from '../../test/scenario-text.ts'
import { validate } from './validate.ts'

inTemporaryDirectory()

test('validate checks all files before it fails', () => {
  const lines: string[] = []
  const out = { write: (text: string) => lines.push(text) }
  writeFileSync('good.yaml', `${BASE}duration: 3s\n`)
  writeFileSync(
    'slow.yaml',
    `workload: echo\ntransports: [ws]\nload: {rate: 1/s}\nvary: {payload: [64, 128]}\nblocks: 1\n`,
  )
  writeFileSync('bad.yaml', `${BASE}blocks: 0\n`)
  const error = errorOf(() => validate(['bad.yaml', 'good.yaml', 'missing.yaml', 'slow.yaml'], catalog, out, out))
  assert.deepEqual(lines, [
    'good.yaml: ok (2 subjects, 1 point, 6 trials, about 30s)\n',
    'slow.yaml: ok (1 subject, 2 points, 2 trials, about 7min)\n',
  ])
  assert.match(error, /^bad\.yaml:3:9: blocks must .*\nmissing\.yaml: there is no such file; check the path; .*$/)
  validate(['good.yaml'], catalog, out, out)
  assert.equal(lines.length, 3)
})
