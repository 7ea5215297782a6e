import assert from 'node:assert/strict'
import test from 'node:test'
import { tickClock } from './tick-clock.ts'

/** A clock that is another nanosecond later at every reading, from the first on. */
function counting(firstNs: number) {
  const clock = { readings: 0, nowNs: () => firstNs + clock.readings++ }
  return clock
}

/** What a tick clock says when it is asked several times in each of several ticks. */
function askedIn(ticks: number, times: number, firstNs: number) {
  const clock = counting(firstNs)
  const tick = tickClock(clock)
  return new Promise<{ answers: number[][]; readings: number }>((resolve) => {
    const answers: number[][] = []
    const ask = () => {
      answers.push(Array.from({ length: times }, () => tick.nowNs()))
      if (answers.length === ticks) resolve({ answers, readings: clock.readings })
    }
    // All of one turn of the event loop, and yet each a tick of its own.
    for (let count = 0; count < ticks; count++) setImmediate(ask)
  })
}

for (const firstNs of [0, 1e15]) {
  test(`one reading a tick, a new one in the next, from ${firstNs} ns on`, async () => {
    const { answers, readings } = await askedIn(3, 4, firstNs)
    assert.deepEqual(
      answers,
      [0, 1, 2].map((later) => Array(4).fill(firstNs + later)),
    )
    assert.equal(readings, 3)
  })
}

test('a tick in which nobody asks takes no reading', async () => {
  const clock = counting(0)
  const tick = tickClock(clock)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(clock.readings, 0)
  assert.equal(tick.nowNs(), 0)
})
