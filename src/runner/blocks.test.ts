/** How many blocks there are, in which order, and which are measured again; nothing is started for it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { fixedBlocks, rules, settings } from '../../test/outcome-fixture.ts'
import { type TrialSketch, trialOf } from '../../test/result-fixture.ts'
import type { Blocks } from '../gate.ts'
import type { Trial } from '../result.ts'
import type { Scenario } from '../scenario.ts'
import { type BlocksInput, runBlocks } from './blocks.ts'
import { mostReruns, rerunCause } from './rerun.ts'

const auto: Blocks = { least: 8, most: 40, auto: true, budgetNs: null }
const TRIAL_NS = 1e9

function scenarioWith(blocks: Blocks): Scenario {
  return {
    name: 'blocks',
    workload: 'echo',
    subjects: ['base', 'other', 'head'].map((label) => ({ label, transport: 'tcp' })),
    blocks,
    rules,
    gate: { base: 'base', head: 'head', ...rules },
    seed: 3,
    points: [
      { at: { payload: 1 }, settings },
      { at: { payload: 2 }, settings },
    ],
    thresholds: [],
    sha256: '',
    resolved: {},
  }
}

const CELLS = 6

/** @param sketch of the trial of this number */
async function ran(blocks: Blocks, changes: Partial<BlocksInput> = {}, sketch: (index: number) => object = () => ({})) {
  let nowNs = 0
  let index = 0
  const ids: string[] = []
  const end = await runBlocks({
    scenario: scenarioWith(blocks),
    nowNs: () => nowNs,
    precisionOf: () => ({ reached: false, widest: 0.08, metric: 'service.p50' }),
    measure: async ({ id, block, order, subject: { label: subject }, point: { at: point } }) => {
      nowNs += TRIAL_NS
      ids.push(id)
      return { ...trialOf({ subject, block, point: { ...point } }), id, order, ...sketch(index++) }
    },
    ...changes,
  })
  return { ...end, ids, blocks: new Set(end.trials.map(({ block }) => block)).size }
}

test('an interval is told in plain figures, however wide it is', async () => {
  const precisionOf = () => ({ reached: false, widest: 2.7, metric: 'service.p50' })
  const { stopped } = await ran({ ...fixedBlocks(3), auto: true }, { precisionOf })
  assert.match(stopped?.message ?? '', /\(the widest reaches 270 %, of service\.p50\)$/)
})

test('a given number of blocks is measured, and nobody asks how wide the intervals are', async () => {
  const { trials, setAside, stopped } = await ran(fixedBlocks(3), { precisionOf: () => assert.fail() })
  assert.equal(trials.length, 3 * CELLS)
  assert.deepEqual(setAside, [])
  assert.deepEqual([stopped?.blocks, stopped?.because], [3, 'planned'])
})

test('auto asks from its least number on, and ends when the intervals are narrow', async () => {
  const asked: number[] = []
  const precisionOf = (trials: readonly Trial[]) => {
    const blocks = trials.length / CELLS
    asked.push(blocks)
    return { reached: blocks >= 11 || blocks < 8, widest: 0.04, metric: 'service.p50' }
  }
  const { blocks, stopped } = await ran(auto, { precisionOf })
  assert.equal(blocks, 11)
  assert.deepEqual([stopped?.blocks, stopped?.because], [11, 'precise'])
  assert.match(
    stopped?.message ?? '',
    /^ended after 11 blocks: every interval is narrow enough \(the widest reaches 4.0 %/,
  )
  assert.deepEqual(asked.slice(0, 3), [0, 1, 2])
})

test('auto ends at its most', async () => {
  const { blocks, stopped } = await ran(auto)
  assert.deepEqual([blocks, stopped?.because], [40, 'most'])
})

test('auto ends at its least where no further block can decide anything', async () => {
  const { blocks, stopped } = await ran(auto, {
    precisionOf: () => ({ reached: false, widest: null, metric: null }),
  })
  assert.deepEqual([blocks, stopped?.because], [8, 'undecidable'])
})

test('a budget ends the run before the block that would overrun it, but not before the first', async () => {
  const block = CELLS * TRIAL_NS
  for (const [budgetNs, expected] of [
    [1, 1],
    [2 * block - 1, 1],
    [2 * block, 2],
    [5.5 * block, 5],
    [100 * block, 8],
  ] as const) {
    const { blocks, stopped } = await ran({ ...fixedBlocks(8), budgetNs })
    assert.equal(blocks, expected, `${budgetNs}`)
    assert.equal(stopped?.because, expected < 8 ? 'budget' : 'planned')
  }
})

test('an abort leaves what was measured, and says no reason of its own', async () => {
  let left = 8
  const { trials, stopped } = await ran(auto, {
    measure: async ({ block }) => (left-- > 0 ? trialOf({ subject: 'base', block }) : undefined),
  })
  assert.equal(trials.length, 8)
  assert.equal(stopped, null)
})

test('the two that are compared are adjacent in every block, in both orders', async () => {
  const { trials } = await ran(fixedBlocks(30))
  const orders = new Map<string, number>()
  const places = new Set<number>()
  for (let block = 0; block < 30; block++) {
    const own = trials.filter((trial) => trial.block === block)
    for (const payload of [1, 2]) {
      const row = own.filter(({ point }) => point.payload === payload)
      const [first, second] = row.filter(({ subject }) => subject !== 'other')
      assert.ok(first && second && second.order - first.order === 1)
      orders.set(first.subject, (orders.get(first.subject) ?? 0) + 1)
      places.add(row.findIndex(({ subject }) => subject === 'other'))
    }
  }
  // The seed is fixed; of fair orders, one seed in a million would not do.
  for (const subject of ['base', 'head']) assert.ok((orders.get(subject) ?? 0) > 12, JSON.stringify([...orders]))
  assert.deepEqual([...places].sort(), [0, 2])
})

const stolen: Pick<Trial, 'warnings'> = {
  warnings: [{ code: 'cpu-steal', message: 'the hypervisor took 9 % of the processor' }],
}

test('a disturbed block is measured again as a whole, once; what was set aside is kept, and in no figure', async () => {
  const seen: number[] = []
  const { trials, setAside, ids, stopped } = await ran(
    fixedBlocks(4),
    { again: (block) => seen.push(block) },
    // The second block, and its repetition.
    (index) => (index === CELLS + 2 || index === 2 * CELLS + 2 ? stolen : {}),
  )
  assert.deepEqual(seen, [1])
  assert.equal(trials.length, 4 * CELLS)
  assert.equal(stopped?.blocks, 4)
  const [aside] = setAside
  assert.deepEqual([aside?.block, aside?.cause.code, aside?.trials.length], [1, 'cpu-steal', CELLS])
  assert.match(aside?.cause.message ?? '', /^(base|head|other): the hypervisor took 9 %/)
  const kept = trials.map(({ id }) => id)
  for (const { id } of aside?.trials ?? []) assert.ok(!kept.includes(id))
  assert.equal(new Set(ids).size, 5 * CELLS, 'ids are unique')
  assert.deepEqual(ids, [...ids].sort())
  // Its repetition was disturbed, too, and stands with its warning.
  assert.equal(trials.filter(({ block, warnings }) => block === 1 && warnings.length > 0).length, 1)
})

test('a machine that is never quiet does not make a run endless', async () => {
  const { trials, setAside } = await ran(fixedBlocks(10), {}, () => stolen)
  assert.equal(setAside.length, mostReruns(fixedBlocks(10)))
  assert.equal(trials.length, 10 * CELLS)
  assert.deepEqual(
    [1, 3, 4, 5, 40].map((most) => mostReruns({ most })),
    [0, 0, 1, 1, 10],
  )
})

test('a repetition that is cut short replaces nothing', async () => {
  let left = CELLS + 2
  const { trials, setAside, stopped } = await ran(fixedBlocks(4), {
    measure: async ({ block }) => (left-- > 0 ? { ...trialOf({ subject: 'base', block }), ...stolen } : undefined),
  })
  assert.equal(trials.length, CELLS)
  assert.deepEqual([setAside[0]?.cause.code, setAside[0]?.trials.length], ['interrupted', 2])
  assert.equal(stopped, null)
})

const late = { code: 'generator-saturated', message: 'send lag p99 is 7.0 ms' } as const
const steal = { code: 'cpu-steal', message: 'the hypervisor took 9 % of the processor' } as const
const busy = (stealShare: number | null, foreignShare: number | null) => ({ stealShare, foreignShare, clockDriftNs: 0 })

for (const [what, sketch, machine, expected] of [
  ['nothing', {}, null, undefined],
  ['steal', { verdict: 'suspect', warnings: [steal] }, busy(0.09, 0), 'cpu-steal'],
  [
    'a late generator on a busy machine',
    { verdict: 'suspect', warnings: [late] },
    busy(0.02, 0.2),
    'generator-saturated',
  ],
  ['a late generator on a quiet machine', { verdict: 'suspect', warnings: [late] }, busy(0, 0.05), undefined],
  ['a late generator on a machine that nobody watched', { verdict: 'suspect', warnings: [late] }, null, undefined],
  [
    'too much load with steal',
    { verdict: 'invalid', warnings: [steal], reasons: [{ code: 'load-not-reached', message: '' }] },
    busy(0.3, 0),
    'cpu-steal',
  ],
  [
    'damage beside steal, which must not hide it',
    { verdict: 'invalid', warnings: [steal], reasons: [{ code: 'corrupt', message: '' }] },
    busy(0.3, 0),
    undefined,
  ],
  [
    'too much load alone',
    { verdict: 'invalid', reasons: [{ code: 'load-not-reached', message: '' }] },
    busy(0, 0),
    undefined,
  ],
] satisfies ReadonlyArray<readonly [string, Omit<TrialSketch, 'subject'>, Trial['machine'], string | undefined]>) {
  test(`of a block with ${what}: ${expected ?? 'it stands'}`, () => {
    const calm = trialOf({ subject: 'calm' })
    assert.equal(rerunCause([calm, { ...trialOf({ subject: 'other', ...sketch }), machine }])?.code, expected)
  })
}
