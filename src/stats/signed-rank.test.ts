import assert from 'node:assert/strict'
import test from 'node:test'
import wilcoxon from '@stdlib/stats-wilcoxon'
import { seededRandom } from '../engine/random.ts'
import { hodgesLehmann, signedRank } from './signed-rank.ts'

const close = (actual: number, expected: number, error: number, what = '') =>
  assert.ok(Math.abs(actual - expected) <= error, `${what} ${actual}, expected ${expected}`)

/** Hamilton depression scale before and after: Hollander, Wolfe & Chicken, table 3.1, examples 3.1, 3.3 and 3.4. */
const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
const depression = after.map((value, index) => value - (before[index] ?? 0))

/** Heights of cross- and self-fertilised plants, in eighths of an inch: Darwin (1876), in Fisher, The Design of Experiments, 3. */
const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]

/** Every one of the 2^n signs, counted: what exact means. */
function enumerated(differences: readonly number[]): [number, number] {
  const sizes = differences.map(Math.abs)
  const rank = (size: number) =>
    (sizes.filter((other) => other < size).length + sizes.filter((other) => other <= size).length + 1) / 2
  const ranks = differences.flatMap((one) => (one === 0 ? [] : [rank(Math.abs(one))]))
  const observed = differences.reduce((sum, one) => sum + (one > 0 ? rank(one) : 0), 0)
  let [above, below] = [0, 0]
  for (let signs = 0; signs < 2 ** ranks.length; signs++) {
    const sum = ranks.reduce((total, one, index) => total + ((signs >> index) & 1 ? one : 0), 0)
    if (sum >= observed) above++
    if (sum <= observed) below++
  }
  return [above / 2 ** ranks.length, below / 2 ** ranks.length]
}

test('published: nine patients before and after', () => {
  const { pLess } = signedRank(depression)
  close(pLess, 10 / 512, 1e-12)
  const { estimate, interval } = hodgesLehmann(depression, 0.96)
  close(estimate ?? 0, -0.46, 1e-9)
  close(interval?.[0] ?? 0, -0.786, 1e-9)
  close(interval?.[1] ?? 0, -0.01, 1e-9)
})

test("published: Darwin's plants, T = 96 of 120", () => {
  close(signedRank(darwin).pTwoSided, 0.04126, 5e-6)
})

test('as another implementation has it: exact without ties', () => {
  const random = seededRandom(7)
  for (let round = 0; round < 60; round++) {
    const values = Array.from({ length: 3 + (round % 45) }, () => random() - 0.4)
    for (const [alternative, mine] of [
      ['greater', signedRank(values).pGreater],
      ['less', signedRank(values).pLess],
      ['two-sided', signedRank(values).pTwoSided],
    ] as const)
      close(mine, Math.min(1, wilcoxon(values, { alternative }).pValue), 1e-9, `${alternative} of ${values.length}`)
  }
})

test('as another implementation approximates it: many ties, and zeros as Pratt has them', () => {
  const random = seededRandom(8)
  for (let round = 0; round < 20; round++) {
    const values = Array.from({ length: 60 + round }, () => Math.floor(random() * 12) - 5)
    const other = wilcoxon(values, { zeroMethod: 'pratt', alternative: 'greater' }).pValue
    close(signedRank(values).pGreater, other, 0.004)
  }
})

test('ties and zeros are exact: every sign of small samples, counted', () => {
  const random = seededRandom(9)
  for (let round = 0; round < 120; round++) {
    const values = Array.from({ length: 1 + (round % 11) }, () => Math.floor(random() * 7) - 3)
    const { pGreater, pLess, pTwoSided, count } = signedRank(values)
    assert.equal(count, values.filter((value) => value !== 0).length)
    if (count === 0) continue
    const [above, below] = enumerated(values)
    close(pGreater, above, 1e-12, `${values}`)
    close(pLess, below, 1e-12, `${values}`)
    close(pTwoSided, Math.min(1, 2 * Math.min(above, below)), 1e-12)
  }
})

test('all zero, or nothing: no evidence, and the estimate is zero', () => {
  assert.deepEqual(signedRank([0, 0, 0, 0, 0, 0]), { count: 0, pGreater: 1, pLess: 1, pTwoSided: 1 })
  assert.deepEqual(hodgesLehmann([0, 0, 0, 0, 0, 0], 0.95), { estimate: 0, interval: [0, 0] })
  assert.equal(signedRank([]).pTwoSided, 1)
  assert.deepEqual(hodgesLehmann([], 0.95), { estimate: null, interval: null })
})

test('the interval begins at 6 differences, where it is from the smallest to the largest', () => {
  assert.equal(hodgesLehmann([1, 2, 3, 4, 5], 0.95).interval, null)
  assert.deepEqual(hodgesLehmann([6, 1, 2, 5, 3, 4], 0.95).interval, [1, 6])
})

test('interval and test agree: a centre is outside just where the two-sided p is 5 % or less', () => {
  const random = seededRandom(10)
  for (let round = 0; round < 40; round++) {
    const values = Array.from({ length: 6 + round }, () => random() ** 2)
    const { interval } = hodgesLehmann(values, 0.95)
    assert.ok(interval)
    const p = (centre: number) => signedRank(values.map((value) => value - centre)).pTwoSided
    assert.ok(p(interval[0] - 1e-9) <= 0.05 && p(interval[0] + 1e-9) > 0.05)
    assert.ok(p(interval[1] + 1e-9) <= 0.05 && p(interval[1] - 1e-9) > 0.05)
  }
})

test('beyond what is counted exactly, the approximation goes on where it ends', () => {
  const random = seededRandom(11)
  const values = Array.from({ length: 301 }, () => random() - 0.46)
  const fewer = values.slice(0, 300)
  close(signedRank(values).pGreater, signedRank(fewer).pGreater, 0.01)
  const [many, exact] = [hodgesLehmann(values, 0.95), hodgesLehmann(fewer, 0.95)]
  close(many.interval?.[0] ?? 9, exact.interval?.[0] ?? 0, 0.005)
  close(many.interval?.[1] ?? 9, exact.interval?.[1] ?? 0, 0.005)
})
