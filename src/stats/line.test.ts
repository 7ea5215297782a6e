import assert from 'node:assert/strict'
import test from 'node:test'
import { lineThrough } from './line.ts'
import { t95 } from './student.ts'

/** Within half a unit of the last printed digit. */
function assertAbout(actual: number | undefined, expected: number, digits: number, what: string): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= 0.5 * 10 ** -digits, `${what}: ${actual}`)
}

// As every printed table of Student's t has them, two-sided 95 %.
for (const [degrees, t] of [
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [10, 2.228],
  [13, 2.16],
  [30, 2.042],
  [120, 1.98],
  [1000, 1.962],
] as const) {
  test(`t of 95 % with ${degrees} degrees of freedom is ${t}`, () => {
    assertAbout(t95(degrees), t, 3, 't')
  })
}

test('height and weight of 15 women: the line and its interval as published', () => {
  // The data of the worked example in Wikipedia, “Simple linear regression” (World Almanac, 1975).
  const heights = [1.47, 1.5, 1.52, 1.55, 1.57, 1.6, 1.63, 1.65, 1.68, 1.7, 1.73, 1.75, 1.78, 1.8, 1.83]
  const weights = [
    52.21, 53.12, 54.48, 55.84, 57.2, 58.57, 59.93, 61.29, 63.11, 64.47, 66.28, 68.1, 69.92, 72.19, 74.46,
  ]
  const line = lineThrough(heights.map((height, index) => [height, weights[index] ?? 0]))
  assertAbout(line?.slope, 61.272, 3, 'slope')
  assertAbout(line?.intercept, -39.062, 3, 'intercept')
  assertAbout(line?.ci95[0], 57.4, 1, 'from')
  assertAbout(line?.ci95[1], 65.1, 1, 'to')
})

test('points on a line: the line, and no doubt', () => {
  const line = lineThrough([
    [1000, 7_000],
    [5000, 27_000],
    [10_000, 52_000],
  ])
  for (const slope of [line?.slope, ...(line?.ci95 ?? [])]) assertAbout(slope, 5, 6, 'slope')
  assertAbout(line?.intercept, 2000, 6, 'intercept')
})

test('a trial more at the same levels narrows the interval, and so does a wider range', () => {
  const reach = (values: Parameters<typeof lineThrough>[0]) => {
    const line = lineThrough(values)
    return line ? line.ci95[1] - line.slope : Number.NaN
  }
  const noisy = (levels: readonly number[]) =>
    levels.map((level, index) => [level, level * 5 + (index % 2 ? 90 : -90)] as const)
  assert.ok(reach(noisy([1, 1, 2, 2, 3, 3, 4, 4])) < reach(noisy([1, 2, 3, 4])))
  assert.ok(reach(noisy([100, 200, 300, 400])) < reach(noisy([1, 2, 3, 4])))
})

for (const [name, values] of [
  ['nothing', []],
  [
    'two values',
    [
      [1, 1],
      [2, 2],
    ],
  ],
  [
    'one level',
    [
      [5, 1],
      [5, 2],
      [5, 3],
      [5, 4],
    ],
  ],
] as const) {
  test(`no line through ${name}`, () => {
    assert.equal(lineThrough(values), null)
  })
}
