import assert from 'node:assert/strict'
import test from 'node:test'
import { type TrialSketch, trialOf } from '../../test/result-fixture.ts'
import type { Figure } from '../result.ts'
import { fitsOf } from './fit.ts'

const memory: Figure = { name: 'memory', head: 'memory', unit: 'bytes', better: 'lower', rank: 'full', text: '' }
const slopes = [{ metric: 'memory', over: 'connections' }]

/** 500 bytes a connection over a base of 10,000, and as much noise as is said. */
function at(connections: number, noise = 0, sketch: Partial<TrialSketch> = {}) {
  const figures = { memory: 10_000 + 500 * connections + noise }
  return trialOf({ subject: 'ws', point: { connections }, figures, ...sketch })
}

/** To a thousandth: sums of floating-point numbers. */
function rounded(value: number | null | undefined): number {
  return Math.round((value ?? Number.NaN) * 1000) / 1000
}

test('trials of all blocks and levels make one line, in the figure’s unit', () => {
  const trials = [at(10), at(20), at(40), at(10, 0, { block: 1 }), at(20, 0, { block: 1 }), at(40, 0, { block: 1 })]
  const [fit, ...others] = fitsOf(trials, slopes, [memory])
  assert.deepEqual(others, [])
  const { slope, intercept, ci95, ...told } = fit ?? {}
  assert.deepEqual(told, {
    subject: 'ws',
    point: {},
    metric: 'memory',
    over: 'connections',
    unit: 'bytes',
    levels: [10, 20, 40],
    trials: 6,
  })
  assert.deepEqual([slope, intercept, ...(ci95 ?? [])].map(rounded), [500, 10_000, 500, 500])
})

test('invalid trials are left out', () => {
  const broken = at(30, 1e9, { verdict: 'invalid' })
  const [fit] = fitsOf([at(10), broken, at(20), at(40, 0, { verdict: 'suspect' })], slopes, [memory])
  assert.deepEqual([rounded(fit?.slope), fit?.trials, fit?.levels], [500, 3, [10, 20, 40]])
})

test('subjects and the rest of the matrix are apart', () => {
  const trials = ['ws', 'tcp'].flatMap((subject) =>
    ['64', '1KiB'].flatMap((payload) =>
      [10, 20, 40].map((connections) => at(connections, 0, { subject, point: { payload, connections } })),
    ),
  )
  const fits = fitsOf(trials, slopes, [memory])
  assert.deepEqual(
    fits.map(({ subject, point, trials: count }) => [subject, point, count]),
    [
      ['ws', { payload: '64' }, 3],
      ['ws', { payload: '1KiB' }, 3],
      ['tcp', { payload: '64' }, 3],
      ['tcp', { payload: '1KiB' }, 3],
    ],
  )
})

for (const [name, trials] of [
  ['two trials', [at(10), at(20)]],
  ['one level', [at(10), at(10, 5, { block: 1 }), at(10, 9, { block: 2 })]],
  ['a trial without the figure', [at(10), at(20), at(40), at(80, 0, { figures: { memory: null } })]],
] as const) {
  test(`${name}: a fit without a slope`, () => {
    const [fit] = fitsOf(trials, slopes, [memory])
    assert.deepEqual([fit?.slope, fit?.intercept, fit?.ci95, fit?.trials], [null, null, null, trials.length])
  })
}

test('where the number is not varied there is no fit', () => {
  assert.deepEqual(fitsOf([at(10, 0, { point: {} }), at(10, 0, { point: { payload: 64 } })], slopes, [memory]), [])
})

test('a metric of every workload may be sloped, too', () => {
  const [fit] = fitsOf([at(10), at(20), at(40)], [{ metric: 'latency.p50', over: 'connections' }])
  assert.deepEqual([fit?.unit, fit?.slope], ['ns', 0])
})
