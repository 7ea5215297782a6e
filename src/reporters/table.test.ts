/**
 * Compares reports with `test/golden/`. To accept new ones, run this file with UPDATE_GOLDEN=1 and read the diff:
 *   npx tsc && UPDATE_GOLDEN=1 node --test dist/src/reporters/table.test.js
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { everyEnding, matrixOfCapacities, unfinishedSearch } from '../../test/capacity-fixture.ts'
import { curvedResult } from '../../test/latency-fixture.ts'
import {
  boundResult,
  crowdedResult,
  plainResult,
  resultOf,
  saturatedResult,
  slopedResult,
  trialOf,
} from '../../test/result-fixture.ts'
import type { Result, Trial } from '../result.ts'
import { widthOf } from './format.ts'
import { tableReporter } from './table.ts'

/** Seen from `dist/src/reporters`. */
const golden = new URL('../../../test/golden/', import.meta.url)

/** Rendering at every width takes most of a minute of CPU; each result takes every fifth, and together they take all. */
const WIDTH_STEP = 5

const results: Readonly<Record<string, Result>> = {
  plain: plainResult,
  crowded: crowdedResult,
  saturated: saturatedResult,
  sloped: slopedResult,
  single: resultOf([trialOf({ subject: 'ws' })]),
  capacity: await everyEnding(),
  'capacity-matrix': await matrixOfCapacities(),
  'capacity-unfinished': await unfinishedSearch(),
  bound: boundResult,
  curved: curvedResult,
  empty: resultOf([], [], { code: 'interrupted', message: 'interrupted by SIGINT' }),
}

for (const [index, [name, result]] of Object.entries(results).entries()) {
  for (const columns of [60, 80, 120, 200]) {
    test(`${name} at ${columns} columns is as expected`, () => {
      const text = tableReporter.render(result, { columns, colour: false })
      const file = new URL(`${name}-${columns}.txt`, golden)
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, text)
      assert.equal(text, readFileSync(file, 'utf8'))
    })
  }

  test(`${name} never exceeds its columns, and has no control characters without colour`, () => {
    for (let columns = 30 + (index % WIDTH_STEP); columns <= 210; columns += WIDTH_STEP) {
      const text = tableReporter.render(result, { columns, colour: false })
      for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
      assert.doesNotMatch(text, /[^\P{Cc}\n]|[ \t]\n/u)
    }
  })

  test(`${name} with colour is the same text`, () => {
    for (const columns of [60, 80, 120, 200]) {
      const coloured = tableReporter.render(result, { columns, colour: true })
      assert.ok(coloured.includes('\x1b[1m'))
      assert.equal(stripVTControlCharacters(coloured), tableReporter.render(result, { columns, colour: false }))
    }
  })
}

test('a trial that counts alone has no spread, beside a subject that has one', () => {
  const many = [1e5, 2e5].map((p50, block) => trialOf({ subject: 'ws', p50, block }))
  const table = tableReporter.render(resultOf([...many, trialOf({ subject: 'sse' })]), { columns: 100, colour: false })
  assert.match(table, /^ ± +│ +33 % │ +–$/m)
})

test('where a finding has to do with some trials only, every subject has its count', () => {
  const doubted = (subject: string, block: number) =>
    trialOf({ subject, block, verdict: 'suspect', warnings: [{ code: 'cpu-steal', message: 'busy' }] })
  const trials = [doubted('ws', 0), doubted('ws', 1), doubted('sse', 0)]
  const render = (more: Trial[]) =>
    tableReporter.render(resultOf([...trials, ...more]), { columns: 100, colour: false })
  assert.match(
    render([trialOf({ subject: 'sse', block: 1 })]),
    /cpu-steal, ws \(all 2 trials\), sse \(1 of 2 trials\): /,
  )
  assert.match(render([]), /cpu-steal, ws, sse: /)
})

test('it is said why the CPU time of a message is missing, and of whom', () => {
  const early = trialOf({ subject: 'ws', block: 1, load: { achievedPerSec: 1500 } })
  const result = resultOf([trialOf({ subject: 'ws' }), early, trialOf({ subject: 'sse' })])
  const table = tableReporter.render(result, { columns: 200, colour: false })
  assert.match(table, /– CPU for a message: ws \(1 of 2 trials\): more than 5 % of its messages came before or after/)
})
