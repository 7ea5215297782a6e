import assert from 'node:assert/strict'
import test from 'node:test'
import { everyEnding, unfinishedSearch } from '../../test/capacity-fixture.ts'
import { pairOf } from '../../test/comparison-fixture.ts'
import { curvedResult } from '../../test/latency-fixture.ts'
import { plainResult, resultOf, saturatedResult, type TrialSketch, trialOf } from '../../test/result-fixture.ts'
import type { Result } from '../result.ts'
import { sentencesOf } from './answer.ts'

const texts = (result: Result) => sentencesOf(result).map(({ text }) => text)

/** Eight blocks of each. */
const run = (...sketches: TrialSketch[]) =>
  resultOf(Array.from({ length: 8 }, (_, block) => sketches.map((one) => trialOf({ ...one, block }))).flat())

test('who is best is said with what the others take, the nearest first', () => {
  const [only, ...more] = texts(curvedResult)
  assert.deepEqual(more, [])
  assert.match(only ?? '', /^tcp has the lowest p50: ws \+50\.\d % \(\+.* to \+.*\), grpc-unary \+5\d\d % \(.*\)\.$/)
})

test('where nobody is best it says so, and why', () => {
  assert.deepEqual(texts(plainResult), [
    'Who has the lowest p50 cannot be said: too few blocks to tell (3 subjects need 7).',
  ])
  assert.deepEqual(texts(run({ subject: 'a' }, { subject: 'b' })), ['No measurable difference in p50.'])
  const behind = run({ subject: 'a' }, { subject: 'b' }, { subject: 'c', p50: 300_000 })
  assert.deepEqual(texts(behind), ['No measurable difference in p50 between a and b, who are ahead of the others.'])
})

test('several points are one sentence where they agree', () => {
  assert.deepEqual(texts(saturatedResult).length, 1)
  assert.match(
    texts(saturatedResult)[0] ?? '',
    /^ws has the highest throughput: the next best -\d.* % to -\d.* %, at all points\.$/,
  )
})

test('base and head: the answer of the gate alone', () => {
  assert.match(texts(pairOf(1.2)).join('\n'), /^head is worse than base: service\.p50 .*\.$/)
})

test('what is wrong with the run comes first, and it is said who is concerned', async () => {
  const reasons = [{ code: 'server-died', message: 'the server ended' }] as const
  const broken = run(
    { subject: 'a' },
    { subject: 'b', p50: 200_000 },
    { subject: 'c', verdict: 'invalid', reasons: [...reasons] },
  )
  const [flaw, best, ...more] = texts(broken)
  assert.equal(flaw, 'The run is invalid (c): why stands below.')
  assert.match(best ?? '', /^a has the lowest p50: b \+100\.?0? %/)
  assert.deepEqual(more, [])
  assert.deepEqual(texts(resultOf([], [], { code: 'interrupted', message: 'interrupted by SIGINT' })), [
    'The run was aborted: interrupted by SIGINT.',
  ])
  assert.match(texts(await unfinishedSearch()).join('\n'), /^The run was aborted: [^\n]*$/)
  assert.ok(texts(await everyEnding()).length <= 3)
})

test('a subject that is alone gives its own figures', () => {
  assert.deepEqual(texts(run({ subject: 'ws' })), ['ws: p50 100 µs, p99 378 µs, 2,000/s.'])
})
