import assert from 'node:assert/strict'
import test from 'node:test'
import { resultOf, type TrialSketch, trialOf } from '../../test/result-fixture.ts'
import type { Aggregate, MetricName } from '../result.ts'
import { aggregate, indexAggregates } from './aggregate.ts'
import { cellsOf } from './cell.ts'
import { rankingsOf } from './ranking.ts'
import { bestOf, judgedMetric, ratioToBest } from './standing.ts'
import { overallStatus } from './status.ts'
import { evaluateThresholds } from './threshold.ts'

const of = (sketches: TrialSketch[]) => sketches.map((sketch, block) => trialOf({ block, ...sketch }))
const figureOf = (sketches: TrialSketch[], metric: MetricName): Aggregate | undefined =>
  indexAggregates(aggregate(of(sketches)))({ subject: 'ws', point: {} }, metric)

const ws = (p50: number | null, more: Partial<TrialSketch> = {}): TrialSketch => ({ subject: 'ws', p50, ...more })

const aggregations: ReadonlyArray<readonly [string, TrialSketch[], MetricName, Partial<Aggregate> | undefined]> = [
  ['the median of three', [ws(300), ws(100), ws(200)], 'latency.p50', { median: 200, range: [100, 300], ci95: null }],
  ['an interval from six', [1, 2, 3, 4, 5, 6].map((p50) => ws(p50)), 'latency.p50', { median: 3.5, ci95: [1, 6] }],
  ['null in one is null for all', [ws(300), ws(null)], 'latency.p50', { median: null, range: null, trials: 2 }],
  ['suspect trials count', [ws(1, { verdict: 'suspect' }), ws(3)], 'latency.p50', { median: 2, trials: 2 }],
  ['invalid trials do not', [ws(1, { verdict: 'invalid' }), ws(3)], 'latency.p50', { median: 3, trials: 1 }],
  ['no aggregate of nothing', [ws(1, { verdict: 'unsupported' })], 'latency.p50', undefined],
  [
    'counts are summed',
    [ws(1, { lost: 2 }), ws(1, { lost: 5 })],
    'delivery.lost',
    { median: 3.5, sum: 7, unit: 'count' },
  ],
  ['times are not', [ws(1)], 'latency.p50', { sum: null, unit: 'ns' }],
  ['one lost message hides the maximum', [ws(1, { lost: 1 })], 'latency.max', { median: null }],
  ['without a loss it shows', [ws(100)], 'latency.max', { median: 1420 }],
  ['bytes are payload bytes', [ws(1, { delivered: 10 })], 'throughput.bytesPerSec', { median: 1280 }],
  ['spinning costs nothing', [ws(1)], 'cpu.clientPerMessageNs', { median: 18_000 }],
  ['server CPU', [ws(1)], 'cpu.serverPerMessageNs', { median: 13_000 }],
]
for (const [what, sketches, metric, expected] of aggregations) {
  test(`aggregation: ${what}`, () => {
    const found = figureOf(sketches, metric)
    if (!expected) assert.equal(found, undefined)
    else assert.deepEqual({ ...found, ...expected }, found)
  })
}

test('what a receiver whose latencies are apart did not get hides no maximum of the others', () => {
  const counts = { ...trialOf(ws(100, { lost: 3 })).counts, apart: { expected: 40, delivered: 37 } }
  const maximum = (missing: number) => {
    const trial = {
      ...trialOf(ws(100, { lost: missing })),
      counts: { ...counts, expected: counts.delivered + missing },
    }
    return indexAggregates(aggregate([trial]))(trial, 'latency.max')?.median
  }
  assert.equal(maximum(3), 1420)
  assert.equal(maximum(4), null, 'one of them was due to somebody else')
})

test('nobody is called best over a subject whose client was the limit; of the best one it is no matter', () => {
  const load = { model: 'closed', requestedPerSec: null, inFlight: 16 } as const
  const bound: Partial<TrialSketch> = { verdict: 'suspect', warnings: [{ code: 'client-bound', message: 'busy' }] }
  const best = (tcp: Partial<TrialSketch>, grpc: Partial<TrialSketch>) => {
    const trials = [0, 1, 2, 3, 4, 5].flatMap((block) => [
      trialOf({ subject: 'tcp', block, load, delivered: 9000, ...tcp }),
      trialOf({ subject: 'grpc', block, load, delivered: 3000, ...grpc }),
    ])
    return rankingsOf(trials)[0]?.best
  }
  assert.equal(best({}, {}), 'tcp')
  assert.equal(best({}, bound), null)
  assert.equal(best(bound, {}), 'tcp')
})

test('points are the same in whatever order their parameters stand', () => {
  const cells = cellsOf(of([ws(1, { point: { a: 1, b: 'x' } }), ws(1, { point: { b: 'x', a: 1 } }), ws(1)]))
  assert.deepEqual(
    cells.map(({ trials }) => trials.length),
    [2, 1],
  )
})

test('the best is the lowest latency of an open loop, the highest throughput elsewhere; the invalid never competes', () => {
  const trials = of([
    ws(200, { delivered: 10 }),
    { subject: 'grpc', p50: 300, delivered: 40 },
    { subject: 'sse', p50: 100, delivered: 99, verdict: 'invalid' },
  ])
  const cells = cellsOf(trials)
  const aggregates = aggregate(trials)
  const ratios = (model: 'open' | 'saturate') =>
    cells.map((cell) => ratioToBest(cell, cells, aggregates, judgedMetric(model)))
  assert.deepEqual(bestOf(cells, aggregates, judgedMetric('open')), { subject: 'ws', figure: 200 })
  assert.deepEqual(ratios('open'), [1, 1.5, null])
  assert.deepEqual(ratios('saturate'), [0.25, 1, null])
})

const p50 = { expression: 'latency.p50 < 150ns', metric: 'latency.p50', op: '<', value: 150 } as const
const gates: ReadonlyArray<readonly [string, TrialSketch[], string[], string]> = [
  ['holds', [ws(100)], ['pass'], 'passed'],
  ['does not hold', [ws(150)], ['fail'], 'failed'],
  ['has no figure', [ws(null)], ['no-data'], 'invalid'],
  [
    'fails for one and has no figure for another',
    [ws(150), { subject: 'b', p50: null }],
    ['fail', 'no-data'],
    'failed',
  ],
  ['would hold, but a trial is invalid', [ws(100), ws(1, { verdict: 'invalid' })], ['no-data'], 'invalid'],
  ['does not hold, and a trial is invalid', [ws(200), ws(1, { verdict: 'invalid' })], ['fail'], 'invalid'],
  ['spares the unsupported', [ws(100), { subject: 'b', verdict: 'unsupported' }], ['pass'], 'passed'],
  ['finds nothing but the unsupported', [{ subject: 'b', verdict: 'unsupported' }], [], 'invalid'],
  ['lets the suspect pass', [ws(100, { verdict: 'suspect' })], ['pass'], 'passed'],
]
for (const [what, sketches, statuses, status] of gates) {
  test(`a threshold that ${what}`, () => {
    const trials = of(sketches)
    const results = evaluateThresholds([p50], trials, aggregate(trials))
    assert.deepEqual(
      results.map((one) => one.status),
      statuses,
    )
    const overall = overallStatus(trials, results)
    assert.equal(overall.status, status)
    assert.equal(overall.reasons.length > 0, status !== 'passed')
  })
}

test('every operator compares the figure with the value', () => {
  const trials = of([ws(150)])
  const rows = { '<': false, '<=': true, '>': false, '>=': true, '==': true, '!=': false } as const
  for (const [op, holds] of Object.entries(rows) as Array<[keyof typeof rows, boolean]>) {
    const [result] = evaluateThresholds([{ ...p50, op }], trials, aggregate(trials))
    assert.deepEqual([op, result?.status, result?.actual], [op, holds ? 'pass' : 'fail', 150])
  }
})

test('an aborted run says so, whatever else it found', () => {
  const result = resultOf(of([ws(1, { verdict: 'invalid' })]), [], { code: 'interrupted', message: 'SIGINT' })
  assert.deepEqual([result.status, result.reasons[0]?.code], ['aborted', 'interrupted'])
})
