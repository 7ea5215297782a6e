import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'
import type { Load } from '../scenario.ts'

inTemporaryDirectory()

test('vary gives the product of its lists, the last running fastest', () => {
  const { points } = read(`${BASE}load: {inFlight: 4}\nvary: {load.rate: [5/s, 10], payload: [64, 1KiB]}\n`)
  assert.deepEqual(
    points.map(({ at, settings: { load, payload } }) => ({ at, load, bytes: payload.sizeBytes })),
    [
      { at: { 'load.rate': '5/s', payload: 64 }, load: open(5), bytes: 64 },
      { at: { 'load.rate': '5/s', payload: '1KiB' }, load: open(5), bytes: 1024 },
      { at: { 'load.rate': 10, payload: 64 }, load: open(10), bytes: 64 },
      { at: { 'load.rate': 10, payload: '1KiB' }, load: open(10), bytes: 1024 },
    ],
  )
})

function open(ratePerSec: number): Load {
  return { model: 'open', ratePerSec, arrivals: 'uniform' }
}

test('vary takes whole mappings, and limits that depend on one another', () => {
  const loads = read(`${BASE}vary: {load: [{rate: 5}, {inFlight: 2}]}`).points
  assert.deepEqual(
    loads.map(({ settings }) => settings.load),
    [open(5), { model: 'closed', inFlight: 2 }],
  )
  assert.deepEqual(loads[1]?.at, { load: '{inFlight: 2}' })
  assert.equal(read(`${BASE}workers: 4\nvary: {connections: [4, 8]}`).points.length, 2)
})

test('the command line wins over the file', () => {
  const file = `${BASE}connections: 9\nload: {inFlight: 4}\npayload: 256\nthresholds: [delivery.lost == 0]\n`
  const settings = (...sets: string[]) => read(file, ...sets).points[0]?.settings
  assert.deepEqual(settings('load.rate=5')?.load, open(5))
  assert.deepEqual(settings('load.rate=5', 'load.arrivals=poisson')?.load, { ...open(5), arrivals: 'poisson' })
  assert.deepEqual(settings('load={inFlight: 7}')?.load, { model: 'closed', inFlight: 7 })
  assert.deepEqual(settings('payload.kind=json')?.payload, { sizeBytes: 256, kind: 'json' })
  assert.deepEqual(settings('payload.size=1KiB')?.payload, { sizeBytes: 1024, kind: 'text' })
  assert.equal(settings('warmup.messages=3')?.warmupNs, 1e9)
  assert.equal(settings('duration=1s', 'duration=2s')?.durationNs, 2e9)
  assert.deepEqual(read(file, 'transports=[grpc]').subjects, [{ label: 'grpc', transport: 'grpc' }])
  assert.equal(read(file, 'transports.1.use=sse', 'transports.1.label=s').subjects[1]?.label, 's')
  assert.equal(read(file, 'thresholds.1=delivery.corrupt == 0').thresholds.length, 2)
  assert.equal(read(file, 'name=b').name, 'b')
  assert.equal(read(file, 'name=b').sha256, read(file).sha256)
})

test('the command line pins what the file varies', () => {
  const file = `${BASE}vary: {payload: [64, 1KiB], load.rate: [1, 2]}`
  const ats = (...sets: string[]) => read(file, ...sets).points.map(({ at }) => Object.values(at).join(' '))
  assert.deepEqual(ats(), ['64 1', '64 2', '1KiB 1', '1KiB 2'])
  assert.deepEqual(ats('load.rate=5'), ['64', '1KiB'])
  assert.deepEqual(ats('load.inFlight=5'), ['64', '1KiB'])
  assert.deepEqual(ats('payload.kind=json'), ['64 1', '64 2', '1KiB 1', '1KiB 2'])
  assert.deepEqual(ats('payload=99', 'load.rate=5'), [''])
  assert.deepEqual(ats('vary.load.rate=[7]'), ['64 7', '1KiB 7'])
  assert.deepEqual(ats('vary={}'), [''])
  assert.deepEqual(read(file, 'payload.kind=json').points[0]?.settings.payload, { sizeBytes: 64, kind: 'json' })
  assert.match(
    errorOf(() => read(file, 'payload.size=99')),
    /vary gives the same settings/,
  )
})

const flags: readonly (readonly [set: string, error: string | RegExp])[] = [
  [
    'load.rate=-5',
    '--set load.rate=-5: load.rate must be a rate from 1/h to 10000000/s, got -5; write it as in 2000/s',
  ],
  ['conections=5', '--set conections=5: unknown key "conections"; did you mean "connections"?'],
  ['load.rte=5', /^--set load\.rte=5: unknown key "rte" in load; did you mean "rate"\?$/],
  ['connections=', /^--set connections=: connections must be a whole number from 1 to 1000000, got nothing; /],
  ['connections=1e400', /^--set connections=1e400: connections must be a whole number/],
  ['connections=NaN', /^--set connections=NaN: connections must be a whole number .*, got "NaN"; /],
  ['transports=[ws, wss]', /^--set transports=\[ws, wss\]: unknown transport "wss"; did you mean "ws"\?/],
  ['load={inFlight: 0}', /^--set load=\{inFlight: 0\}: load\.inFlight must be a whole number/],
  ['load=[', /^--set load=\[: not valid YAML/],
  ['vary.payload=[64, 1]', /^--set vary\.payload=\[64, 1\]: payload must be a size/],
  ['vary.bananas=[1]', /^--set vary\.bananas=\[1\]: unknown parameter "bananas" to vary; /],
  ['__proto__.polluted=1', '--set __proto__.polluted=1: the key "__proto__" is not allowed; remove it'],
  ['load.__proto__.polluted=1', /the key "__proto__" is not allowed/],
  ['constructor.prototype.polluted=1', /the key "constructor" is not allowed/],
  ['vary.__proto__=[1]', /the key "__proto__" is not allowed/],
  ['load={__proto__: {polluted: 1}}', /the key "__proto__" is not allowed/],
  ['=5', /^--set =5: the path must be keys with dots between them, got ""; /],
  ['load..rate=5', /the path must be keys/],
  [`load=${'['.repeat(1e5)}`, /^--set load=\[+…: nested deeper than 32 levels; /],
]

for (const [set, error] of flags) {
  test(`refuses --set ${set.slice(0, 60)}`, () => {
    const message = errorOf(() => read(BASE, set))
    if (typeof error === 'string') assert.equal(message, error)
    else assert.match(message, error)
    assert.equal('polluted' in {}, false)
  })
}

test('flags that contradict each other are refused', () => {
  assert.equal(
    errorOf(() => read(BASE, 'load.rate=5', 'load.inFlight=2')),
    '--set load.inFlight=2: load.inFlight cannot stand beside load.rate, got 2; remove load.inFlight to keep load.rate, or the other way round',
  )
  assert.equal(
    errorOf(() => read(BASE, 'vary.payload=[64]', 'payload=99')),
    '--set payload=99: sets what --set vary.payload=[64] varies; remove one of them',
  )
})
