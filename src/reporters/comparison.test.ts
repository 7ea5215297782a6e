/**
 * Compares reports with `test/golden/`. To accept new ones, run this file with UPDATE_GOLDEN=1 and read the diff:
 *   npx tsc && UPDATE_GOLDEN=1 node --test dist/src/reporters/comparison.test.js
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { gate, pairOf, runOf } from '../../test/comparison-fixture.ts'
import type { Result } from '../result.ts'
import { compareAcross } from '../stats/across.ts'
import { comparisonReporter } from './comparison.ts'
import { widthOf } from './format.ts'
import { tableReporter } from './table.ts'

/** Seen from `dist/src/reporters`. */
const golden = new URL('../../../test/golden/', import.meta.url)

/** @param baselines how many stored runs stand for the base */
function acrossOf(slower: number, baselines: number, forced: string[] = []): Result {
  const bases = Array.from({ length: baselines }, (_, index) => runOf(1 + index / 100, index + 1))
  const head = runOf(slower, 9)
  const record = { ...gate, metrics: [...gate.metrics], acrossSessions: true, forced }
  const names = bases.map((_, index) => `${index}.json`)
  const comparisons = compareAcross(bases, head, [{ base: 'ws', head: 'ws' }], gate, [])
  return { ...head, comparisons, gate: { ...record, base: 'ws', head: 'ws', baselines: names } }
}

const results: Readonly<Record<string, Result>> = {
  worse: pairOf(1.2),
  same: pairOf(1),
  few: pairOf(1.2, {}, 4),
  'few-failed': pairOf(1, { failOnInconclusive: true }, 4),
  across: acrossOf(1.1, 1),
  'across-worse': acrossOf(1.6, 1, ['cores: 8 in 0.json, 2 in head.json']),
  'across-predicted': acrossOf(1.6, 5),
}

/** Of the metrics, some: a new one is to change no golden file. */
const SOME = ['service.p50', 'cpu.serverPerMessageNs', 'latency.p50', 'latency.p99', 'cpu.clientPerMessageNs']

for (const [name, whole] of Object.entries(results)) {
  const result = { ...whole, comparisons: whole.comparisons.filter(({ metric }) => SOME.includes(metric)) }
  for (const columns of [60, 100, 200]) {
    test(`the comparison "${name}" at ${columns} columns is as expected`, () => {
      const text = comparisonReporter.render(result, { columns, colour: false })
      const file = new URL(`comparison-${name}-${columns}.txt`, golden)
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, text)
      assert.equal(text, readFileSync(file, 'utf8'))
      for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, line)
      const coloured = comparisonReporter.render(result, { columns, colour: true })
      assert.notEqual(coloured, text)
      assert.equal(stripVTControlCharacters(coloured), text)
    })
  }
}

test('a run that compares gives the answer first and its table below the main one; one that does not says nothing of it', () => {
  const view = { columns: 100, colour: false }
  const { worse } = results
  assert.ok(worse)
  const text = tableReporter.render(worse, view)
  const places = ['head is worse than base', 'to best', 'head against base', 'Costs'].map((part) => text.indexOf(part))
  assert.ok(places[0] !== undefined && places[0] > 0, text)
  assert.deepEqual(
    places,
    places.toSorted((one, other) => one - other),
    text,
  )
  assert.match(text, /failed: service\.p50: head is worse than base by /)
  assert.doesNotMatch(tableReporter.render({ ...worse, gate: null, comparisons: [] }, view), /head (by|against) base/)
})

test('labels and files of other people move no cursor', () => {
  const hostile = '\u001b[2J\u202e</script>'
  const { across } = results
  assert.ok(across?.gate)
  const [first] = across.comparisons
  assert.ok(first)
  const result = {
    ...across,
    gate: { ...across.gate, head: hostile, forced: [hostile], baselines: [hostile] },
    comparisons: [{ ...first, head: hostile, note: hostile, metric: hostile }],
  }
  for (const columns of [30, 60, 100]) {
    const text = comparisonReporter.render(result, { columns, colour: false })
    assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u202a-\u202e]/u)
    for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, line)
  }
})

test('a subject that is handicapped on purpose is called so', () => {
  const plain = pairOf(1.2)
  const trials = plain.trials.map((trial) =>
    trial.subject === 'head' ? { ...trial, workload: { ...trial.workload, notes: ['it is handicapped'] } } : trial,
  )
  const text = comparisonReporter.render({ ...plain, trials }, { columns: 100, colour: false })
  assert.match(text, /^head: it is handicapped\.$/m)
})
