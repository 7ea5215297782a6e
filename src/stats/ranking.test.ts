import assert from 'node:assert/strict'
import test from 'node:test'
import { trialOf } from '../../test/result-fixture.ts'
import { gatedMetrics, gatePresets } from '../gate.ts'
import type { Trial } from '../result.ts'
import { cellsOf } from './cell.ts'
import { precisionOf } from './precision.ts'
import { rankingsOf } from './ranking.ts'
import { undecidedAt } from './standing.ts'

/** Trials of subjects with such medians, and some noise that differs by block and subject. */
function blocksOf(count: number, p50s: Readonly<Record<string, number>>, noise = 0.01): Trial[] {
  return Array.from({ length: count }, (_, block) =>
    Object.entries(p50s).map(([subject, p50], index) =>
      trialOf({ subject, block, p50: Math.round(p50 * (1 + noise * Math.sin(12.9898 * (block + 1) * (index + 1.3)))) }),
    ),
  ).flat()
}

const rows: ReadonlyArray<readonly [string, number, Record<string, number>, string | null, string | null]> = [
  ['two, far apart', 6, { ws: 1e5, grpc: 2e5 }, 'ws', null],
  ['two, far apart, in five blocks', 5, { ws: 1e5, grpc: 2e5 }, null, 'too few blocks to tell (2 subjects need 6)'],
  [
    'four, in as many blocks as two need',
    6,
    { a: 1e5, b: 2e5, c: 3e5, d: 4e5 },
    null,
    'too few blocks to tell (4 subjects need 8)',
  ],
  ['four, in enough', 8, { a: 4e5, b: 2e5, c: 1e5, d: 3e5 }, 'c', null],
  ['two alike', 12, { a: 1e5, b: 1e5 }, null, 'no measurable difference'],
  [
    'two alike, and one far behind',
    12,
    { a: 1e5, b: 1e5, c: 3e5 },
    null,
    'no measurable difference between a and b, who are ahead of the others',
  ],
]
for (const [what, blocks, p50s, best, why] of rows) {
  test(`the best of ${what}: ${best ?? why}`, () => {
    const trials = blocksOf(blocks, p50s)
    const [ranking] = rankingsOf(trials)
    assert.ok(ranking)
    assert.equal(ranking.best, best)
    assert.equal(ranking.pairs.length, (Object.keys(p50s).length * (Object.keys(p50s).length - 1)) / 2)
    assert.equal(undecidedAt(ranking, cellsOf(trials)), why)
    assert.ok(ranking.pairs.every(({ ci95 }) => (ci95 === null) === blocks < 6))
  })
}

test('of a closed loop the one that moves most is best; whoever is invalid does not compete', () => {
  const trials = blocksOf(8, { slow: 1e5, quick: 1e5, broken: 1e5 }).map((trial, index): Trial => {
    const factor = { slow: 1, quick: 2, broken: 9 }[trial.subject] ?? 0
    const load = { ...trial.load, model: 'closed' as const, achievedPerSec: factor * (1000 + index) }
    return { ...trial, load, verdict: trial.subject === 'broken' && trial.block === 0 ? 'invalid' : trial.verdict }
  })
  const [ranking, ...others] = rankingsOf(trials)
  assert.deepEqual([ranking?.metric, ranking?.best, others.length], ['throughput.messagesPerSec', 'quick', 0])
  assert.deepEqual(
    ranking?.pairs.map(({ one, other }) => [one, other]),
    [['slow', 'quick']],
  )
})

test('a rival without a figure cannot be beaten', () => {
  const trials = blocksOf(8, { ws: 1e5, grpc: 2e5 })
  const [ranking] = rankingsOf([...trials, ...blocksOf(8, { sse: 3e5 }).map((trial) => withoutP50(trial))])
  assert.equal(ranking?.best, null)
  const alone = rankingsOf(trials.filter(({ subject }) => subject === 'ws'))
  assert.deepEqual(alone, [])
})

function withoutP50(trial: Trial): Trial {
  const { response } = trial.latency
  return { ...trial, latency: { ...trial.latency, response: response && { ...response, p50: null } } }
}

const gate = { ...gatePresets, base: 'ws', head: 'grpc', metrics: gatedMetrics('open') }

test('precision is reached by the width of the intervals, whatever the difference', () => {
  for (const grpc of [1e5, 5e5]) {
    assert.equal(precisionOf(blocksOf(8, { ws: 1e5, grpc }, 0.005), gate, 0.05).reached, true)
    const wide = precisionOf(blocksOf(8, { ws: 1e5, grpc }, 0.3), gate, 0.05)
    assert.deepEqual([wide.reached, wide.metric], [false, 'service.p50'])
    assert.ok(wide.widest !== null && wide.widest > 0.05)
  }
  const [one, same] = [1e5, 5e5].map((grpc) => precisionOf(blocksOf(8, { ws: 1e5, grpc }, 0.2), gate, 0.05).widest ?? 0)
  assert.ok(one && same && Math.abs(one / same - 1) < 0.01)
})

test('without a gate it is that of the judged metric of all pairs, or of a subject alone', () => {
  const trials = blocksOf(10, { ws: 1e5, grpc: 1e5, sse: 1e5 }, 0.05)
  const all = precisionOf(trials, undefined, 0.05)
  const pair = precisionOf(
    trials.filter(({ subject }) => subject !== 'sse'),
    undefined,
    0.05,
  )
  assert.equal(all.metric, 'latency.p50')
  assert.ok((all.widest ?? 0) >= (pair.widest ?? 1))
  assert.ok(precisionOf(blocksOf(10, { ws: 1e5 }, 0.001), undefined, 0.05).reached)
})

test('before there is an interval nothing is reached, and a metric without a figure does not keep a run going', () => {
  assert.deepEqual(precisionOf(blocksOf(4, { ws: 1e5, grpc: 1e5 }), gate, 0.05).reached, false)
  assert.deepEqual(precisionOf([], gate, 0.05), { reached: false, widest: null, metric: null })
  const trials = blocksOf(8, { ws: 1e5, grpc: 1e5 }, 0.005).map((trial) => ({ ...trial, processes: [] }))
  assert.deepEqual(precisionOf(trials, gate, 0.05).reached, true)
})
