import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { encodeHdr } from './hdr.ts'
import { Histogram, highestOf, lowestOf } from './histogram.ts'
import { seededRandom } from './random.ts'

/** Latency-like values: log-uniform from 1 ns to about 20 minutes. */
function samples(count: number, seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => Math.floor(Math.exp(random() * Math.log(1.2e12))))
}

test('every value lies in its bucket, and no bucket is wider than a thousandth of its values', () => {
  const edges = [0, 1, 2047, 2048, 2049, 4095, 4096, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 42, 2 ** 52 - 1]
  for (const value of [...edges, ...samples(10_000, 1)]) {
    const histogram = new Histogram()
    histogram.record(value)
    const [index = -1] = histogram.sparse().indexes
    assert.ok(lowestOf(index) <= value && value <= highestOf(index), `${value}`)
    assert.ok(highestOf(index) - lowestOf(index) <= value / 1024, `${value}`)
  }
})

test('percentiles agree with the sorted samples within the precision, the extremes exactly', () => {
  const values = samples(50_000, 2)
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  const sorted = values.toSorted((one, other) => one - other)
  for (const quantile of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
    const exact = sorted[Math.ceil(quantile * sorted.length - 1e-6) - 1] ?? Number.NaN
    const told = histogram.percentile(quantile)
    assert.ok(told >= exact && told <= exact * (1 + 1 / 1024), `p${quantile * 100}: ${told} against ${exact}`)
  }
  assert.equal(histogram.min, sorted[0])
  assert.equal(histogram.max, sorted.at(-1))
  assert.equal(histogram.percentile(1), sorted.at(-1))
  assert.equal(
    histogram.sum,
    values.reduce((sum, value) => sum + value, 0),
  )
})

test('merging parts equals recording in one', () => {
  const values = samples(9_000, 3)
  const whole = new Histogram()
  const merged = new Histogram()
  for (const value of values) whole.record(value)
  for (let part = 0; part < 3; part++) {
    const one = new Histogram()
    for (let at = part; at < values.length; at += 3) one.record(values[at] ?? 0)
    merged.add(one.sparse())
  }
  assert.deepEqual(merged.sparse(), whole.sparse())
})

test('the encoding is a V2 histogram that a reader of HdrHistogram decodes without losing a count', () => {
  const histogram = new Histogram()
  for (const value of samples(20_000, 4)) histogram.record(value)
  const encoded = encodeHdr(histogram.sparse())
  assert.match(encoded, /^HISTF/)
  const decoded = decodeFromCompressedBase64(encoded, 64)
  assert.equal(decoded.totalCount, 20_000)
  for (const percentile of [1, 50, 90, 99, 99.9]) {
    assert.equal(decoded.getValueAtPercentile(percentile), highestOfValue(histogram.percentile(percentile / 100)))
  }
})

function highestOfValue(value: number): number {
  const histogram = new Histogram()
  histogram.record(value)
  return highestOf(histogram.sparse().indexes[0] ?? 0)
}

test('clearing leaves nothing behind', () => {
  const histogram = new Histogram()
  for (const value of samples(100, 5)) histogram.record(value)
  histogram.clear()
  assert.deepEqual(histogram.sparse(), new Histogram().sparse())
  histogram.record(42)
  assert.equal(histogram.percentile(0.5), 42)
})

test('what is missing counts as the largest: a percentile among the missing is unknown', () => {
  const histogram = new Histogram()
  for (let value = 1; value <= 990; value++) histogram.record(value)
  assert.equal(histogram.percentile(0.5, 1000), 500)
  assert.equal(histogram.percentile(0.99, 1000), 990)
  assert.equal(histogram.percentile(0.991, 1000), null)
  assert.equal(histogram.percentile(0.99), 981)
})
