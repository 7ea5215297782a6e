import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from '../engine/random.ts'
import { rankSum, shift } from './rank-sum.ts'

const close = (actual: number, expected: number, error: number, what = '') =>
  assert.ok(Math.abs(actual - expected) <= error, `${what} ${actual}, expected ${expected}`)

/** Water passing placental membranes at term and before: Hollander, Wolfe & Chicken, table 4.1, examples 4.1, 4.3 and 4.4. */
const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
const early = [1.15, 0.88, 0.9, 0.74, 1.21]

/** Every choice of places for the ys, counted. */
function enumerated(xs: readonly number[], ys: readonly number[]): [number, number] {
  const all = [...xs, ...ys]
  const rank = (value: number) =>
    (all.filter((other) => other < value).length + all.filter((other) => other <= value).length + 1) / 2
  const ranks = all.map(rank)
  const observed = ranks.slice(xs.length).reduce((sum, one) => sum + one, 0)
  let [above, below, count] = [0, 0, 0]
  for (let choice = 0; choice < 2 ** all.length; choice++) {
    const chosen = ranks.filter((_, index) => (choice >> index) & 1)
    if (chosen.length !== ys.length) continue
    const sum = chosen.reduce((total, one) => total + one, 0)
    count++
    if (sum >= observed) above++
    if (sum <= observed) below++
  }
  return [above / count, below / count]
}

test('published: membranes at term and before', () => {
  close(rankSum(early, atTerm).pGreater, 0.1272, 5e-5)
  close(rankSum(atTerm, early).pLess, 0.1272, 5e-5)
  const { estimate, interval } = shift(early, atTerm, 0.95)
  close(estimate ?? 0, 0.305, 1e-9)
  close(interval?.[0] ?? 0, -0.15, 1e-9)
  close(interval?.[1] ?? 0, 0.76, 1e-9)
})

test('ties are exact: every choice of small samples, counted', () => {
  const random = seededRandom(21)
  for (let round = 0; round < 60; round++) {
    const some = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 5))
    const [xs, ys] = [some(1 + (round % 6)), some(1 + (round % 5))]
    const { pGreater, pLess, pTwoSided } = rankSum(xs, ys)
    const [above, below] = enumerated(xs, ys)
    close(pGreater, above, 1e-12, `${xs} against ${ys}`)
    close(pLess, below, 1e-12, `${xs} against ${ys}`)
    close(pTwoSided, Math.min(1, 2 * Math.min(above, below)), 1e-12)
  }
})

test('interval and test agree: a shift is outside just where the two-sided p is 5 % or less', () => {
  const random = seededRandom(22)
  for (let round = 0; round < 15; round++) {
    const xs = Array.from({ length: 6 + round }, () => random())
    const ys = Array.from({ length: 20 - round }, () => random() + 0.3)
    const { interval } = shift(xs, ys, 0.95)
    assert.ok(interval)
    const p = (by: number) =>
      rankSum(
        xs.map((x) => x + by),
        ys,
      ).pTwoSided
    assert.ok(p(interval[0] - 1e-9) <= 0.05 && p(interval[0] + 1e-9) > 0.05)
    assert.ok(p(interval[1] + 1e-9) <= 0.05 && p(interval[1] - 1e-9) > 0.05)
  }
})

test('too few for an interval, or nothing', () => {
  assert.equal(shift([1, 2, 3], [4, 5, 6, 7], 0.95).interval, null)
  assert.deepEqual(shift([1, 2, 3, 4], [4, 5, 6, 7], 0.95).interval, [0, 6])
  assert.equal(rankSum([], [1]).pTwoSided, 1)
  assert.equal(shift([], [1], 0.95).estimate, null)
  assert.deepEqual(rankSum([3, 3], [3, 3, 3]), { pGreater: 1, pLess: 1, pTwoSided: 1 })
})

test('with many values the approximation goes on where exact counting ends', () => {
  const random = seededRandom(23)
  const some = (count: number, by: number) => Array.from({ length: count }, () => Math.floor((random() + by) * 400))
  const [xs, ys] = [some(60, 0), some(60, 0.08)]
  const [fewerXs, fewerYs] = [xs.slice(0, 34), ys.slice(0, 34)]
  assert.ok(rankSum(xs, ys).pGreater > 0 && rankSum(xs, ys).pGreater < 1)
  close(rankSum(xs, ys).pGreater + rankSum(xs, ys).pLess, 1, 0.01)
  close(rankSum(fewerXs, fewerYs).pGreater + rankSum(fewerXs, fewerYs).pLess, 1, 0.01)
  const many = shift(xs, ys, 0.95)
  const exact = shift(fewerXs, fewerYs, 0.95)
  assert.ok(many.interval && exact.interval)
  assert.ok(many.interval[1] - many.interval[0] < exact.interval[1] - exact.interval[0])
})
