import assert from 'node:assert/strict'
import test from 'node:test'
import { median, medianInterval95, medianRanks95, range } from './spread.ts'

for (const [values, middle, extremes] of [
  [[], null, null],
  [[3], 3, [3, 3]],
  [[9, 1], 5, [1, 9]],
  [[10, 9, 1], 9, [1, 10]],
  [[4, 1, 3, 2], 2.5, [1, 4]],
] as const) {
  test(`median and range of [${values}]`, () => {
    assert.equal(median(values), middle)
    assert.deepEqual(range(values), extremes)
  })
}

// Confidence to a tenth of a percent, as printed in tables of the sign-test interval.
for (const [count, lower, upper, percent] of [
  [6, 1, 6, 96.9],
  [7, 1, 7, 98.4],
  [8, 1, 8, 99.2],
  [9, 2, 8, 96.1],
  [10, 2, 9, 97.9],
  [15, 4, 12, 96.5],
  [20, 6, 15, 95.9],
  [30, 10, 21, 95.7],
] as const) {
  test(`the interval of the median of ${count} values`, () => {
    const ranks = medianRanks95(count)
    assert.deepEqual([ranks?.lower, ranks?.upper], [lower, upper])
    assert.equal(Math.round((ranks?.confidence ?? 0) * 1000) / 10, percent)
  })
}

test('there is no interval below 6 values', () => {
  for (let count = 0; count < 6; count++) assert.equal(medianRanks95(count), null)
  assert.equal(medianInterval95([1, 2, 3, 4, 5]), null)
})

test('the interval holds the values at its ranks, whatever their order', () => {
  assert.deepEqual(medianInterval95([10, 3, 7, 1, 9, 2, 8, 5, 4, 6]), [2, 9])
})

test('the interval of very many values agrees with the normal approximation', () => {
  const ranks = medianRanks95(5000)
  assert.ok(ranks && Math.abs(ranks.lower - (2500 - 0.98 * Math.sqrt(5000))) < 2)
  assert.ok(ranks.confidence >= 0.95 && ranks.confidence < 0.951)
})
