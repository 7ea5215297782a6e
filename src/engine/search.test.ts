/** The search on simulated systems: what they bear is known, and so is how often they answer wrongly. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type Random, seededRandom } from './random.ts'
import { type Ask, type Found, mostRuns, type SearchLimits, searchCapacity, usualRuns } from './search.ts'

/** Whether a run at a load meets the objective. */
type System = (load: number, random: Random) => boolean

interface Outcome {
  readonly found: Found
  readonly asked: readonly Ask[]
}

function searching(limits: SearchLimits, system: System, seed = 1): Outcome {
  const random = seededRandom(seed)
  const search = searchCapacity(limits)
  const asked: Ask[] = []
  let next = search.next()
  while (!next.done) {
    asked.push(next.value)
    assert.ok(asked.length <= mostRuns(limits), `${asked.length} runs, at most ${mostRuns(limits)} were announced`)
    next = search.next(system(next.value.value, random))
  }
  return { found: next.value, asked }
}

const rates: SearchLimits = { from: 100, to: 20_000, precision: 0.05, confirm: 2, whole: false }
const counts: SearchLimits = { ...rates, from: 1, to: 5000, whole: true }
const SEEDS = Array.from({ length: 400 }, (_, seed) => seed)

/** A limit anywhere between the two ends of the search, each order of magnitude as likely as the others. */
function limitFor(seed: number, { from, to }: SearchLimits): number {
  const share = seededRandom(seed * 7919 + 3)()
  return from * 1.1 * (to / from / 1.2) ** share
}

const sharp =
  (limit: number): System =>
  (load) =>
    load <= limit

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** The limit moves from run to run by this share of itself (standard deviation). */
const moving =
  (limit: number, by: number): System =>
  (load, random) =>
    load <= limit * (1 + by * normal(random))

/** Every run fails by chance in this share of cases, however low the load. */
const disturbed =
  (system: System, share: number): System =>
  (load, random) =>
    system(load, random) && random() >= share

for (const [name, limits] of Object.entries({ rates, counts })) {
  test(`${name}: a sharp limit is always found to the precision`, () => {
    for (const seed of SEEDS) {
      const limit = limitFor(seed, limits)
      const { found } = searching(limits, sharp(limit))
      const { value, firstFailing, confirmed, atLeast } = found
      assert.ok(value !== null && firstFailing !== null && value <= limit && firstFailing > limit, `limit ${limit}`)
      const close = firstFailing <= value * (1 + limits.precision) || (limits.whole && firstFailing - value <= 1)
      assert.ok(close, `${value} and ${firstFailing}`)
      assert.deepEqual([confirmed, atLeast], [true, false])
    }
  })

  test(`${name}: a limit that moves, and runs that fail by chance, seldom mislead it`, () => {
    for (const [by, share] of [
      [0.02, 0],
      [0, 0.05],
      [0.02, 0.05],
    ] as const) {
      const near = SEEDS.filter((seed) => {
        const limit = limitFor(seed, limits)
        const { value } = searching(limits, disturbed(moving(limit, by), share), seed).found
        const slack = 3 * by * limit
        const coarse = limits.whole ? 1 : 0
        return value !== null && value <= limit + slack && value >= (limit - slack) / (1 + limits.precision) - coarse
      })
      assert.ok(near.length >= SEEDS.length * 0.95, `${near.length} of ${SEEDS.length} at ${by} and ${share}`)
    }
  })

  test(`${name}: where everything fails there is no capacity, and two runs say so`, () => {
    const { found, asked } = searching(limits, () => false)
    assert.deepEqual(found, { value: null, atLeast: false, firstFailing: limits.from, confirmed: false })
    assert.deepEqual(
      asked.map(({ value, run }) => [value, run]),
      [
        [limits.from, 0],
        [limits.from, 1],
      ],
    )
  })

  test(`${name}: where nothing fails the highest load is confirmed, and the limit lies above`, () => {
    const { found, asked } = searching(limits, () => true)
    assert.deepEqual(found, { value: limits.to, atLeast: true, firstFailing: null, confirmed: true })
    assert.ok(asked.every(({ value }) => value <= limits.to))
    assert.equal(asked.filter(({ value }) => value === limits.to).length, 1 + limits.confirm)
  })

  test(`${name}: no search takes more runs than announced, whatever the answers`, () => {
    for (const seed of SEEDS) {
      const share = seededRandom(seed)()
      // The bound is asserted at every step.
      searching(limits, (_, random) => random() < share, seed)
    }
    assert.ok(usualRuns(limits) <= mostRuns(limits))
  })

  test(`${name}: the same answers ask for the same runs`, () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const system = moving(limitFor(seed, limits), 0.05)
      assert.deepEqual(searching(limits, system, seed), searching(limits, system, seed))
    }
  })
}

test('a system that recovers above its limit: the search stays below the first load that failed', () => {
  // Fails from 800 to 1600 and bears more after that, as with batching that sets in.
  const { found, asked } = searching(rates, (load) => load < 800 || load > 1600)
  assert.ok(found.value !== null && found.value < 800 && found.value * 1.05 >= 800 / 1.05, String(found.value))
  assert.ok(asked.every(({ value }) => value <= 800))
})

test('one failed run decides nothing: the load is run again', () => {
  for (const unlucky of [0, 1, 2, 3, 5, 8]) {
    let runs = 0
    const { found } = searching(rates, (load) => runs++ !== unlucky && load <= 1000)
    assert.ok(found.confirmed && found.value !== null && found.value <= 1000 && found.value * 1.05 ** 2 > 1000)
  }
})

test('a load that falls in its confirmation counts as failed, and a lower one is confirmed', () => {
  const first = searching(rates, sharp(1000)).found.value ?? 0
  const seen = new Map<number, number>()
  const { found, asked } = searching(rates, (load) => {
    const run = seen.get(load) ?? 0
    seen.set(load, run + 1)
    return load <= 1000 && !(load === first && run > 0)
  })
  assert.equal(found.firstFailing, first)
  assert.ok(found.value !== null && found.value < first && found.confirmed)
  assert.ok(asked.some(({ value, step }) => value === first && step === 'confirm'))
})

test('a system that never bears a load again ends unconfirmed, within bounds', () => {
  const seen = new Set<number>()
  const { found } = searching(rates, (load) => {
    const isFirst = !seen.has(load)
    seen.add(load)
    return isFirst && load <= 10_000
  })
  assert.equal(found.confirmed, false)
})

test('without confirmation a capacity is not called confirmed', () => {
  const { found, asked } = searching({ ...rates, confirm: 0 }, sharp(1000))
  assert.ok(found.value !== null && !found.confirmed)
  assert.ok(asked.every(({ step }) => step !== 'confirm'))
})

test('rates have no more digits than the precision asks for, counts none behind the point', () => {
  for (const { value } of searching(rates, sharp(1234.5)).asked) assert.equal(Number(value.toPrecision(4)), value)
  for (const { value } of searching(counts, sharp(77)).asked) assert.ok(Number.isInteger(value))
})

test('the finest precision still ends', () => {
  for (const precision of [0, 1e-9]) {
    const { found } = searching({ ...rates, precision }, sharp(1000.3))
    assert.ok(found.value !== null && found.value <= 1000.3 && found.value > 995)
    const whole = searching({ ...counts, precision }, sharp(1000.3))
    assert.ok(whole.found.value !== null && whole.found.value <= 1000 && whole.found.value >= 999)
  }
})
