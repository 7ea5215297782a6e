import assert from 'node:assert/strict'
import test from 'node:test'
import { Histogram } from './histogram.ts'
import { seededRandom } from './random.ts'
import { Recorder } from './recorder.ts'
import { quantilesOf, Sketcher } from './sketch.ts'

/** Half of what a bucket is wide, by its value. */
const PRECISION = 1 / 32

function recorded(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

test('quantiles of several processes are those of all their samples, within 3 %', () => {
  const random = seededRandom(7)
  const values = Array.from({ length: 4000 }, () => Math.round(20_000 / (1.0001 - random())))
  const parts = [values.slice(0, 500), values.slice(500, 1500), values.slice(1500)]
  const sketches = parts.map((part) => {
    const sketcher = new Sketcher()
    sketcher.add(recorded(part.slice(0, 200)).sparse())
    return sketcher.with(recorded(part.slice(200)))
  })
  const sorted = values.toSorted((one, other) => one - other)
  for (const [quantile, found] of [0.01, 0.5, 0.99, 1].map(
    (one, at) => [one, quantilesOf(sketches, [0.01, 0.5, 0.99, 1])[at]] as const,
  )) {
    const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0
    assert.ok(Math.abs((found ?? 0) / exact - 1) <= PRECISION, `${quantile}: ${found} for ${exact}`)
  }
})

test('nothing has no quantile', () => {
  assert.deepEqual(quantilesOf([new Sketcher().with(new Histogram())], [0.5]), [null])
  assert.deepEqual(quantilesOf([], [0.5]), [null])
})

test('a recorder tells at any time what it has, and its record is the same as if nobody had asked', () => {
  const [asked, left] = [new Recorder(true), new Recorder(true)]
  const samples = (recorder: Recorder) => recorder.soFar().response.counts.reduce((sum, one) => sum + one, 0)
  for (const recorder of [asked, left]) recorder.open({ startNs: 0, warmNs: 1e9, endNs: 5e9 })
  for (let nowNs = 0.5e9; nowNs < 5.5e9; nowNs += 0.1e9) {
    for (const recorder of [asked, left]) {
      recorder.received(nowNs, nowNs - 1e6)
      if (recorder.measures(nowNs - 1e6)) recorder.delivered(nowNs, nowNs - 1e6, 1000)
    }
    const { inside } = asked.soFar()
    assert.ok(inside <= 41 && samples(asked) <= 41, 'each counts once')
  }
  assert.equal(samples(asked), 40)
  assert.deepEqual(asked.finish(), left.finish())
})
