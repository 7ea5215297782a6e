import assert from 'node:assert/strict'
import test from 'node:test'
import { usage } from '../../test/outcome-fixture.ts'
import type { Role } from '../control.ts'
import { disturbancesOf, type Surroundings } from './disturbances.ts'

const process = (role: Role, changes: Partial<Surroundings['processes'][number]> = {}) => ({
  role,
  group: '',
  ...usage,
  ...changes,
})
const calm: Surroundings = {
  processes: [process('server'), process('client')],
  machine: { stealShare: 0.01, foreignShare: 0.3, clockDriftNs: 1_500_000 },
  cores: 2,
  model: 'open',
  durationNs: 2e9,
  frozen: [],
}
const machine = (changes: Partial<NonNullable<Surroundings['machine']>>) => ({
  machine: { stealShare: 0, foreignShare: 0, clockDriftNs: 0, ...changes },
})
const client = (changes: Partial<Surroundings['processes'][number]>) => ({
  processes: [process('server'), process('client', changes)],
})

const rows: ReadonlyArray<readonly [name: string, Partial<Surroundings>, code: string | undefined, message: RegExp]> = [
  ['a calm machine', {}, undefined, /^$/],
  ['a machine that tells nothing', { machine: null }, undefined, /^$/],
  [
    'a client that stood still',
    client({ eventLoopDelayMax: 100e6 + 1 }),
    'event-loop-delay',
    /^the client's event loop stood still for 100 ms$/,
  ],
  ['a client that nearly did', client({ eventLoopDelayMax: 100e6 }), undefined, /^$/],
  ['one that was frozen on purpose', { ...client({ eventLoopDelayMax: 9e9 }), frozen: ['client'] }, undefined, /^$/],
  ['one that has always more work', { ...client({ eventLoopDelayMax: 9e9 }), model: 'saturate' }, undefined, /^$/],
  ['one long collection', client({ gcMaxNs: 150e6 }), 'gc-pauses', /^garbage collection stopped the client for 150 ms/],
  ['many short ones', client({ gcNs: 0.6e9 }), 'gc-pauses', /^garbage collection took 30 % of the client's time$/],
  ['a quarter of the time', client({ gcNs: 0.5e9 }), undefined, /^$/],
  ['a hypervisor that takes more than 5 %', machine({ stealShare: 0.08 }), 'cpu-steal', /^the hypervisor took 8 %/],
  ['one that takes 5 %', machine({ stealShare: 0.05 }), undefined, /^$/],
  [
    'other programs that leave less than a core',
    machine({ foreignShare: 0.6 }),
    'cpu-steal',
    /^other programs used 60 % of the processor: less than one of 2 cores was left$/,
  ],
  ['other programs on many cores', { ...machine({ foreignShare: 0.6 }), cores: 8 }, undefined, /^$/],
  ['the little that others need on the only core', { ...machine({ foreignShare: 0.08 }), cores: 1 }, undefined, /^$/],
  [
    'more than that',
    { ...machine({ foreignShare: 0.12 }), cores: 1 },
    'cpu-steal',
    /^other programs used 12 % of the processor: there is one core$/,
  ],
  ['shares that nobody knows', machine({ stealShare: null, foreignShare: null }), undefined, /^$/],
  ['a clock that was set', machine({ clockDriftNs: -3_600e9 }), 'clock-anomaly', /went 3600000 ms back/],
  ['a machine that slept', machine({ clockDriftNs: 5e9 }), 'clock-anomaly', /went 5000 ms ahead/],
  ['clocks that are read in whole milliseconds', machine({ clockDriftNs: 2e6 }), undefined, /^$/],
]

for (const [name, changes, code, message] of rows) {
  test(`${name}: ${code ?? 'no word'}`, () => {
    const warnings = disturbancesOf({ ...calm, ...changes })
    assert.deepEqual(
      warnings.map((one) => one.code),
      code === undefined ? [] : [code],
    )
    assert.match(warnings[0]?.message ?? '', message)
  })
}
