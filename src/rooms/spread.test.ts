import assert from 'node:assert/strict'
import test from 'node:test'
import { joinSpreads, percentileOf, SpreadLog } from './spread.ts'

test('a spread runs from the first receipt in any process to the last one in any', () => {
  const [one, other] = [new SpreadLog(), new SpreadLog()]
  one.received(0, 7, 100)
  one.received(0, 7, 140)
  other.received(0, 7, 90)
  other.received(0, 7, 130)
  assert.deepEqual(joinSpreads([one.found(), other.found()], [4], [1]), { spreads: [50], due: 1 })
})

test('messages that some subscriber, or all, did not get are due a spread that nobody knows; rooms are apart', () => {
  const log = new SpreadLog()
  log.received(0, 1, 10)
  log.received(1, 1, 20)
  log.received(1, 1, 25)
  log.received(1, 2, 30)
  assert.deepEqual(joinSpreads([log.found()], [1, 2], [1, 2]), { spreads: [0, 5], due: 3 })
  assert.deepEqual(joinSpreads([log.found()], [1, 2, 0], [1, 4, 9]), { spreads: [0, 5], due: 5 })
})

test('memory is bounded, and processes that follow more or fewer messages still join', () => {
  const most = 100
  const [many, few] = [new SpreadLog(most), new SpreadLog(most)]
  for (let position = 0; position < 1000; position++) {
    many.received(0, position, position * 10)
    if (position % 64 === 0) few.received(0, position, position * 10 + 3)
  }
  const { stride, rows } = many.found()
  assert.ok(rows.length / 5 <= most, `${rows.length / 5} rows`)
  assert.equal(few.found().stride, 1)
  const { spreads, due } = joinSpreads([many.found(), few.found()], [2], [1000])
  assert.equal(due, Math.ceil(1000 / stride))
  assert.equal(spreads.length, Math.ceil(1000 / 64), `stride ${stride} divides 64`)
  assert.deepEqual(new Set(spreads), new Set([3]))
})

test('a percentile is the value that so many do not exceed, and none with too few', () => {
  const ascending = Array.from({ length: 1000 }, (_, index) => index + 1)
  assert.equal(percentileOf(ascending, 0.5, 1000, 20), 500)
  assert.equal(percentileOf(ascending, 0.99, 1000, 1000), 990)
  assert.equal(percentileOf(ascending, 0.999, 1000, 10_000), null)
  assert.equal(percentileOf([5], 0.5, 1, 1), 5)
  assert.equal(percentileOf(ascending, 0.99, 1010, 1000), 1000, 'ten more that are above all others')
  assert.equal(percentileOf(ascending, 0.99, 1020, 1000), null, 'it is one of the missing')
})
