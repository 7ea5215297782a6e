import assert from 'node:assert/strict'
import test from 'node:test'
import { resultOf, trialOf } from '../../test/result-fixture.ts'
import type { Result } from '../result.ts'
import { mergeRuns } from './merge.ts'

const runOf = (name: string, ...subjects: string[]) => ({
  name,
  result: resultOf(subjects.map((subject) => trialOf({ subject }))),
})

function resolvedAs(result: Result, resolved: Result['scenario']['resolved']): Result {
  return { ...result, scenario: { ...result.scenario, resolved } }
}

test('runs of the same scenario stand side by side, with their own trials', () => {
  const merged = mergeRuns([runOf('one', 'ws'), runOf('two', 'grpc')])
  assert.equal(merged.length, 1)
  assert.deepEqual(merged[0]?.result.scenario.subjects, ['ws', 'grpc'])
  assert.equal(merged[0]?.result.trials.length, 2)
})

test('a label of several runs has the name of its run; others stay', () => {
  const [merged] = mergeRuns([runOf('monday', 'ws', 'sse'), runOf('tuesday', 'ws')])
  assert.deepEqual(merged?.result.scenario.subjects, ['ws (monday)', 'sse', 'ws (tuesday)'])
  const subjects = new Set(merged?.result.aggregates.map(({ subject }) => subject))
  assert.deepEqual([...subjects], ['ws (monday)', 'sse', 'ws (tuesday)'])
})

test('runs of the same name are told apart, and so are their trials', () => {
  const [merged] = mergeRuns([runOf('same', 'ws'), runOf('same', 'ws')])
  assert.equal(new Set(merged?.result.scenario.subjects).size, 2)
  assert.equal(new Set(merged?.result.trials.map(({ id }) => id)).size, 2)
})

test('a single run stays as it is', () => {
  const run = runOf('only', 'ws')
  assert.equal(mergeRuns([run])[0]?.result, run.result)
})

test('what is measured makes a scenario another one; whom, how often and what is asked of it does not', () => {
  const [one, other] = [runOf('one', 'ws'), runOf('two', 'grpc')]
  const as = (first: object, second: object) =>
    mergeRuns([
      { ...one, result: resolvedAs(one.result, { ...first }) },
      { ...other, result: resolvedAs(other.result, { ...second }) },
    ]).length
  assert.equal(as({ points: [{ payload: 64 }], blocks: 2 }, { blocks: 6, seed: 7, points: [{ payload: 64 }] }), 1)
  assert.equal(as({ points: [{ payload: 64 }] }, { points: [{ payload: 65 }] }), 2)
})

test('together they are as bad as the worst of them, and compare nothing across runs', () => {
  const bad = resultOf([trialOf({ subject: 'sse', verdict: 'invalid', reasons: [{ code: 'corrupt', message: 'no' }] })])
  const [merged] = mergeRuns([runOf('one', 'ws'), { name: 'two', result: bad }])
  assert.equal(merged?.result.status, 'invalid')
  assert.deepEqual(merged?.result.rankings, [])
  assert.equal(merged?.result.gate, null)
})
