import assert from 'node:assert/strict'
import test from 'node:test'
import { calibrationOf, noiseRow, twiceIn } from '../../test/calibration-fixture.ts'
import { seededRandom } from '../engine/random.ts'
import { gatePresets } from '../gate.ts'
import { compareSideBySide } from './comparison.ts'
import { betweenBlocks, falseAlarms, isWorthless, noiseOf, plannedBlocks } from './noise.ts'
import { blocksFor } from './planning.ts'

const gate = { ...gatePresets, base: 'base', head: 'head', metrics: ['service.p50', 'cpu.serverPerMessageNs'] }

/** Normal, by the sum of twelve uniform numbers. */
function normal(seed: number): () => number {
  const random = seededRandom(seed)
  return () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6)
}

test('what is put into the noise is found in it: within blocks, and between them', () => {
  const draw = normal(7)
  const levels = Array.from({ length: 200 }, () => 0.2 * draw())
  const trials = twiceIn(200, (block) => Math.round(1e6 * Math.exp((levels[block] ?? 0) + 0.04 * draw())))
  const rows = noiseOf(trials, gate, compareSideBySide(trials, gate, []))
  const row = rows.find(({ metric }) => metric === 'service.p50')
  assert.ok(row?.withinBlock && row.betweenBlocks)
  assert.ok(Math.abs(row.withinBlock - 0.04) < 0.01, `${row.withinBlock}`)
  assert.ok(Math.abs(row.betweenBlocks - 0.2) < 0.04, `${row.betweenBlocks}`)
  assert.deepEqual(
    row.visible.map(({ blocks }) => blocks),
    [8, 12, 20, 40],
  )
  const shares = row.visible.map(({ share }) => share)
  assert.deepEqual(
    shares,
    shares.toSorted((one, other) => other - one),
    'more blocks see smaller differences',
  )
  assert.equal(row.blocksNeeded, blocksFor(row.withinBlock, 0.05, 2))
  assert.equal(row.gated, true)
})

test('blocks that differ by no more than their trials do are not said to differ', () => {
  const trials = twiceIn(6, (block, order) => 100_000 + ((block + order) % 2) * 10_000)
  assert.equal(betweenBlocks(trials, 'service.p50', 0.07), 0)
  assert.equal(betweenBlocks(trials.slice(0, 2), 'service.p50', 0.07), null, 'of one block nothing is known')
})

test('a gated metric without a figure stays, so that its absence is seen; a note goes', () => {
  const trials = twiceIn(6, () => 100_000).map((trial) => ({ ...trial, processes: [] }))
  const rows = noiseOf(trials, gate, compareSideBySide(trials, gate, []))
  const missing = rows.find(({ metric }) => metric === 'cpu.serverPerMessageNs')
  assert.deepEqual([missing?.withinBlock, missing?.visible, missing?.blocksNeeded], [null, [], null])
  assert.ok(!rows.some(({ metric }) => metric === 'cpu.clientPerMessageNs'))
})

test('auto begins with the blocks of the gated metric that takes most; not at all where one is not known', () => {
  const noise = [
    noiseRow('service.p50', { withinBlock: 0.02 }),
    noiseRow('cpu.serverPerMessageNs', { withinBlock: 0.05 }),
  ]
  assert.equal(plannedBlocks(calibrationOf({ noise }), gate, 1), blocksFor(0.05, 0.05, 2))
  assert.equal(plannedBlocks(calibrationOf({ noise }), gate, 3), blocksFor(0.05, 0.05, 6), 'tested at every point')
  assert.equal(
    plannedBlocks(calibrationOf({ noise }), { ...gate, metrics: ['service.p50'] }, 1),
    blocksFor(0.02, 0.05, 1),
  )
  assert.equal(plannedBlocks(calibrationOf({ noise }), { ...gate, metrics: ['latency.p99'] }, 1), undefined)
  const wild = [noiseRow('service.p50', { withinBlock: 5 })]
  assert.equal(plannedBlocks(calibrationOf({ noise: wild }), { ...gate, metrics: ['service.p50'] }, 1), undefined)
})

test('a difference between the same and itself is a false alarm where it is gated, either way', () => {
  const quiet = [
    noiseRow('service.p50', { verdict: 'same' }),
    noiseRow('latency.p99', { gated: false, verdict: 'worse' }),
  ]
  assert.deepEqual(falseAlarms(calibrationOf({ noise: quiet })), [])
  assert.equal(isWorthless(calibrationOf({ noise: quiet })), false)
  for (const verdict of ['better', 'worse'] as const) {
    const loud = calibrationOf({ noise: [...quiet, noiseRow('cpu.serverPerMessageNs', { verdict })] })
    assert.deepEqual(
      falseAlarms(loud).map(({ metric }) => metric),
      ['cpu.serverPerMessageNs'],
    )
    assert.equal(isWorthless(loud), true)
  }
})

test('measuring is pointless where a condition is bad, or a gated metric has no figure', () => {
  assert.equal(isWorthless(calibrationOf()), false, 'doubtful and unknown conditions are no reason')
  const bad = { name: 'steal', state: 'bad', found: '40 %', remedy: 'another machine' } as const
  assert.equal(isWorthless(calibrationOf({ checks: [bad] })), true)
  assert.equal(isWorthless(calibrationOf({ noise: [] })), true)
  assert.equal(isWorthless(calibrationOf({ noise: [noiseRow('service.p50', { withinBlock: null })] })), true)
})
