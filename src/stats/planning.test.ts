import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from '../engine/random.ts'
import { normalQuantile, normalTail } from './normal.ts'
import { blocksFor, visibleShare, withinBlockVariation } from './planning.ts'
import { tQuantile } from './student.ts'

test('the normal distribution as tables have it', () => {
  for (const [z, tail] of [
    [0, 0.5],
    [1, 0.158655253931457],
    [1.959963984540054, 0.025],
    [2.999, 0.00135434],
    [3.001, 0.00134547],
    [6, 9.86587645e-10],
    [-1.6448536269514722, 0.95],
  ] as const) {
    assert.ok(Math.abs(normalTail(z) / tail - 1) < 1e-5, `${z}: ${normalTail(z)}`)
    assert.ok(Math.abs(normalQuantile(tail) - z) < 1e-5)
  }
})

test("Student's distribution as tables have it", () => {
  for (const [tail, degrees, t] of [
    [0.05, 4, 2.1318],
    [0.025, 1, 12.7062],
    [0.0125, 4, 3.4954],
    [0.005, 1, 63.6567],
    [0.05, 30, 1.6973],
  ] as const)
    assert.ok(Math.abs(tQuantile(tail, degrees) - t) < 5e-5)
})

test('the variation is that of one trial, and outliers hardly move it', () => {
  const random = seededRandom(41)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const logs = Array.from({ length: 400 }, () => 0.3 + 0.08 * (normal() - normal()))
  const found = withinBlockVariation(logs) ?? 0
  assert.ok(found > 0.072 && found < 0.088, `${found}`)
  const spoilt = withinBlockVariation(logs.map((log, index) => (index % 20 === 0 ? log + 3 : log))) ?? 0
  assert.ok(spoilt < 0.1, `${spoilt}`)
  assert.equal(withinBlockVariation([0.1]), null)
  assert.equal(withinBlockVariation([0.1, 0.1, 0.1]), 0)
})

test('for few blocks the variation is right on average', () => {
  const random = seededRandom(42)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  for (const blocks of [2, 3, 5, 6, 8, 9, 10, 15]) {
    let sum = 0
    for (let round = 0; round < 1500; round++)
      sum += withinBlockVariation(Array.from({ length: blocks }, () => normal() - normal())) ?? 0
    assert.ok(Math.abs(sum / 1500 - 1) < 0.06, `${blocks}: ${sum / 1500}`)
  }
})

test('more blocks see more, more noise and more tests see less', () => {
  assert.ok(visibleShare(0.05, 20, 2) < visibleShare(0.05, 10, 2))
  assert.ok(visibleShare(0.1, 20, 2) > visibleShare(0.05, 20, 2))
  assert.ok(visibleShare(0.05, 20, 4) > visibleShare(0.05, 20, 2))
  assert.equal(visibleShare(0.05, 5, 1), Number.POSITIVE_INFINITY)
  assert.equal(visibleShare(0.05, 6, 4), Number.POSITIVE_INFINITY)
  assert.ok(Number.isFinite(visibleShare(0.05, 6, 2)))
})

test('the blocks that an effect takes are the fewest to which it is visible', () => {
  for (const variation of [0.005, 0.03, 0.08, 0.15])
    for (const effect of [0.05, 0.1, 0.2]) {
      const blocks = blocksFor(variation, effect, 2)
      assert.ok(blocks !== null && visibleShare(variation, blocks, 2) <= effect)
      assert.ok(visibleShare(variation, blocks - 1, 2) > effect)
    }
  assert.equal(blocksFor(2, 0.01, 2), null)
  assert.equal(blocksFor(0.05, 0, 2), null)
  assert.equal(blocksFor(0, 0.05, 2), 6)
})
