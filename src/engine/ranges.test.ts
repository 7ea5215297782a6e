import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from './random.ts'
import { Ranges } from './ranges.ts'

test('agrees with a plain set under random additions and removals', () => {
  const random = seededRandom(7)
  const pick = (below: number) => Math.floor(random() * below)
  for (let round = 0; round < 50; round++) {
    const ranges = new Ranges()
    const plain = new Set<number>()
    for (let step = 0; step < 60; step++) {
      const from = pick(80)
      if (random() < 0.5) {
        const to = from + pick(8)
        ranges.add(from, to)
        for (let value = from; value < to; value++) plain.add(value)
      } else assert.equal(ranges.remove(from), plain.delete(from))
    }
    for (let value = 0; value < 90; value++) assert.equal(ranges.has(value), plain.has(value))
    const list = ranges.list()
    assert.equal(
      list.reduce((sum, [from, to]) => sum + to - from, 0),
      plain.size,
    )
    for (const [index, [from, to]] of list.entries()) {
      assert.ok(from < to)
      assert.ok(index === 0 || from > (list[index - 1]?.[1] ?? from), 'sorted, disjoint and joined where they touch')
    }
    assert.equal(ranges.empty, plain.size === 0)
  }
})
