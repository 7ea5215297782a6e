import assert from 'node:assert/strict'
import test from 'node:test'
import { type TrialSketch, trialOf } from '../../test/result-fixture.ts'
import { type Gate, gatedMetrics, gatePresets } from '../gate.ts'
import type { Comparison, Figure, Trial } from '../result.ts'
import { compareSideBySide } from './comparison.ts'

const gate: Gate = { ...gatePresets, base: 'base', head: 'head', metrics: gatedMetrics('open') }

/** Noise of a share, different in each block and for each subject, equal in every run of the test. */
const wobble = (block: number, salt: number, size: number) => 1 + size * Math.sin(12.9898 * (block + 1) * (salt + 1.7))

/** Blocks in which head takes `slower` times as long as base. */
function blocksOf(
  count: number,
  slower: number,
  size = 0.02,
  change: (block: number, subject: string) => Partial<TrialSketch> = () => ({}),
): Trial[] {
  return Array.from({ length: count }, (_, block) =>
    (['base', 'head'] as const).map((subject) => {
      const isHead = subject === 'head'
      const p50 = Math.round(1e5 * wobble(block, isHead ? 1 : 2, size) * (isHead ? slower : 1))
      return trialOf({ subject, block, p50, ...change(block, subject) })
    }),
  ).flat()
}

function of(trials: readonly Trial[], metric = 'service.p50', settings = gate, figures: readonly Figure[] = []) {
  const found = compareSideBySide(trials, settings, figures).find((one) => one.metric === metric)
  assert.ok(found, metric)
  return found
}

const rows: ReadonlyArray<
  readonly [what: string, blocks: number, slower: number, noise: number, Comparison['verdict']]
> = [
  ['a clear slowdown', 10, 1.1, 0.02, 'worse'],
  ['a clear improvement', 10, 1 / 1.1, 0.02, 'better'],
  ['no difference', 10, 1, 0.02, 'same'],
  ['a certain difference too small to matter', 20, 1.03, 0.005, 'same'],
  ['too much noise', 8, 1.02, 0.4, 'inconclusive'],
  ['five blocks, however clear', 5, 2, 0.01, 'inconclusive'],
  ['six blocks, if clear', 6, 2, 0.01, 'worse'],
]
for (const [what, blocks, slower, noise, verdict] of rows) {
  test(`${what} is ${verdict}`, () => {
    const found = of(blocksOf(blocks, slower, noise))
    assert.equal(found.verdict, verdict)
    assert.deepEqual([found.gated, found.method, found.blocks, found.baseTrials], [true, 'signed-rank', blocks, blocks])
    assert.ok(found.ratio && found.range && found.range[0] <= found.ratio && found.ratio <= found.range[1])
    assert.equal(found.ci95 === null, blocks < 6)
    if (verdict === 'inconclusive')
      assert.match(found.note ?? '', blocks < 6 ? /too few/ : /neither found nor excluded/)
  })
}

test('what is inconclusive for its noise says how many blocks would do, and what was visible', () => {
  const found = of(blocksOf(8, 1.02, 0.4))
  assert.ok(found.blocksNeeded !== null && found.blocksNeeded > 8)
  assert.ok(found.smallestVisible !== null && found.smallestVisible > gate.detect)
  assert.equal(of(blocksOf(10, 1.1)).blocksNeeded, null)
})

test('where more is better, a smaller ratio is the worse one', () => {
  const load = { model: 'saturate', requestedPerSec: null } as const
  const change = (block: number, subject: string) => {
    const rate = wobble(block, subject === 'head' ? 1 : 2, 0.02) * (subject === 'head' ? 0.8 : 1)
    return { load: { ...load, achievedPerSec: 5000 * rate }, delivered: Math.round(5000 * rate) }
  }
  const metrics = gatedMetrics('saturate')
  const found = of(blocksOf(10, 1, 0.02, change), 'throughput.messagesPerSec', { ...gate, metrics })
  assert.equal(found.verdict, 'worse')
  assert.ok(
    found.ratio && found.ci95 && found.ratio < 0.85 && found.ci95[0] < found.ratio && found.ratio < found.ci95[1],
  )
  const back = { ...gate, base: 'head', head: 'base', metrics }
  assert.equal(of(blocksOf(10, 1, 0.02, change), 'throughput.messagesPerSec', back).verdict, 'better')
})

test('identical subjects are the same: no difference at all, and none is hidden', () => {
  const found = of(blocksOf(8, 1, 0))
  assert.deepEqual([found.verdict, found.ratio, found.ci95, found.p], ['same', 1, [1, 1], 1])
})

const faulty: ReadonlyArray<readonly [string, (block: number, subject: string) => Partial<TrialSketch>, RegExp]> = [
  ['is missing', (block, subject) => (block === 3 && subject === 'head' ? { p50: null } : {}), /head-3 has no figure/],
  ['is zero', (block, subject) => (block === 2 && subject === 'base' ? { p50: 0 } : {}), /base-2 has 0/],
]
for (const [what, change, words] of faulty) {
  test(`a gated figure that ${what} in one block leaves it inconclusive, and is named`, () => {
    const found = of(blocksOf(10, 1.5, 0.01, change))
    assert.deepEqual([found.verdict, found.ratio, found.ci95, found.p], ['inconclusive', null, null, null])
    assert.match(found.note ?? '', words)
  })
}

test('why a trial has no CPU figure is said with it', () => {
  const outside = (block: number, subject: string) =>
    block === 3 && subject === 'head' ? { load: { achievedPerSec: 2400 } } : {}
  const { verdict, note } = of(blocksOf(10, 1.5, 0.01, outside), 'cpu.serverPerMessageNs')
  assert.equal(verdict, 'inconclusive')
  assert.match(note ?? '', /head-3 has no figure \(more than 5 % of its messages came before or after the window\)/)
})

test('an invalid trial takes its block out, and is named', () => {
  const change = (block: number, subject: string) =>
    block === 4 && subject === 'head' ? ({ verdict: 'invalid' } as const) : {}
  const found = of(blocksOf(10, 1.5, 0.01, change))
  assert.deepEqual([found.blocks, found.baseTrials, found.headTrials], [9, 10, 9])
  assert.match(found.note ?? '', /left out: block 5: head is invalid/)
})

test('a subject without a single trial is undecided in every gated metric', () => {
  const found = compareSideBySide(
    blocksOf(8, 1).filter(({ subject }) => subject === 'base'),
    gate,
    [],
  )
  assert.deepEqual(
    found.map(({ metric, verdict }) => [metric, verdict]),
    gate.metrics.map((metric) => [metric, 'inconclusive']),
  )
})

test('the gated metrics come first, at every point, and are corrected together', () => {
  const point = (payload: string) => blocksOf(8, 1.2, 0.01, () => ({ point: { payload } }))
  const one = compareSideBySide(point('64'), gate, [])
  const three = compareSideBySide([...point('64'), ...point('1KiB'), ...point('16KiB')], gate, [])
  const gated = three.filter((comparison) => comparison.gated)
  assert.equal(gated.length, 6)
  assert.ok(three.slice(0, 6).every((comparison) => comparison.gated))
  const adjusted = (all: readonly Comparison[]) => Math.min(...all.map(({ pAdjusted }) => pAdjusted ?? 1))
  assert.ok(adjusted(gated) > adjusted(one.filter((comparison) => comparison.gated)))
})

test('checks are no comparisons: counts, bytes, offered rate, send lag, and throughput under an offered rate', () => {
  const own = { head: '', rank: 'full', text: '' } as const
  const figures: readonly Figure[] = [
    { name: 'recovery', unit: 'ns', better: 'lower', ...own },
    { name: 'dropped', unit: 'count', better: 'lower', ...own },
    { name: 'depth', unit: 'bytes', better: 'none', ...own },
  ]
  const values = { recovery: 5e6, dropped: 1, depth: 3 }
  const metrics = compareSideBySide(
    blocksOf(6, 1, 0.01, () => ({ figures: values })),
    gate,
    figures,
  ).map(({ metric }) => metric)
  assert.ok(
    metrics.includes('recovery') && metrics.includes('latency.p99') && metrics.includes('cpu.clientPerMessageNs'),
  )
  const checks = /^(sendLag|throughput|rate|send|delivery|wire)\.|^dropped$|^depth$/
  assert.deepEqual(
    metrics.filter((metric) => checks.test(metric)),
    [],
  )
  assert.equal(new Set(metrics).size, metrics.length)
})

test('subjects beside the two that are compared change nothing', () => {
  const trials = blocksOf(8, 1.1)
  const others = trials.map((trial) => ({ ...trial, id: `x-${trial.id}`, subject: `x-${trial.subject}` }))
  assert.deepEqual(compareSideBySide([...others, ...trials], gate, []), compareSideBySide(trials, gate, []))
})
