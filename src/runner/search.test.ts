import assert from 'node:assert/strict'
import test from 'node:test'
import { queueing, rateOf, rateSearch, scenarioOf, searched, trialAt } from '../../test/capacity-fixture.ts'
import type { PlannedTrial } from './plan.ts'
import { runSearches, sizeOf } from './search.ts'

const systems = { tcp: queueing(12_345), ws: queueing(7000), sse: queueing(7000) }

const cellOf = ({ subject, point }: PlannedTrial) => `${subject.label} ${JSON.stringify(point.at)}`

test('every subject gets a capacity of its own, within the precision', async () => {
  const { walks } = await searched(systems)
  for (const { subject, end } of walks) {
    assert.ok(typeof end === 'object')
    const limit = { tcp: 12_345, ws: 7000, sse: 7000 }[subject] ?? 0
    assert.ok(end.value !== null && end.value < limit && (end.firstFailing ?? 0) <= end.value * 1.05, subject)
    assert.ok(end.confirmed)
  }
})

test('subjects take their steps side by side, in changing order', async () => {
  const { planned } = await searched(systems)
  const rounds: string[][] = []
  for (const { order, subject } of planned) {
    if (order === 0) rounds.push([])
    rounds.at(-1)?.push(subject.label)
  }
  // A round has every subject once; those that have ended leave, and none comes back.
  for (const [index, round] of rounds.entries()) {
    assert.equal(new Set(round).size, round.length)
    assert.ok(round.length <= (rounds[index - 1]?.length ?? 3))
  }
  assert.equal(rounds[0]?.length, 3)
  assert.ok(new Set(rounds.slice(0, 8).map((round) => round.join())).size > 2, 'the order changes')
})

test('subjects that bear the same walk the same loads with the same arrivals', async () => {
  const { planned } = await searched(systems)
  const walkOf = (label: string) =>
    planned.filter(({ subject }) => subject.label === label).map((one) => [rateOf(one), one.block, one.seed])
  assert.deepEqual(walkOf('ws'), walkOf('sse'))
})

test('trials have ids in the order of the run, and their point names the load', async () => {
  const { planned } = await searched(systems)
  const ids = planned.map(({ id }) => id)
  assert.deepEqual(ids, [...new Set(ids)].toSorted())
  for (const one of planned) assert.equal(one.point.at.rate, `${rateOf(one)}/s`)
  const runs = planned.map((one) => `${cellOf(one)} ${one.block}`)
  assert.equal(new Set(runs).size, runs.length, 'the block numbers the runs at a load')
})

test('every point of the matrix has a search of its own', async () => {
  const { walks, planned } = await searched(systems, rateSearch, [{ payload: 64 }, { payload: '1KiB' }])
  assert.equal(walks.length, 6)
  assert.deepEqual(new Set(walks.map(({ point }) => point.payload)), new Set([64, '1KiB']))
  for (const { point } of planned) assert.deepEqual(Object.keys(point.at).sort(), ['payload', 'rate'])
})

test('what is no matter of load ends the search of that subject alone', async () => {
  const { walks } = await searched({
    ...systems,
    ws: (rate) =>
      rate < 3000 ? {} : { verdict: 'invalid', reasons: [{ code: 'server-died', message: 'the server ended' }] },
    sse: () => ({ verdict: 'unsupported', reasons: [{ code: 'unsupported', message: 'it cannot' }] }),
  })
  const [tcp, ws, sse] = walks
  assert.ok(typeof tcp?.end === 'object' && tcp.end.confirmed)
  assert.equal(ws?.end, 'invalid')
  assert.equal(ws?.steps.at(-1)?.trial.reasons[0]?.code, 'server-died')
  assert.equal(sse?.end, 'unsupported')
  assert.equal(sse?.steps.length, 1, 'it is asked once')
})

test('an abort leaves what was measured, and searches without an end', async () => {
  const scenario = scenarioOf(['tcp', 'ws'], rateSearch)
  let left = 5
  const walks = await runSearches({
    scenario,
    search: rateSearch,
    judge: () => 'met',
    measure: async (one) => (left-- > 0 ? trialAt(one, queueing(1e6)) : undefined),
  })
  assert.equal(walks.flatMap(({ steps }) => [...steps]).length, 5)
  assert.deepEqual(
    walks.map(({ end }) => end),
    [undefined, undefined],
  )
})

test('the size of a search is announced: it grows with subjects and points, and holds', async () => {
  const { planned, scenario } = await searched(systems)
  const size = sizeOf(scenario, rateSearch)
  assert.ok(planned.length <= size.mostTrials, `${planned.length} of ${size.mostTrials}`)
  assert.ok(size.usualTrials <= size.mostTrials && size.usualNs <= size.mostNs)
  const twice = sizeOf(scenarioOf(['tcp', 'ws', 'sse'], rateSearch, [{ payload: 64 }, { payload: 128 }]), rateSearch)
  assert.equal(twice.mostTrials, 2 * size.mostTrials)
  assert.equal(twice.mostNs, 2 * size.mostNs)
})
