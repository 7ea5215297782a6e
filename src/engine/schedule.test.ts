import assert from 'node:assert/strict'
import test from 'node:test'
import { poissonSchedule, type Schedule, uniformSchedule } from './schedule.ts'

function offsets(schedule: Schedule, untilNs: number): number[] {
  const result: number[] = []
  for (let offset = schedule.next(); offset < untilNs; offset = schedule.next()) result.push(offset)
  return result
}

test('uniform arrivals neither drift nor lose a remainder', () => {
  for (const [rate, seconds, count] of [
    [2000, 3, 6000],
    [3, 10, 30],
    [7, 1000, 7000],
    [0.5, 10, 5],
    [99_999, 1, 99_999],
  ] as const) {
    const all = offsets(uniformSchedule(rate), seconds * 1e9)
    assert.equal(all.length, count, `${rate}/s over ${seconds} s`)
    for (const [index, offset] of all.entries()) assert.ok(Math.abs(offset - (index * 1e9) / rate) <= 0.5)
  }
})

test('poisson arrivals are repeatable, have the rate asked for, and exponential gaps', () => {
  const all = offsets(poissonSchedule(5000, 11), 20e9)
  assert.deepEqual(all.slice(0, 100), offsets(poissonSchedule(5000, 11), 20e9).slice(0, 100))
  assert.notDeepEqual(all.slice(0, 100), offsets(poissonSchedule(5000, 12), 20e9).slice(0, 100))
  // 100,000 expected; its standard deviation is 316.
  assert.ok(Math.abs(all.length - 100_000) < 5 * 316, `${all.length} arrivals`)
  const gaps = all.slice(1).map((offset, index) => offset - (all[index] ?? 0))
  assert.ok(gaps.every((gap) => gap >= 0))
  // Of exponential gaps, 1/e exceed the mean.
  const above = gaps.filter((gap) => gap > 200_000).length / gaps.length
  assert.ok(Math.abs(above - Math.exp(-1)) < 0.01, `${above}`)
})
