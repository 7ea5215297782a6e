/** What workloads declare, as scenarios give it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalog, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'
import { scenarioJsonSchema } from '../scenario.ts'

inTemporaryDirectory()

const FAN_OUT = 'workload: fan-out\ntransports: [ws]\n'
const IDLE = 'workload: idle\ntransports: [ws]\n'

const settingsOf = (text: string, ...sets: string[]) => read(text, ...sets).points[0]?.settings

const presets = {
  subscribers: 10,
  publishers: 1,
  rooms: 1,
  strategy: 'immediate',
  buffer: { limit: 2 ** 20, policy: 'none' },
}

test('parameters have their presets, and those without one are absent', () => {
  assert.deepEqual(settingsOf(FAN_OUT)?.parameters, presets)
  assert.deepEqual(settingsOf(IDLE)?.parameters, { connectRate: 500, sample: 0.1, witnesses: 0 })
  assert.deepEqual(settingsOf('workload: echo\ntransports: [ws]')?.parameters, {})
})

for (const [lines, expected] of [
  [`${FAN_OUT}subscribers: 500`, { ...presets, subscribers: 500 }],
  [
    `${FAN_OUT}strategy: lazy\nbuffer: {policy: drop}`,
    { ...presets, strategy: 'lazy', buffer: { limit: 2 ** 20, policy: 'drop' } },
  ],
  [`${FAN_OUT}strategy: {batch: {}}`, { ...presets, strategy: { batch: { every: 5e6, max: 64 } } }],
  [`${FAN_OUT}strategy: {batch: {every: 1s}}`, { ...presets, strategy: { batch: { every: 1e9, max: 64 } } }],
  [`${FAN_OUT}slow: {subscribers: 2}`, { ...presets, slow: { subscribers: 2, pause: 100e6 } }],
  [`${FAN_OUT}buffer: {policy: drop}`, { ...presets, buffer: { limit: 2 ** 20, policy: 'drop' } }],
  [`${FAN_OUT}buffer: {limit: 64KiB}`, { ...presets, buffer: { limit: 2 ** 16, policy: 'none' } }],
  [`${IDLE}connectRate: 120/min\nsample: 25 %`, { connectRate: 2, sample: 0.25, witnesses: 0 }],
  [`${IDLE}connectRate: 7\nsample: 0.5`, { connectRate: 7, sample: 0.5, witnesses: 0 }],
  [
    `${IDLE}memory: 2KB\nspare: 50%\nhold: 1m\nfamily: ipv6`,
    { connectRate: 500, sample: 0.1, memory: 2000, spare: 0.5, hold: 60e9, family: 'ipv6', witnesses: 0 },
  ],
] as const) {
  test(`reads ${JSON.stringify(lines)}`, () => assert.deepEqual(settingsOf(lines)?.parameters, expected))
}

test('flags reach parameters, those within others, too', () => {
  const sets = (...all: string[]) => settingsOf(`${FAN_OUT}slow: {subscribers: 2}`, ...all)?.parameters
  assert.deepEqual(sets('slow.pause=1s')?.slow, { subscribers: 2, pause: 1e9 })
  assert.deepEqual(sets('strategy.batch.every=7ms')?.strategy, { batch: { every: 7e6, max: 64 } })
  assert.deepEqual(sets('strategy={batch: {max: 3}}')?.strategy, { batch: { every: 5e6, max: 3 } })
  assert.deepEqual(sets('buffer.policy=drop')?.buffer, { limit: 2 ** 20, policy: 'drop' })
  assert.equal(settingsOf('workload: echo\ntransports: [ws]', 'workload=idle', 'sample=1 %')?.parameters.sample, 0.01)
})

test('connections are what the workload casts', () => {
  assert.equal(settingsOf(`${FAN_OUT}subscribers: 500\npublishers: 3`)?.connections, 503)
  assert.equal(settingsOf(`${IDLE}connections: 9\nwitnesses: 2`)?.connections, 9)
})

test('a workload has its own load unless one is given', () => {
  assert.deepEqual(settingsOf(FAN_OUT)?.load, { model: 'open', ratePerSec: 20, arrivals: 'uniform' })
  assert.deepEqual(settingsOf('workload: echo\ntransports: [ws]')?.load, { model: 'closed', inFlight: 1 })
  assert.deepEqual(settingsOf(`${FAN_OUT}load: {saturate: true}`)?.load, { model: 'saturate' })
})

test('thresholds name the figures of the workload', () => {
  const { thresholds } = read(`${FAN_OUT}thresholds: ["spread.p99 < 5ms", fairness > 90 %, send.skipped == 0]`)
  assert.deepEqual(
    thresholds.map(({ metric, value, unit }) => ({ metric, value, unit })),
    [
      { metric: 'spread.p99', value: 5e6, unit: 'ns' },
      { metric: 'fairness', value: 0.9, unit: 'share' },
      { metric: 'send.skipped', value: 0, unit: 'count' },
    ],
  )
})

test('what is resolved is plain JSON with every value', () => {
  const { resolved, points } = read(`${FAN_OUT}strategy: [immediate, {batch: {every: 5ms}}]`)
  assert.deepEqual(JSON.parse(JSON.stringify(resolved)), resolved)
  assert.deepEqual(resolved.points, points)
})

/** Lines from the third on. */
const refused: readonly (readonly [base: string, lines: string, ...errors: string[]])[] = [
  [FAN_OUT, 'subscribers: 0', '3:14: subscribers must be a whole number from 1 to 100000, got 0; '],
  [FAN_OUT, 'subscribers: many', '3:14: subscribers must be a whole number from 1 to 100000, got "many"; '],
  [FAN_OUT, 'subscribers:', '3:13: subscribers must be a whole number from 1 to 100000, got nothing; '],
  [
    FAN_OUT,
    'strategy: imediate',
    '3:11: unknown strategy "imediate"; did you mean "immediate"? known are immediate, lazy',
  ],
  [
    FAN_OUT,
    'strategy: batch',
    '3:11: strategy must be a mapping, got "batch"; write it as in {batch: {every: 5ms, max: 64}}',
  ],
  [
    FAN_OUT,
    'strategy: 5',
    '3:11: strategy must be immediate, lazy or a mapping, got 5; write it as in immediate or {batch: {every: 5ms, max: 64}}',
  ],
  [FAN_OUT, 'strategy: {}', '3:11: strategy must have a key, got {}; write it as in {batch: {every: 5ms, max: 64}}'],
  [FAN_OUT, 'strategy: {bach: {}}', '3:12: unknown key "bach" in strategy; did you mean "batch"?'],
  [
    FAN_OUT,
    'strategy: {batch: 5}',
    '3:19: strategy.batch must be a mapping, got 5; write it as in {every: 5ms, max: 64}',
  ],
  [
    FAN_OUT,
    'strategy: {batch: {every: 0s}}',
    '3:27: strategy.batch.every must be a time from 1ms to 10s, got "0s"; write a number and a unit',
  ],
  [FAN_OUT, 'slow: {subscribers: 2, paus: 1s}', '3:24: unknown key "paus" in slow; did you mean "pause"?'],
  [FAN_OUT, 'slow: 5', '3:7: slow must be a mapping, got 5; write it as in {subscribers: 1, pause: 100ms}'],
  [FAN_OUT, 'buffer: {limit: 1B}', '3:17: buffer.limit must be a size from 1KiB to 1GiB, got "1B"; '],
  [FAN_OUT, 'buffer: {policy: drip}', '3:18: unknown policy "drip"; did you mean "drop"? known are none, block, drop'],
  [IDLE, 'connectRate: 0/s', '3:14: connectRate must be a rate from 1/s to 100000/s, got "0/s"; write it as in 2000/s'],
  [IDLE, 'sample: 101 %', '3:9: sample must be a share from 0 % to 100 %, got "101 %"; write it as in 50 % or 0.5'],
  [IDLE, 'sample: half', '3:9: sample must be a share from 0 % to 100 %, got "half"; write it as in 50 % or 0.5'],
  [IDLE, 'sample: 1.5', '3:9: sample must be a share from 0 % to 100 %, got 1.5; '],
  [IDLE, 'sample: -10 %', '3:9: sample must be a share'],
  [IDLE, 'family: ipv5', '3:9: unknown family "ipv5"; did you mean "ipv4"? known are ipv4, ipv6'],
  [FAN_OUT, 'subscriber: 5', '3:1: unknown key "subscriber"; did you mean "subscribers"?'],
  [
    FAN_OUT,
    'bananas: 5',
    '3:1: unknown key "bananas"; known are subscribers, publishers, rooms, strategy, slow, buffer, name, description, workload, transports, payload, ',
  ],
  [FAN_OUT, 'sample: 5 %', '3:1: "sample" belongs to the workload idle, and this is fan-out; remove it'],
  [IDLE, 'rooms: 5', '3:1: "rooms" belongs to the workload fan-out, and this is idle; remove it'],
  [
    FAN_OUT,
    'load: {inFlight: 5}',
    '3:18: load.inFlight is no load that fan-out takes, got 5; it takes one of rate and saturate, as in {rate: 2000/s}',
  ],
  [
    IDLE,
    'load: {saturate: true}',
    '3:18: load.saturate is no load that idle takes, got true; it takes rate, as in {rate: ',
  ],
  [IDLE, 'load: {}', '3:7: load must have rate, got {}; write it as in {rate: 2000/s}'],
  [IDLE, 'load: 20/s', '3:7: load must be a mapping with rate, got "20/s"; write it as in {rate: 2000/s}'],
  [
    FAN_OUT,
    'connections: 50',
    '3:14: connections cannot be set for fan-out, got 50; publishers and subscribers are counted instead: set subscribers',
  ],
  [
    FAN_OUT,
    'connections: [50, 60]',
    '3:14: connections cannot be set for fan-out, got [50,60]; publishers and subscribers are counted instead: set subscribers',
  ],
  [
    FAN_OUT,
    'vary: {connections: [50, 60]}',
    '3:8: connections cannot be set for fan-out; publishers and subscribers are counted instead: set subscribers',
  ],
  [FAN_OUT, 'rooms: 20', '3:8: rooms must be at most subscribers (10), got 20; lower it or raise subscribers'],
  [FAN_OUT, 'slow: {pause: 1s}', '3:7: slow.subscribers must be given; write it as in {subscribers: 1}'],
  [
    IDLE,
    'connections: 5\nwitnesses: 5',
    '4:12: witnesses must be below connections (5), got 5; lower it or raise connections',
  ],
  [
    FAN_OUT,
    'workers: 11',
    '3:10: workers must be at most the connections of the largest group of clients (10), got 11; lower it',
  ],
  [FAN_OUT, 'thresholds: [spraed.p99 < 5ms]', '3:14: thresholds[0] must name a known metric, got "spraed.p99 < 5ms"; '],
  [IDLE, 'thresholds: [spread.p99 < 5ms]', '3:14: thresholds[0] must name a known metric, got "spread.p99 < 5ms"; '],
  [FAN_OUT, 'thresholds: [spread.p99 < 5]', '3:14: thresholds[0] must compare spread.p99 with a time, got '],
  [FAN_OUT, 'vary: {sample: [1 %]}', '3:8: "sample" belongs to the workload idle, and this is fan-out; remove it'],
  [FAN_OUT, 'vary: {slow.pase: [1s]}', '3:8: unknown parameter "slow.pase" to vary; did you mean "slow.pause"?'],
  [FAN_OUT, 'vary: {subscribers: [1, 0]}', '3:25: subscribers must be a whole number from 1 to 100000, got 0; '],
  [
    FAN_OUT,
    'vary: {slow: [{subscribers: 1}], slow.pause: [1s]}',
    '3:34: vary.slow.pause sets what vary.slow sets; remove one of them',
  ],
]

for (const [base, lines, ...errors] of refused) {
  test(`refuses ${JSON.stringify(lines)} of ${base.slice(10, 14)}`, () => {
    const got = errorOf(() => read(base + lines)).split('\n')
    assert.equal(got.length, errors.length, got.join('\n'))
    for (const [at, error] of errors.entries()) assert.ok(got[at]?.startsWith(`a.yaml:${error}`), got[at])
  })
}

for (const [set, error] of [
  ['connections=5', '--set connections=5: connections cannot be set for fan-out, got 5; publishers and subscribers '],
  ['rooms=20', '--set rooms=20: rooms must be at most subscribers (10), got 20; '],
  ['subscribers=[5, 0]', '--set subscribers=[5, 0]: subscribers must be a whole number from 1 to 100000, got 0; '],
  ['slow.pase=1s', '--set slow.pase=1s: unknown key "pase" in slow; did you mean "pause"?'],
  ['sample=5 %', '--set sample=5 %: "sample" belongs to the workload idle, and this is fan-out; remove it'],
  ['strategy.batch.every=1h', '--set strategy.batch.every=1h: strategy.batch.every must be a time from 1ms to 10s, '],
] as const) {
  test(`refuses --set ${set}`, () => {
    const message = errorOf(() => read(FAN_OUT, set))
    assert.ok(message.startsWith(error), message)
  })
}

test('a default that contradicts what is given is shown as one', () => {
  const message = 'buffer.policy must be block or drop where the strategy is lazy, got "none"'
  for (const [lines, shown] of [
    ['strategy: lazy', `a.yaml:1:1: ${message} (its default); choose one of them`],
    ['strategy: lazy\nbuffer: {limit: 1MiB}', `a.yaml:4:9: ${message} (its default); choose one of them`],
    ['strategy: lazy\nbuffer: {policy: none}', `a.yaml:4:18: ${message}; choose one of them`],
  ] as const) {
    assert.equal(
      errorOf(() => read(FAN_OUT + lines)),
      shown,
    )
  }
})

test('workers are bounded by the largest group that they share', () => {
  assert.equal(settingsOf(`${FAN_OUT}subscribers: 11\nworkers: 11`)?.workers, 11)
  const message = errorOf(() => read(`${FAN_OUT}publishers: 50\nworkers: 11`))
  assert.match(message, /^a\.yaml:4:10: workers must be at most .* \(10\), got 11; /)
  assert.match(
    errorOf(() => read(`${IDLE}connections: 5\nworkers: 6`)),
    /^a\.yaml:4:10: workers must be at most the number of connections \(5\), got 6; lower it or raise connections$/,
  )
})

test('a parameter with the name of a common key is a fault of the workload', () => {
  const [echo] = catalog.workloads
  assert.ok(echo)
  const blocks = { kind: 'whole', from: 1, to: 2, preset: 1, text: 'Not to be.' } as const
  const broken = { ...catalog, workloads: [{ ...echo, parameters: { blocks } }] }
  assert.throws(() => scenarioJsonSchema(broken), /the parameter blocks of echo has the name of a common key/)
})
