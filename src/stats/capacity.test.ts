import assert from 'node:assert/strict'
import test from 'node:test'
import { queueing, rateSearch, searched, searchResultOf, slo } from '../../test/capacity-fixture.ts'
import { trialOf } from '../../test/result-fixture.ts'
import type { Capacity, Trial } from '../result.ts'
import { clearlyHighest, mayBearMore, trialsAtCapacity, trialsThatCount } from './capacity.ts'
import { judgeLoad } from './objective.ts'
import { overallStatus } from './status.ts'

const objective = { slo, figures: [] }
const late: Trial['warnings'][number] = { code: 'generator-saturated', message: 'send lag p99 is 6.1 ms' }
const warned = (code: Trial['warnings'][number]['code']) => ({
  verdict: 'suspect' as const,
  warnings: [{ code, message: code }],
})
const reasoned = (...codes: Trial['reasons'][number]['code'][]) => ({
  verdict: 'invalid' as const,
  reasons: codes.map((code) => ({ code, message: code })),
})

/** Client CPU over server CPU, both in ns. */
function busy(trial: Trial, server: number, client: number): Trial {
  const processes = trial.processes.map((one) => ({
    ...one,
    cpuSystemNs: 0,
    spinNs: 0,
    cpuUserNs: one.role === 'server' ? server : client,
  }))
  return { ...trial, processes }
}

const cases: ReadonlyArray<readonly [name: string, trial: Trial, answer: string, codes: readonly string[]]> = [
  ['all holds', trialOf({ subject: 'ws' }), 'met', []],
  ['a condition fails', trialOf({ subject: 'ws', p50: 5_000_000 }), 'not-met', ['threshold-failed']],
  [
    'two fail',
    trialOf({ subject: 'ws', p50: 5_000_000, lost: 1 }),
    'not-met',
    ['threshold-failed', 'threshold-failed'],
  ],
  ['no figure', trialOf({ subject: 'ws', p50: null }), 'not-met', ['threshold-no-data']],
  ['a cold start is for the objective to judge', trialOf({ subject: 'ws', ...warned('short-warm-up') }), 'met', []],
  ['so is a backlog', trialOf({ subject: 'ws', ...warned('start-backlog') }), 'met', []],
  ['rate missed', trialOf({ subject: 'ws', ...warned('offered-rate-missed') }), 'not-met', ['offered-rate-missed']],
  ['undelivered', trialOf({ subject: 'ws', ...warned('undelivered') }), 'not-met', ['undelivered']],
  ['connections lost', trialOf({ subject: 'ws', ...warned('channels-closed') }), 'not-met', ['channels-closed']],
  ['too much load', trialOf({ subject: 'ws', ...reasoned('load-not-reached') }), 'not-met', ['load-not-reached']],
  ['no connection', trialOf({ subject: 'ws', ...reasoned('connect-failed') }), 'not-met', ['connect-failed']],
  ['a crash', trialOf({ subject: 'ws', ...reasoned('server-died') }), 'invalid', ['server-died']],
  [
    'a fault beside too much load',
    trialOf({ subject: 'ws', ...reasoned('undelivered', 'corrupt') }),
    'invalid',
    ['corrupt'],
  ],
  ['invalid without a reason', trialOf({ subject: 'ws', verdict: 'invalid' }), 'invalid', []],
  [
    'unsupported',
    trialOf({ subject: 'ws', ...reasoned('unsupported'), verdict: 'unsupported' }),
    'unsupported',
    ['unsupported'],
  ],
  [
    'a late client that was the busier one is the first cause',
    busy(trialOf({ subject: 'ws', p50: 5_000_000, verdict: 'suspect', warnings: [late] }), 5, 9),
    'not-met',
    ['generator-saturated', 'threshold-failed'],
  ],
  [
    'a late client of a busier server is the last one',
    busy(trialOf({ subject: 'ws', p50: 5_000_000, verdict: 'suspect', warnings: [late] }), 9, 5),
    'not-met',
    ['threshold-failed', 'generator-saturated'],
  ],
  [
    'a late client alone fails the load',
    busy(trialOf({ subject: 'ws', verdict: 'suspect', warnings: [late] }), 9, 5),
    'not-met',
    ['generator-saturated'],
  ],
  [
    'a late client beside too much load',
    busy(trialOf({ subject: 'ws', ...reasoned('load-not-reached'), warnings: [late] }), 5, 9),
    'not-met',
    ['generator-saturated', 'load-not-reached'],
  ],
  ['a client without time to spare fails no load', trialOf({ subject: 'ws', ...warned('client-bound') }), 'met', []],
  [
    'of one that was not met it is the first cause',
    trialOf({ subject: 'ws', p50: 5_000_000, ...warned('client-bound') }),
    'not-met',
    ['client-bound', 'threshold-failed'],
  ],
]

for (const [name, trial, answer, codes] of cases) {
  test(`one run: ${name}: ${answer}`, () => {
    const judged = judgeLoad(trial, objective)
    assert.equal(judged.answer, answer)
    assert.deepEqual(
      judged.causes.map(({ code }) => code),
      codes,
    )
  })
}

const clientLimited = (limit: number) => (rate: number) =>
  rate <= limit ? { delivered: rate } : { delivered: rate, verdict: 'suspect' as const, warnings: [late] }

test('a capacity says what it is, what failed above it, and by what; its curve has every run', async () => {
  const { walks, planned } = await searched({ ws: queueing(7000) })
  const [one] = searchResultOf(walks).capacities
  assert.ok(one && one.capacity !== null && one.firstFailing !== null)
  assert.deepEqual(
    [one.state, one.over, one.unit, one.atLeast, one.confirmed],
    ['found', 'rate', 'messages/s', false, true],
  )
  assert.equal(one.limitedBy, 'load-not-reached')
  assert.deepEqual(
    one.curve.map(({ trialId }) => trialId),
    planned.map(({ id }) => id),
  )
  for (const step of one.curve) {
    assert.equal(step.met, step.value <= one.capacity, `${step.value}`)
    assert.equal(step.causes.length === 0, step.met)
  }
})

test('what limits a subject is the condition that fails above its capacity', async () => {
  const { walks } = await searched({ ws: (rate) => ({ delivered: rate, p50: rate <= 3000 ? 1e6 : 3e6 }) })
  const [one] = searchResultOf(walks).capacities
  assert.equal(one?.limitedBy, 'latency.p99 < 10ms')
})

test('trials beyond the capacity neither spoil the run nor count in its figures', async () => {
  const { walks } = await searched({ ws: queueing(7000), tcp: queueing(12_000) })
  const { status, capacities, trials } = searchResultOf(walks)
  assert.ok(trials.some(({ verdict }) => verdict === 'invalid'))
  assert.equal(status, 'passed')
  const at = trialsAtCapacity(capacities, trials)
  assert.equal(at.length, 2 * (1 + rateSearch.confirm))
  assert.ok(at.every(({ verdict }) => verdict === 'valid'))
  assert.deepEqual(trialsThatCount(capacities, trials), at)
})

const statuses: ReadonlyArray<
  readonly [name: string, system: Parameters<typeof searched>[0][string], status: string, message: RegExp]
> = [
  [
    'the lowest load fails its objective',
    (rate) => ({ delivered: rate, p50: 9e6 }),
    'failed',
    /^ws: no capacity, the lowest load \(rate 1000\) fails already: latency.p99 < 10ms does not hold; lower load.search.from$/,
  ],
  [
    'the lowest load is more than the subject takes',
    queueing(900),
    'failed',
    /^ws: no capacity, the lowest load \(rate 1000\) fails already: 900\/s were received of 1000\/s offered; lower/,
  ],
  [
    'the lowest load is more than the client sends',
    clientLimited(0),
    'invalid',
    /^ws: no capacity, the lowest load \(rate 1000\) fails already: send lag/,
  ],
  [
    'the lowest load has too few messages',
    () => ({ delivered: 100, p50: null, ...warned('too-few-samples') }),
    'invalid',
    /^ws: no capacity.*latency.p99 < 10ms has no figure to be judged by: too-few-samples; a longer duration gives it one$/,
  ],
  ['the server dies', (rate) => (rate < 3000 ? {} : reasoned('server-died')), 'invalid', /^ws: server-died$/],
]

for (const [name, system, expected, message] of statuses) {
  test(`status: ${name}: ${expected}, though another subject has a capacity`, async () => {
    const { walks } = await searched({ tcp: queueing(7000), ws: system })
    const { status, reasons, capacities } = searchResultOf(walks)
    assert.equal(status, expected)
    assert.equal(reasons.length, 1)
    assert.match(reasons[0]?.message ?? '', message)
    assert.ok(reasons[0]?.path?.match(/^\d{4}-ws$/), 'names a trial')
    assert.equal(capacities[1]?.capacity, null)
    assert.ok(capacities[0]?.capacity)
  })
}

test('status: an aborted search is aborted, and its searches are unfinished', async () => {
  const { walks } = await searched({ ws: queueing(7000) })
  const cut = walks.map((walk) => ({ ...walk, steps: walk.steps.slice(0, 2), end: undefined }))
  const { status, capacities } = searchResultOf(cut, rateSearch, { code: 'interrupted', message: 'interrupted' })
  assert.equal(status, 'aborted')
  assert.deepEqual(
    capacities.map(({ state, capacity, limitedBy, curve }) => [state, capacity, limitedBy, curve.length]),
    [['unfinished', null, null, 2]],
  )
})

test('status: a subject that cannot run the workload does not fail the others', async () => {
  const { walks } = await searched({
    ws: queueing(7000),
    sse: () => ({ ...reasoned('unsupported'), verdict: 'unsupported' }),
  })
  assert.equal(searchResultOf(walks).status, 'passed')
  assert.equal(overallStatus([], []).status, 'invalid')
})

async function best(systems: Parameters<typeof searched>[0], changes: Partial<Capacity> = {}): Promise<string | null> {
  const { capacities } = searchResultOf((await searched(systems)).walks)
  return clearlyHighest(capacities.map((one) => (one.subject === 'ws' ? { ...one, ...changes } : one)))
}

test('best is who bears more by more than the precision, confirmed, over all whose limit is known', async () => {
  assert.equal(await best({ tcp: queueing(7000), ws: queueing(12_000) }), 'ws')
  assert.equal(await best({ tcp: queueing(7000), ws: queueing(7100) }), null, 'within the precision')
  assert.equal(await best({ ws: queueing(12_000) }), null, 'alone')
  assert.equal(await best({ tcp: queueing(7000), ws: queueing(12_000) }, { confirmed: false }), null)
  assert.equal(await best({ tcp: queueing(7000), ws: queueing(1e6) }), 'ws', 'more than the scenario asks for')
  assert.equal(await best({ tcp: queueing(1e6), ws: queueing(1e6) }), null)
  assert.equal(await best({ tcp: queueing(900), ws: queueing(12_000) }), 'ws', 'over one without a capacity')
  assert.equal(await best({ tcp: clientLimited(3000), ws: queueing(12_000) }), null, 'tcp may bear more')
  assert.equal(await best({ tcp: queueing(3000), ws: clientLimited(9000) }), 'ws', 'at least that')
})

test('a capacity is a lower bound where the scenario or the client ended first', async () => {
  const { walks } = await searched({ tcp: queueing(1e6), ws: clientLimited(3000), sse: queueing(3000) })
  const { capacities } = searchResultOf(walks)
  assert.deepEqual(capacities.map(mayBearMore), [true, true, false])
  assert.deepEqual(
    capacities.map(({ limitedBy }) => limitedBy),
    [null, 'generator-saturated', 'load-not-reached'],
  )
})
