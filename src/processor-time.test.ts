import assert from 'node:assert/strict'
import test from 'node:test'
import { processorTime, sharesOf, timeBetween } from './processor-time.ts'

test('/proc/stat: programs are user, nice and system; guests are in user; interrupts are nobody', () => {
  const text = 'cpu  100 20 30 400 5 6 7 8 90 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n'
  assert.deepEqual(processorTime(text), { total: 576, used: 150, stolen: 8 })
  for (const foreign of ['', 'cpu\n', 'intr 1 2 3\n']) assert.equal(processorTime(foreign), null)
})

test('shares are of what passed; coarse ticks make none below zero, and nothing that passed makes none at all', () => {
  const [first, last] = [
    { total: 500, used: 100, stolen: 10 },
    { total: 700, used: 160, stolen: 30 },
  ]
  const passed = timeBetween(first, last)
  assert.deepEqual(sharesOf(passed, 0.2e9), { stolen: 0.1, foreign: 0.2 })
  assert.deepEqual(sharesOf(passed, 9e9), { stolen: 0.1, foreign: 0 })
  assert.deepEqual(sharesOf(timeBetween(last, last), 0), { stolen: 0, foreign: 0 })
})
