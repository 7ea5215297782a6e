import assert from 'node:assert/strict'
import test from 'node:test'
import { fixedBlocks, rules, settings } from '../../test/outcome-fixture.ts'
import type { Scenario, Settings } from '../scenario.ts'
import { type PlannedTrial, planTrials, trialNs, warmupNsOf } from './plan.ts'

const BLOCKS = 8
const transports = ['tcp', 'ws', 'grpc']
const sizes = [64, 256, 1024, 4096]

function scenario(seed: number): Scenario {
  return {
    name: 'plan',
    workload: 'echo',
    subjects: transports.map((transport) => ({ label: `${transport}!`, transport })),
    blocks: fixedBlocks(BLOCKS),
    rules,
    seed,
    points: sizes.map((sizeBytes) => ({
      at: { payload: sizeBytes },
      settings: { ...settings, payload: { sizeBytes, kind: 'text' } },
    })),
    thresholds: [],
    sha256: '',
    resolved: {},
  }
}

const pointOf = ({ point }: PlannedTrial) => point.settings.payload.sizeBytes
const cellOf = (one: PlannedTrial) => `${pointOf(one)} ${one.subject.label}`
const planned = planTrials(scenario(1))
const byBlock = Array.from({ length: BLOCKS }, (_, block) => planned.filter((one) => one.block === block))

/** A list without the repetitions of its neighbours. */
const runsOf = (list: readonly number[]) => list.filter((item, index) => item !== list[index - 1])

test('every cell comes once a block, one block after the other', () => {
  const cells = sizes.flatMap((size) => transports.map((transport) => `${size} ${transport}!`)).sort()
  for (const block of byBlock) {
    assert.deepEqual(block.map(cellOf).sort(), cells)
    assert.deepEqual(
      block.map(({ order }) => order),
      cells.map((_, index) => index),
    )
  }
  assert.deepEqual(
    planned.map(({ block }) => block),
    byBlock.flatMap((block, number) => block.map(() => number)),
  )
})

test('the subjects of a point are adjacent', () => {
  for (const block of byBlock) assert.equal(runsOf(block.map(pointOf)).length, sizes.length)
})

test('points and subjects come in another order in other blocks', () => {
  const points = byBlock.map((block) => runsOf(block.map(pointOf)).join())
  assert.ok(new Set(points).size > BLOCKS / 2, points.join(' | '))
  const subjects = byBlock.flatMap((block) =>
    sizes.map((size) =>
      block
        .filter((one) => pointOf(one) === size)
        .map(({ subject }) => subject.label)
        .join(),
    ),
  )
  assert.equal(new Set(subjects).size, 6, 'all orders of three subjects are met')
})

test('the same seed makes the same plan, another one another', () => {
  assert.deepEqual(planTrials(scenario(1)), planned)
  assert.notDeepEqual(planTrials(scenario(2)).map(cellOf), planned.map(cellOf))
})

test('the subjects of a block get the same load, those of other blocks another', () => {
  const seeds = byBlock.map((block) => new Set(block.map(({ seed }) => seed)))
  for (const inBlock of seeds) assert.equal(inBlock.size, 1)
  assert.equal(new Set(seeds.flatMap((inBlock) => [...inBlock])).size, BLOCKS)
  for (const { seed } of planTrials(scenario(2 ** 32 - 1)))
    assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)
})

test('ids are unique, sort in the order of the run, and name the transport', () => {
  const ids = planned.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(ids.toSorted(), ids)
  for (const { id, subject } of planned) assert.match(id, new RegExp(`^\\d{4}-${subject.transport}$`))
})

const uniform = { model: 'open', ratePerSec: 500, arrivals: 'uniform' } as const
const poisson = { ...uniform, arrivals: 'poisson' } as const
const closed = { model: 'closed', inFlight: 4 } as const
const saturate = { model: 'saturate' } as const

const warmups: ReadonlyArray<
  readonly [name: string, load: Settings['load'], warmupNs: number, messages: number, expectedNs: number]
> = [
  ['uniform, long enough for the messages', uniform, 3e9, 1000, 3e9],
  ['uniform, until the messages are sent', uniform, 1e9, 1000, 2e9],
  ['uniform, without messages', uniform, 1e9, 0, 1e9],
  // 2500 messages arrive with a standard deviation of 50; four of them, at 500/s, are 0.4 s.
  ['poisson, and for the arrivals of chance', poisson, 1e9, 2500, 5.4e9],
  ['poisson, without messages', poisson, 1e9, 0, 1e9],
  ['poisson, long enough', poisson, 6e9, 2500, 6e9],
  ['closed, for the time alone', closed, 1e9, 1e6, 1e9],
  ['saturated, for the time alone', saturate, 1e9, 1e6, 1e9],
]

for (const [name, load, warmupNs, warmupMessages, expectedNs] of warmups) {
  test(`warm-up: ${name}`, () => {
    const asked = { ...settings, load, warmupNs, warmupMessages }
    assert.equal(warmupNsOf(asked), expectedNs)
    assert.ok(trialNs(asked) > expectedNs + settings.durationNs)
  })
}
