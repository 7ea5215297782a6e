/** Lists in place of values. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'

inTemporaryDirectory()

const FAN_OUT = 'workload: fan-out\ntransports: [ws]\n'
const atsOf = (text: string, ...sets: string[]) => read(text, ...sets).points.map(({ at }) => at)

for (const [base, levels, vary] of [
  [BASE, 'connections: [10, 50]', 'vary: {connections: [10, 50]}'],
  [BASE, 'payload: [64, 1KiB]', 'vary: {payload: [64, 1KiB]}'],
  [BASE, 'payload: {size: [64, 1KiB], kind: json}', 'payload: {kind: json}\nvary: {payload.size: [64, 1KiB]}'],
  [BASE, 'load: {rate: [5, 10/s]}', 'vary: {load.rate: [5, 10/s]}'],
  [BASE, 'load: [{rate: 5}, {inFlight: 2}]', 'vary: {load: [{rate: 5}, {inFlight: 2}]}'],
  [BASE, 'duration: [1s, 2s]\nconnections: [1, 2]', 'vary: {duration: [1s, 2s], connections: [1, 2]}'],
  [BASE, 'connections: [1, 2]\nvary: {payload: [64, 128]}', 'vary: {connections: [1, 2], payload: [64, 128]}'],
  [FAN_OUT, 'subscribers: [1, 10, 100]', 'vary: {subscribers: [1, 10, 100]}'],
  [FAN_OUT, 'strategy: [immediate, {batch: {max: 2}}]', 'vary: {strategy: [immediate, {batch: {max: 2}}]}'],
  [FAN_OUT, 'slow: {subscribers: 2, pause: [1ms, 1s]}', 'slow: {subscribers: 2}\nvary: {slow.pause: [1ms, 1s]}'],
  [FAN_OUT, 'slow: {subscribers: [1, 2]}', 'vary: {slow.subscribers: [1, 2]}'],
  [
    FAN_OUT,
    'strategy: {batch: {every: [1ms, 2ms], max: 7}}',
    'strategy: {batch: {max: 7}}\nvary: {strategy.batch.every: [1ms, 2ms]}',
  ],
] as const) {
  test(`${levels} is short for vary`, () => {
    const points = read(`${base}${levels}\n`).points
    assert.ok(points.length > 1)
    assert.deepEqual(points, read(`${base}${vary}\n`).points)
  })
}

test('the command line gives levels, and pins those of the file', () => {
  const file = `${BASE}connections: [1, 2]\npayload: 64\n`
  assert.deepEqual(atsOf(file, 'connections=7'), [{}])
  assert.equal(read(file, 'connections=7').points[0]?.settings.connections, 7)
  assert.deepEqual(atsOf(file, 'connections=[7, 8]'), [{ connections: 7 }, { connections: 8 }])
  assert.deepEqual(atsOf(file, 'vary.connections=[7, 8]'), [{ connections: 7 }, { connections: 8 }])
  assert.deepEqual(atsOf(file, 'connections=1', 'payload=[64, 128]'), [{ payload: 64 }, { payload: 128 }])
  assert.deepEqual(atsOf(`${BASE}load: {rate: [1, 2]}\n`, 'load.inFlight=3'), [{}])
})

for (const [lines, error] of [
  ['connections: []', '3:14: the list of connections must be a list of values, got []; write it as in [1, 2]'],
  ['connections: [1, 0]', '3:18: connections must be a whole number from 1 to 1000000, got 0; '],
  ['connections: [[1]]', '3:15: connections must be a whole number from 1 to 1000000, got [1]; '],
  ['payload: {size: [64, 1]}', '3:22: payload.size must be a size'],
  ['blocks: [1, 2]', '3:9: blocks must be a whole number from 1 to 1000, auto or a mapping, got [1,2]; '],
  [
    'connections: [1, 2]\nvary: {connections: [3]}',
    '4:8: vary.connections sets what the list of connections sets; remove one of them',
  ],
  [
    'payload: [64]\nvary: {payload.size: [64]}',
    '4:8: vary.payload.size sets what the list of payload sets; remove one of them',
  ],
  ['payload: [1024, 1KiB]', '3:1: vary gives the same settings at {"payload":1024} and at {"payload":"1KiB"}; '],
  [
    `payload: 64\nconnections: [${Array.from({ length: 501 }, (_, n) => n + 1)}]`,
    '4:1: vary must give at most 1000 cells (points times transports), got 1002; vary less',
  ],
  ['load: {rate: []}', '3:14: the list of load.rate must be a list of values, got []; '],
] as const) {
  test(`refuses ${JSON.stringify(lines).slice(0, 80)}`, () => {
    const message = errorOf(() => read(BASE + lines))
    assert.ok(message.startsWith(`a.yaml:${error}`), message)
    assert.equal(message.split('\n').length, 1, message)
  })
}

test('a flag may not set what another flag lists', () => {
  assert.equal(
    errorOf(() => read(BASE, 'connections=5', 'connections=[1, 2]')),
    '--set connections=5: sets what --set connections=[1, 2] varies; remove one of them',
  )
})
