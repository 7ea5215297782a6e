import assert from 'node:assert/strict'
import test from 'node:test'
import { runOf } from '../../test/comparison-fixture.ts'
import type { Figure, Result } from '../result.ts'
import { likenessOf } from './likeness.ts'

const ws = { base: ['ws'], head: ['ws'] }
const packagesOf = (transport: string) => (transport === 'ws' ? ['ws'] : [])

/** @returns what differs, by name */
function namesOf(base: Result, head: Result, compared = ws): string[] {
  return likenessOf(base, head, compared, packagesOf).differences.map(({ what }) => what)
}

const base = runOf(1, 1)

/** Another run, changed. */
function head(change: (copy: Result) => void = () => {}): Result {
  const copy = structuredClone(runOf(1.3, 2))
  change(copy)
  return copy
}

const settings = { connections: 50, load: { model: 'open', ratePerSec: 2000 } }
const resolved = (more: object = {}, at: object = {}) => ({
  workload: 'echo',
  points: [{ at: {}, settings: { ...settings, ...at } }],
  ...more,
})
const withResolved = (result: Result, value: Record<string, unknown>): Result => ({
  ...result,
  scenario: { ...result.scenario, resolved: value },
})

test('two runs of the same are alike, however they were named, ordered and judged', () => {
  assert.deepEqual(namesOf(base, head()), [])
  const one = withResolved(
    base,
    resolved({ name: 'a', blocks: 6, seed: 1, subjects: [{ label: 'ws' }], thresholds: [] }),
  )
  const other = withResolved(
    { ...head(), scenario: { ...head().scenario, name: 'b' } },
    resolved({
      name: 'b',
      blocks: { least: 8 },
      seed: 2,
      subjects: [{ label: 'ws', handicap: {} }],
      thresholds: ['x'],
    }),
  )
  assert.deepEqual(namesOf(one, other), [])
})

test('keys in another order are the same', () => {
  const turned = {
    points: [{ settings: { load: { ratePerSec: 2000, model: 'open' }, connections: 50 }, at: {} }],
    workload: 'echo',
  }
  assert.deepEqual(namesOf(withResolved(base, resolved()), withResolved(head(), turned)), [])
})

for (const [what, change] of [
  ['cpuModel', ({ environment }) => Object.assign(environment, { cpuModel: 'B' })],
  ['cores', ({ environment }) => Object.assign(environment, { cores: 2 })],
  ['memoryBytes', ({ environment }) => Object.assign(environment, { memoryBytes: 8e9 })],
  ['node', ({ environment }) => Object.assign(environment, { node: 'v22' })],
  ['v8', ({ environment }) => Object.assign(environment, { v8: '12' })],
  ['kernel', ({ environment }) => Object.assign(environment, { kernel: '6.2' })],
  ['os', ({ environment }) => Object.assign(environment, { os: 'Darwin' })],
  ['rtbench', ({ tool }) => Object.assign(tool, { version: '9.9.9' })],
  ['package ws', ({ environment }) => Object.assign(environment, { packages: { ws: '7.0.0' } })],
  ['workload', ({ scenario }) => Object.assign(scenario, { workload: 'chat' })],
  ['what one latency is', ({ scenario }) => Object.assign(scenario, { latencyMeaning: 'something else' })],
  ['client processes', ({ trials }) => trials.map((trial) => Object.assign(trial, { workers: 3 }))],
  ['client', ({ trials }) => trials.map((trial) => Object.assign(trial, { client: 'lean' }))],
  ['transport of ws', ({ trials }) => trials.map((trial) => Object.assign(trial, { transport: 'sse' }))],
  ['the run', (copy) => Object.assign(copy, { status: 'aborted' })],
] as ReadonlyArray<readonly [string, (copy: Result) => unknown]>) {
  test(`another ${what} is told`, () => assert.deepEqual(namesOf(base, head(change)), [what]))
}

test('little less memory, and packages of other transports, are no difference', () => {
  const other = head(({ environment }) =>
    Object.assign(environment, { memoryBytes: 15_900_000_000, packages: { ws: '8.23.0', undici: '1.0.0' } }),
  )
  assert.deepEqual(namesOf(base, other), [])
})

test('other settings are told with their point, and points that only one has', () => {
  const other = withResolved(head(), resolved({}, { connections: 10 }))
  assert.deepEqual(likenessOf(withResolved(base, resolved()), other, ws, packagesOf).differences, [
    { what: 'connections', base: '50', head: '10' },
  ])
  const points = { ...head(), scenario: { ...head().scenario, points: [{}, { payload: '1KiB' }] } }
  assert.deepEqual(likenessOf(base, points, ws, packagesOf).differences, [
    { what: 'point payload=1KiB', base: null, head: 'measured' },
  ])
})

test('two labels may have two transports, one label may not', () => {
  const other = runOf(1, 3, { subject: 'sse' })
  assert.deepEqual(namesOf(base, other, { base: ['ws'], head: ['sse'] }), [])
})

test('one name for figures in two units is a conflict', () => {
  const figure: Figure = { name: 'spread.p99', head: 'spread', unit: 'ns', better: 'lower', rank: 'full', text: 'x' }
  const one = { ...base, scenario: { ...base.scenario, figures: [figure] } }
  const other = { ...base, scenario: { ...base.scenario, figures: [{ ...figure, unit: 'bytes' as const }] } }
  assert.deepEqual(likenessOf(one, other, ws, packagesOf).conflicts, [
    { what: 'unit of spread.p99', base: 'ns', head: 'bytes' },
  ])
  assert.deepEqual(likenessOf(one, one, ws, packagesOf).conflicts, [])
})
