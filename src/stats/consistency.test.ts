import assert from 'node:assert/strict'
import test from 'node:test'
import { everyEnding, matrixOfCapacities, unfinishedSearch } from '../../test/capacity-fixture.ts'
import { pairOf, runOf } from '../../test/comparison-fixture.ts'
import { crowdedResult, plainResult, resultOf, saturatedResult, slopedResult } from '../../test/result-fixture.ts'
import type { Result, Trial } from '../result.ts'
import { inconsistencyOf } from './consistency.ts'

test('results as they are made agree with themselves', async () => {
  const aborted = resultOf([], [], { code: 'interrupted', message: 'interrupted by SIGINT' })
  const searches = [await everyEnding(), await matrixOfCapacities(), await unfinishedSearch()]
  const all = [
    plainResult,
    crowdedResult,
    saturatedResult,
    slopedResult,
    pairOf(1.2),
    runOf(1, 1),
    aborted,
    ...searches,
  ]
  for (const [index, result] of all.entries()) assert.equal(inconsistencyOf(result), null, `result ${index}`)
})

/** A copy in which something was changed afterwards. */
function edited(change: (copy: Result, first: Trial) => void): Result {
  const copy = structuredClone(plainResult)
  const [first] = copy.trials
  assert.ok(first)
  change(copy, first)
  return copy
}

function latencyOf({ latency }: Trial) {
  assert.ok(latency.response)
  return latency.response
}

const edits: ReadonlyArray<readonly [what: string, change: (copy: Result, first: Trial) => void, says: RegExp]> = [
  [
    'a lost message',
    (_, { counts }) => counts.lost++,
    /^trials\[0\]\.counts\.expected is 2000, but its accounts are 2001$/,
  ],
  ['a message sent', (_, { counts }) => counts.sent--, /^trials\[0\]\.counts\.scheduled is 2000, but .* are 1999$/],
  [
    'a percentile',
    (_, trial) => Object.assign(latencyOf(trial), { p99: 1 }),
    /^trials\[0\]\.latency\.response\.p99 is 1, below p90/,
  ],
  [
    'a sum',
    (_, trial) => Object.assign(latencyOf(trial), { sum: 1 }),
    /^trials\[0\]\.latency\.response\.sum is 1, outside/,
  ],
  ['a count', (_, trial) => Object.assign(latencyOf(trial), { count: 0, sum: 0 }), /response\.count is 0, which/],
  [
    'a median',
    ({ aggregates }) => Object.assign(aggregates[0] ?? {}, { median: 5 }),
    /^aggregates\[0\]\.median is 5, but the trials give/,
  ],
  [
    'a figure',
    (_, trial) => Object.assign(trial.latency.service ?? {}, { p50: 70_000 }),
    /^aggregates\[\d+\]\.median is .*service\.p50 of ws/,
  ],
  ['aggregates gone', (copy) => copy.aggregates.splice(0), /^aggregates: there are none of ws$/],
  ['a trial gone', ({ trials }) => trials.splice(4, 1), /^trials: block 1 has none of grpc$/],
  ['a trial twice', ({ trials }, first) => trials.push(first), /^trials\[9\]\.id: ws-0 is there twice$/],
  [
    'a block twice',
    ({ trials }, first) => trials.push({ ...first, id: 'other' }),
    /^trials: ws is twice in one block$/,
  ],
  [
    'fewer than planned',
    ({ scenario }) => Object.assign(scenario, { plannedTrials: 12 }),
    /there are 9, planned were 12/,
  ],
  ['another subject', (_, first) => Object.assign(first, { subject: 'wss' }), /^trials\[0\]\.subject: /],
  ['another point', (_, first) => Object.assign(first, { point: { payload: 1 } }), /^trials\[0\]\.point: /],
  ['a verdict', (_, first) => Object.assign(first, { verdict: 'invalid' }), /^(status is passed|aggregates)/],
]
for (const [what, change, says] of edits) {
  test(`${what} that was edited is found at its place`, () => {
    assert.match(inconsistencyOf(edited(change)) ?? 'nothing', says)
  })
}

test('metrics of a newer minor version are no contradiction', () => {
  const copy = structuredClone(plainResult)
  const [first] = copy.aggregates
  assert.ok(first)
  copy.aggregates.push({ ...first, metric: 'of.later', median: 3 })
  assert.equal(inconsistencyOf(copy), null)
})
