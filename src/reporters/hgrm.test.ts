import assert from 'node:assert/strict'
import test from 'node:test'
import { build } from 'hdr-histogram-js'
import { hgrmPoints } from '../../test/format-checks.ts'
import { chaptersOf, drawnResult } from '../../test/report-fixture.ts'
import { resultOf, trialOf } from '../../test/result-fixture.ts'
import { encodeHdr } from '../engine/hdr.ts'
import { Histogram } from '../engine/histogram.ts'
import { seededRandom } from '../engine/random.ts'
import type { Result } from '../result.ts'
import { hgrmReporter } from './hgrm.ts'

/** One trial with these latencies, ns. */
function resultWith(latencies: readonly number[], lost = 0): Result {
  const histogram = new Histogram()
  for (const latency of latencies) histogram.record(latency)
  const trial = trialOf({ subject: 'ws', delivered: latencies.length, lost })
  const response = { ...(trial.latency.response ?? assert.fail()), hdr: encodeHdr(histogram.sparse()) }
  return resultOf([{ ...trial, latency: { ...trial.latency, response } }])
}

test('it is the distribution that HdrHistogram itself prints', () => {
  const random = seededRandom(7)
  const latencies = Array.from({ length: 5000 }, () => Math.round(50_000 / (1 - random() * 0.9999)))
  const own = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  })
  for (const latency of latencies) own.recordValue(latency)
  const expected = hgrmPoints(own.outputPercentileDistribution(5, 1e6))
  const points = hgrmPoints(hgrmReporter.render(chaptersOf(resultWith(latencies))))
  assert.equal(points.length, expected.length)
  points.forEach((point, at) => {
    const other = expected[at] ?? assert.fail()
    assert.deepEqual([point.total, point.inverse], [other.total, other.inverse])
    // The last digit is a matter of rounding, and the library prints fewer of a value.
    assert.ok(Math.abs(point.percentile - other.percentile) < 2e-12)
    assert.ok(Math.abs(point.value - other.value) <= 0.0006, `${point.value} against ${other.value}`)
  })
})

test('messages that never came count as the slowest: the curve ends before them', () => {
  const latencies = Array.from({ length: 900 }, (_, index) => 1000 + index)
  const text = hgrmReporter.render(chaptersOf(resultWith(latencies, 100)))
  assert.ok((hgrmPoints(text).at(-1)?.percentile ?? 1) <= 0.9)
  assert.match(text, /100 messages never came/)
  assert.doesNotMatch(text, / 1\.000000000000 /)
})

test('subjects get a part each, with names that differ', () => {
  const parts = hgrmReporter.parts?.(chaptersOf(drawnResult(['ws', 'WS', 'w/s', 'w s', '..']))) ?? []
  assert.deepEqual(
    parts.map(({ name }) => name),
    ['ws', 'WS-2', 'w-s', 'w-s-2', 'subject'],
  )
  for (const { text } of parts) assert.match(text, /merged histogram of 2 trials/)
})
