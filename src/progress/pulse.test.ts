import assert from 'node:assert/strict'
import test from 'node:test'
import { noProgress, type Progress } from '../control.ts'
import { Histogram } from '../engine/histogram.ts'
import { Sketcher } from '../engine/sketch.ts'
import { Pulse } from './pulse.ts'

const window = { startNs: 0, warmNs: 2e9, endNs: 10e9 }

function told(atNs: number, inside: number, times: readonly number[] = []): Progress {
  const histogram = new Histogram()
  for (const ns of times) histogram.record(ns)
  return { ...noProgress, atNs, inside, response: new Sketcher().with(histogram) }
}

test('the rate is that between the last two messages of each process, from the start of the window on', () => {
  const [one, other] = [{ progress: noProgress }, { progress: noProgress }]
  const pulse = new Pulse(window, [one, other])
  assert.equal(pulse.read(), null)
  one.progress = told(1.5e9, 0)
  assert.equal(pulse.read(), null, 'still warming up')
  one.progress = told(2.5e9, 500)
  assert.equal(pulse.read()?.perSec, 1000)
  assert.equal(pulse.read()?.perSec, 1000, 'and stays so until the next message')
  one.progress = told(3.5e9, 700)
  other.progress = told(3e9, 50)
  assert.equal(pulse.read()?.perSec, 250)
  one.progress = told(10.5e9, 7200)
  assert.equal(pulse.read()?.perSec, 1050, 'what comes after the window is not in it')
})

test('percentiles are of all processes, and null where nothing is timed', () => {
  const members = [{ progress: told(3e9, 10) }, { progress: told(3e9, 10) }]
  assert.deepEqual(new Pulse(window, members).read(), { perSec: 20, p50: null, p99: null })
  const [fast, slow] = [Array(98).fill(100_000), Array(2).fill(1e9)]
  const { p50, p99 } =
    new Pulse(window, [{ progress: told(3e9, 98, fast) }, { progress: told(3e9, 2, slow) }]).read() ?? {}
  assert.ok(p50 && p50 < 110_000 && p99 && p99 > 0.9e9, `${p50} ${p99}`)
})
