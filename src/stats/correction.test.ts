import assert from 'node:assert/strict'
import test from 'node:test'
import padjust from '@stdlib/stats-padjust'
import { seededRandom } from '../engine/random.ts'
import { benjaminiHochberg, holm } from './correction.ts'

const same = (actual: readonly number[], expected: readonly number[]) =>
  actual.forEach((one, index) => {
    assert.ok(Math.abs(one - (expected[index] ?? -1)) < 1e-12, `${actual}, expected ${expected}`)
  })

/** Benjamini & Hochberg (1995), 4.1: fifteen hypotheses of a trial with patients after a heart attack. */
const infarction = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
]

test('published: three of fifteen are rejected by Holm, four by Benjamini and Hochberg', () => {
  assert.equal(holm(infarction).filter((p) => p <= 0.05).length, 3)
  assert.equal(benjaminiHochberg(infarction).filter((p) => p <= 0.05).length, 4)
})

test('as another implementation has it, in any order, with ties, and of one or none', () => {
  const random = seededRandom(31)
  for (let round = 0; round < 50; round++) {
    const ps = Array.from({ length: 1 + (round % 20) }, () => Math.ceil(random() ** 3 * 30) / 30)
    same(holm(ps), padjust(ps, 'holm'))
    same(benjaminiHochberg(ps), padjust(ps, 'bh'))
  }
  assert.deepEqual([holm([]), benjaminiHochberg([]), holm([0.03])], [[], [], [0.03]])
})
