import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from '../engine/random.ts'
import { type Course, unsteadiness } from './steadiness.ts'

/** Slices of a second: each with this many messages and this p50, ns. */
function courseOf(
  slices: ReadonlyArray<{ readonly delivered?: number; readonly p50?: number } | undefined>,
  model: Course['model'] = 'closed',
): Course {
  const timeline = slices.flatMap((slice, index) =>
    slice
      ? [{ atNs: index * 1e9, delivered: slice.delivered ?? 1000, p50: slice.p50 ?? 80_000, p99: null, max: null }]
      : [],
  )
  return { timeline, model, durationNs: slices.length * 1e9, sliceNs: 1e9 }
}

const rates = (values: readonly number[], model?: Course['model']) =>
  unsteadiness(
    courseOf(
      values.map((delivered) => ({ delivered })),
      model,
    ),
  )
const p50s = (values: readonly number[], model?: Course['model']) =>
  unsteadiness(
    courseOf(
      values.map((p50) => ({ p50 })),
      model,
    ),
  )
const thirds = (first: number, middle: number, last: number, size = 4) =>
  [first, middle, last].flatMap((value) => Array.from({ length: size }, () => value))

test('a rate that rises or falls by more than a quarter is not steady, and the sentence has both figures', () => {
  assert.equal(
    rates(thirds(1000, 1200, 1300)),
    'the rate rose from 1000/s in the first third of the window to 1300/s in the last',
  )
  assert.match(rates(thirds(1300, 1200, 1000)) ?? '', /^the rate fell from 1300\/s .* to 1000\/s/)
  assert.equal(rates(thirds(1000, 1100, 1249)), undefined, 'less than a quarter')
  assert.match(rates(thirds(1000, 0, 0)) ?? '', /fell from 1000\/s .* to 0\/s/, 'to nothing, too')
})

test('p50 is looked at under every load, the rate only where nobody offers one', () => {
  assert.match(p50s(thirds(130_000, 110_000, 100_000), 'open') ?? '', /^p50 fell from 130 µs .* to 100 µs/)
  assert.equal(rates(thirds(1000, 1200, 1300), 'open'), undefined)
  assert.ok(rates(thirds(1000, 1200, 1300), 'saturate'))
})

test('what comes and goes is no trend, nor is one third with a stall in it', () => {
  assert.equal(rates(thirds(1000, 500, 2000)), undefined, 'the middle is below both')
  assert.equal(rates([1000, 1010, 990, 1000, 1000, 1000, 1000, 1000, 1000, 5, 1000, 1000]), undefined)
})

test('a change has to be beyond the scatter of the slices', () => {
  assert.equal(rates([500, 1500, 800, 1200, 1000, 2000, 700, 1500, 900, 1700, 1300, 2100]), undefined)
})

test('with fewer than 4 slices a third nothing is said; a part of a slice and what came afterwards are none', () => {
  assert.equal(rates(thirds(1000, 2000, 3000, 3)), undefined)
  const { timeline, ...rest } = courseOf(thirds(1000, 2000, 3000).map((delivered) => ({ delivered })))
  assert.ok(unsteadiness({ timeline, ...rest }))
  assert.equal(unsteadiness({ timeline, ...rest, durationNs: 11.5e9 }), undefined)
})

test('a slice without any message counts as a rate of none, and has no p50', () => {
  const slices = Array.from({ length: 12 }, (_, index) => (index === 5 ? undefined : { p50: 100_000 + index * 9000 }))
  assert.equal(unsteadiness(courseOf(slices, 'open')), undefined)
})

/** Log-normal slices, each tied to the one before it, as those of a real machine are. */
function noisy(random: () => number, count: number, deviation: number): number[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  let state = normal()
  return Array.from({ length: count }, () => {
    state = 0.5 * state + Math.sqrt(0.75) * normal()
    return 1000 * Math.exp(deviation * state)
  })
}

test('noise is seldom called a trend, and a slow start of half of the speed mostly is', () => {
  const random = seededRandom(7)
  const rounds = 1000
  for (const [slices, mostFalse] of [
    [12, 0.05],
    [30, 0.01],
  ] as const) {
    let wrong = 0
    let found = 0
    for (let round = 0; round < rounds; round++) {
      const values = noisy(random, slices, 0.1)
      if (rates(values)) wrong++
      if (rates(values.map((value, index) => value * (1 - 0.5 * Math.max(0, 1 - index / slices / 0.6))))) found++
    }
    assert.ok(wrong <= rounds * mostFalse, `${wrong} of ${rounds} with ${slices} slices`)
    assert.ok(found >= rounds * 0.5, `${found} of ${rounds} with ${slices} slices`)
  }
})
