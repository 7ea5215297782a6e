/** `load.search`: what it says, what it may stand beside, and the points it leads to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'

inTemporaryDirectory()

const FAN_OUT = 'workload: fan-out\ntransports: [ws]\n'
const OVER_RATE = 'over: rate, from: 100/s, to: 10000/s, slo: [latency.p99 < 10ms, delivery.lost == 0]'
const open = (ratePerSec: number) => ({ model: 'open', ratePerSec, arrivals: 'uniform' }) as const

function searching(text: string, ...sets: string[]) {
  const scenario = read(text, ...sets)
  const { search } = scenario
  assert.ok(search)
  return { ...scenario, search }
}

test('a search over the rate needs no other load', () => {
  const { search, points, resolved } = searching(`${BASE}connections: 5\nload: {search: {${OVER_RATE}}}\n`)
  const { slo, pointAt: _, ...said } = search
  assert.deepEqual(said, { over: 'rate', from: 100, to: 10_000, precision: 0.05, confirm: 2 })
  assert.deepEqual(
    slo.map(({ metric, op, value }) => [metric, op, value]),
    [
      ['latency.p99', '<', 10e6],
      ['delivery.lost', '==', 0],
    ],
  )
  assert.equal(points.length, 1)
  assert.deepEqual(points[0]?.at, {})
  assert.deepEqual(points[0]?.settings.load, open(100))
  assert.deepEqual(resolved.search, { ...said, slo: ['latency.p99 < 10ms', 'delivery.lost == 0'] })
  assert.deepEqual(JSON.parse(JSON.stringify(resolved)), resolved)
})

test('pointAt gives any load of any base point, and names it', () => {
  const text = `${BASE}load: {search: {${OVER_RATE}}, arrivals: poisson}\nvary: {payload: [64, 1KiB]}\n`
  const { search, points } = searching(text)
  assert.deepEqual(
    points.map(({ at, settings }) => [at, settings.load]),
    [64, '1KiB'].map((payload) => [{ payload }, { ...open(100), arrivals: 'poisson' }]),
  )
  for (const [index, base] of points.entries()) {
    const point = search.pointAt(base, 2345.5)
    assert.deepEqual(point.at, { ...base.at, rate: '2345.5/s' })
    assert.deepEqual(point.settings, { ...base.settings, load: { ...open(2345.5), arrivals: 'poisson' } })
    assert.deepEqual(search.pointAt({ ...point, at: { ...point.at } }, 100).settings, points[index]?.settings)
  }
})

test('a search over connections stands beside a load, or the default one', () => {
  const over = 'search: {over: connections, from: 10, to: 500, slo: [latency.p99 < 1ms], precision: 0.1, confirm: 0}'
  const { search, points } = searching(`${BASE}load: {rate: 50/s, ${over}}\n`)
  assert.deepEqual([search.over, search.from, search.to], ['connections', 10, 500])
  assert.deepEqual([search.precision, search.confirm], [0.1, 0])
  assert.deepEqual(points[0]?.settings.load, open(50))
  assert.equal(points[0]?.settings.connections, 10)
  const [base] = points
  assert.ok(base)
  assert.deepEqual(search.pointAt(base, 77), {
    at: { connections: 77 },
    settings: { ...base.settings, connections: 77 },
  })
  assert.deepEqual(searching(`${BASE}load: {${over}}\n`).points[0]?.settings.load, { model: 'closed', inFlight: 1 })
  assert.equal(searching(`${BASE}load: {rate: [5, 6], ${over}}\n`).points.length, 2)
  const loads = searching(`${BASE}load: {${over}}\nvary: {load: [{rate: 5}, {inFlight: 2}]}\n`)
  assert.deepEqual(
    loads.points.map(({ at, settings }) => [
      at,
      settings.load,
      loads.search.pointAt({ at, settings }, 20).settings.load,
    ]),
    [
      [{ load: '{rate: 5}' }, open(5), open(5)],
      [{ load: '{inFlight: 2}' }, { model: 'closed', inFlight: 2 }, { model: 'closed', inFlight: 2 }],
    ],
  )
})

test('a workload that counts otherwise is searched over what it counts', () => {
  const over = 'search: {over: subscribers, from: 10, to: 500, slo: [spread.p99 < 1ms]}'
  const { search, points } = searching(`${FAN_OUT}publishers: 3\nload: {${over}}\n`)
  assert.equal(points[0]?.settings.connections, 13)
  const [base] = points
  assert.ok(base)
  const { at, settings } = search.pointAt(base, 400)
  assert.deepEqual(at, { subscribers: 400 })
  assert.equal(settings.connections, 403)
  assert.equal(settings.parameters.subscribers, 400)
  assert.deepEqual(settings.load, open(20))
})

test('pointAt refuses what the scenario would refuse', () => {
  const { search, points } = searching(`${BASE}load: {search: {${OVER_RATE}}}\n`)
  const [base] = points
  assert.ok(base)
  assert.match(
    errorOf(() => search.pointAt(base, -5)),
    /^a\.yaml:3:8: load\.rate must be a rate from 1\/h to 10000000\/s, got "-5\/s"; /,
  )
  assert.throws(() => search.pointAt({ ...base, at: { payload: 5 } }, 5), /no point of the scenario/)
})

test('flags reach a search', () => {
  const text = `${BASE}load: {search: {${OVER_RATE}}}\n`
  assert.equal(searching(text, 'load.search.to=200/s').search.to, 200)
  assert.equal(searching(text, 'load.search.precision=1 %').search.precision, 0.01)
  assert.equal(searching(text, 'load.arrivals=poisson').points[0]?.settings.load.model, 'open')
  assert.equal(read(text, 'load={rate: 5}').search, undefined)
  assert.equal(
    errorOf(() => read(text, 'load.rate=5')),
    '--set load.rate=5: load.rate cannot stand beside load.search over rate, which sets it; remove one of them',
  )
  assert.match(
    errorOf(() => read(text, 'load.search.from=1e9')),
    /^--set load\.search\.from=1e9: load\.search\.from must be below load\.search\.to \(10000\/s\), got 1000000000; lower/,
  )
})

const slo = 'slo: [latency.p99 < 1ms]'

/** Lines from the third on. */
const refused: readonly (readonly [lines: string, ...errors: string[]])[] = [
  [
    'load: {search: {over: rate, from: 5, to: 9}}',
    '3:16: load.search.slo is missing; write it as in ["latency.p99 < 20ms"]',
  ],
  [
    'load: {search: {over: rate, from: 5, to: 9, slo: []}}',
    '3:50: load.search.slo must be a list of 1 to 100 conditions, got []; ',
  ],
  [
    'load: {search: {over: rate, from: 5, to: 9, slo: [latncy.p99 < 1ms]}}',
    '3:51: load.search.slo[0] must name a known metric, got "latncy.p99 < 1ms"; "latncy.p99" is none, did you mean "latency.p9',
  ],
  [
    `load: {search: {over: rte, from: 5, to: 9, ${slo}}}`,
    '3:23: unknown load to search over "rte"; did you mean "rate"? known are rate, connections',
  ],
  [
    `load: {search: {over: subscribers, from: 5, to: 9, ${slo}}}`,
    '3:23: unknown load to search over "subscribers"; known are rate, connections',
  ],
  [`load: {search: {from: 5, to: 9, ${slo}}}`, '3:16: load.search.over is missing; write one of rate, connections'],
  [
    `load: {search: {over: rate, from: 9, to: 9, ${slo}}}`,
    '3:35: load.search.from must be below load.search.to (9), got 9; lower it or raise load.search.to',
  ],
  [
    `load: {search: {over: rate, from: 9/s, to: 60/min, ${slo}}}`,
    '3:35: load.search.from must be below load.search.to (60/min), got "9/s"; ',
  ],
  [
    `load: {search: {over: rate, from: slow, to: [9], ${slo}}}`,
    '3:45: load.search.to must be a rate or a count, got [9]; write it as in 100/s or 100',
  ],
  [
    `load: {search: {over: rate, from: slow, to: fast, ${slo}}}`,
    '3:35: load.search.from must be a rate, got "slow"; write it as in 2000/s',
    '3:45: load.search.to must be a rate, got "fast"; write it as in 2000/s',
  ],
  [
    `load: {search: {over: connections, from: 5/s, to: 9.5, ${slo}}}`,
    '3:42: load.search.from must be a whole number, got "5/s"; write it as in 100',
    '3:51: load.search.to must be a whole number, got 9.5; write it as in 100',
  ],
  [
    `load: {search: {over: rate, from: 5, to: 1000000000, ${slo}}}`,
    '3:42: load.rate must be a rate from 1/h to 10000000/s, got "1000000000/s"; ',
  ],
  [
    `load: {search: {over: connections, from: 0, to: 1000001, ${slo}}}`,
    '3:42: connections must be a whole number from 1 to 1000000, got 0; ',
    '3:49: connections must be a whole number from 1 to 1000000, got 1000001; ',
  ],
  [
    `load: {search: {over: rate, from: 5, to: 9, precision: 2, ${slo}}}`,
    '3:56: load.search.precision must be a share from 0.1 % to 50 %, got 2; ',
  ],
  [
    `load: {search: {over: rate, from: 5, to: 9, confirm: 21, ${slo}}}`,
    '3:54: load.search.confirm must be a whole number from 0 to 20, got 21; ',
  ],
  [
    `load: {search: {over: rate, from: 5, too: 9, ${slo}}}`,
    '3:16: load.search.to is missing',
    '3:38: unknown key "too" in load.search; did you mean "to"?',
  ],
  ['load: {search: 5}', '3:16: load.search must be a mapping, got 5; write it as in {over: rate, '],
  [
    `load: {rate: 5, search: {over: rate, from: 5, to: 9, ${slo}}}`,
    '3:8: load.rate cannot stand beside load.search over rate, which sets it; remove one of them',
  ],
  [
    `load: {inFlight: 5, search: {over: rate, from: 5, to: 9, ${slo}}}`,
    '3:8: load.inFlight cannot stand beside load.search over rate, which sets it; remove one of them',
  ],
  [
    `connections: 5\nload: {search: {over: connections, from: 5, to: 9, ${slo}}}`,
    '3:1: connections cannot stand beside load.search over connections, which sets it; remove one of them',
  ],
  [
    `load: {search: {over: connections, from: 5, to: 9, ${slo}}}\nvary: {connections: [5]}`,
    '4:8: connections cannot vary beside load.search over connections, which sets it; remove one of them',
  ],
  [
    `load: {search: {over: connections, from: 5, to: 9, ${slo}}}\nconnections: [5, 6]`,
    '4:1: connections cannot vary beside load.search over connections, which sets it; remove one of them',
  ],
  [
    `load: {search: {over: rate, from: 5, to: 9, ${slo}}}\nvary: {load.rate: [5]}`,
    '4:8: load.rate cannot vary beside load.search over rate, which sets it; remove one of them',
  ],
  [
    `vary: {load: [{search: {over: rate, from: 5, to: 9, ${slo}}}, {rate: 5}]}`,
    '3:15: load.search cannot vary; write it under load itself, and vary what stands beside it',
  ],
  [
    `workers: 7\nload: {search: {over: connections, from: 5, to: 9, ${slo}}}`,
    '3:10: workers must be at most the number of connections (5), got 7; ',
  ],
]

for (const [lines, ...errors] of refused) {
  test(`refuses ${lines.slice(0, 70)}`, () => {
    const got = errorOf(() => read(BASE + lines)).split('\n')
    assert.equal(got.length, errors.length, got.join('\n'))
    for (const [at, error] of errors.entries()) assert.ok(got[at]?.startsWith(`a.yaml:${error}`), got[at])
  })
}

test('a workload that counts otherwise is not searched over connections', () => {
  const message = errorOf(() => read(`${FAN_OUT}load: {search: {over: connections, from: 5, to: 9, ${slo}}}`))
  assert.match(message, /unknown load to search over "connections"; known are rate, subscribers, publishers, rooms$/)
})
