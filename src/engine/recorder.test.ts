import assert from 'node:assert/strict'
import test from 'node:test'
import type { Recording } from '../recording.ts'
import type { Window } from '../workload.ts'
import { Recorder } from './recorder.ts'

const window: Window = { startNs: 1e9, warmNs: 2e9, endNs: 5e9 }

function opened(over: Window = window, scheduled = true): Recorder {
  const recorder = new Recorder(scheduled)
  recorder.open(over)
  return recorder
}

const instants: ReadonlyArray<readonly [name: string, atNs: number, inside: boolean]> = [
  ['the start of the warm-up', window.startNs, false],
  ['just before the end of the warm-up', window.warmNs - 1, false],
  ['the end of the warm-up', window.warmNs, true],
  ['just before the end', window.endNs - 1, true],
  ['the end', window.endNs, false],
  ['long after the end', window.endNs + 1e9, false],
]

for (const [name, atNs, inside] of instants) {
  test(`${name} is ${inside ? 'inside' : 'outside'} of the window, for what is due and for what is received`, () => {
    const recorder = opened()
    assert.equal(recorder.measures(atNs), inside)
    recorder.received(atNs, window.warmNs)
    assert.equal(recorder.finish().receivedInside, inside ? 1 : 0)
  })
}

test('before a window is opened nothing is measured', () => {
  const recorder = new Recorder(true)
  for (const atNs of [0, 1, 1e12]) assert.equal(recorder.measures(atNs), false)
})

const receipts: ReadonlyArray<
  readonly [name: string, nowNs: number, intendedNs: number, inside: number, carried: number]
> = [
  ['due and received in the warm-up', 1.2e9, 1.1e9, 0, 0],
  ['due in the warm-up, received in the window', 2e9, window.warmNs - 1, 1, 1],
  ['due at the opening of the window', 2.5e9, window.warmNs, 1, 0],
  ['due in the window, received after it', window.endNs, 4.9e9, 0, 0],
  ['due in the warm-up, received after the window', window.endNs, 1.9e9, 0, 0],
]

for (const [name, nowNs, intendedNs, inside, carried] of receipts) {
  test(`a message ${name} counts ${inside} inside, ${carried} carried over`, () => {
    const recorder = opened()
    recorder.received(nowNs, intendedNs)
    const { receivedInside, carriedOver } = recorder.finish()
    assert.deepEqual([receivedInside, carriedOver], [inside, carried])
  })
}

const slicesOf = ({ slices }: Recording) => slices.map(({ atNs, response }) => [atNs / 1e9, response.count])

/** When messages due at the opening of the window came, s after it; and the slices they make: [start in s, count]. */
const timelines: ReadonlyArray<
  readonly [name: string, seconds: number, receivedSec: readonly number[], slices: readonly (readonly number[])[]]
> = [
  [
    'by the second of the receipt',
    3,
    [0.1, 0.9, 1.5, 2.1, 2.2, 2.9],
    [
      [0, 2],
      [1, 1],
      [2, 3],
    ],
  ],
  [
    'the border belongs to the later one',
    3,
    [0.999_999_999, 1, 2],
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  ],
  [
    'without those in which nothing came',
    9,
    [0.5, 7.5],
    [
      [0, 1],
      [7, 1],
    ],
  ],
  [
    'receipts after the end have their own',
    3,
    [2.5, 3, 3.9, 12.3],
    [
      [2, 1],
      [3, 2],
      [12, 1],
    ],
  ],
  [
    'a window shorter than one',
    0.5,
    [0.1, 0.4, 0.7, 1.2],
    [
      [0, 3],
      [1, 1],
    ],
  ],
  [
    '300 seconds have 300',
    300,
    [0.5, 1.5, 299.5],
    [
      [0, 1],
      [1, 1],
      [299, 1],
    ],
  ],
  [
    'a longer window has longer ones',
    301,
    [0.5, 1.5, 2.5, 300.5],
    [
      [0, 2],
      [2, 1],
      [300, 1],
    ],
  ],
  ['nothing came', 3, [], []],
]

for (const [name, seconds, receivedSec, slices] of timelines) {
  test(`slices: ${name}`, () => {
    const recorder = opened({ ...window, endNs: window.warmNs + seconds * 1e9 })
    for (const second of receivedSec) recorder.delivered(window.warmNs + Math.round(second * 1e9), window.warmNs, 0)
    assert.deepEqual(slicesOf(recorder.finish()), slices)
  })
}

test('response time runs from the intended time, service time from the actual one', () => {
  const recorder = opened()
  recorder.sent(300)
  recorder.delivered(window.warmNs + 1000, window.warmNs, 300)
  const { service, sendLag, slices } = recorder.finish()
  assert.deepEqual([slices[0]?.response.max, service?.max, sendLag?.max], [1000, 700, 300])
})

test('a sample below zero is counted and in no histogram, one of zero is recorded', () => {
  const recorder = opened()
  // Sent 500 ns late, and received 499 ns after it was due.
  recorder.delivered(window.warmNs + 499, window.warmNs, 500)
  recorder.delivered(window.warmNs - 1, window.warmNs, 0)
  recorder.delivered(window.warmNs + 500, window.warmNs, 500)
  const { negative, service, slices } = recorder.finish()
  assert.equal(negative, 2)
  assert.deepEqual([service?.count, service?.min], [1, 0])
  assert.deepEqual(
    slices.map(({ response }) => [response.count, response.max]),
    [[1, 500]],
  )
})

test('without a schedule there is neither a service time nor a send lag of its own', () => {
  const recorder = opened(window, false)
  recorder.sent(0)
  recorder.delivered(window.warmNs + 1000, window.warmNs, 0)
  const recording = recorder.finish()
  assert.deepEqual([recording.service, recording.sendLag], [null, null])
  assert.deepEqual(slicesOf(recording), [[0, 1]])
})

test('peaks are the largest response of each fiftieth of a slice in which something came', () => {
  const recorder = opened()
  for (const [receivedMs, responseMs] of [
    [1, 1],
    [19, 7],
    [20, 3],
    [999, 2],
    [1000, 5],
    [1011, 4],
    [3400, 300],
  ] as const) {
    const nowNs = window.warmNs + receivedMs * 1e6
    recorder.delivered(nowNs, nowNs - responseMs * 1e6, 0)
  }
  const { peaks } = recorder.finish()
  assert.equal(peaks.everyNs, 20e6)
  assert.deepEqual([...peaks.indexes], [0, 1, 49, 50, 170])
  assert.deepEqual([...peaks.largestNs], [7e6, 3e6, 2e6, 5e6, 300e6])
})
