/** What two subjects came to, as a status, an answer, and over several subjects. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { gate, pairOf, runOf } from '../../test/comparison-fixture.ts'
import { resultOf, trialOf } from '../../test/result-fixture.ts'
import { compareAcross, figuresOfAll, pairsOf } from './across.ts'
import { answerOf } from './answer.ts'
import { change } from './change.ts'
import { compareSideBySide } from './comparison.ts'
import { overallStatus } from './status.ts'

test('a regression in a gated metric fails the run, one in a note does not', () => {
  const { status, reasons, comparisons } = pairOf(1.2)
  assert.equal(status, 'failed')
  assert.deepEqual(
    reasons.map(({ code, path }) => [code, path]),
    [['regression', 'service.p50']],
  )
  assert.ok(comparisons.some(({ gated, verdict }) => !gated && verdict === 'worse'))
  const { status: noted } = pairOf(1.2, { metrics: ['cpu.serverPerMessageNs'] })
  assert.equal(noted, 'passed')
})

test('an improvement passes, and turned round it fails', () => {
  assert.equal(pairOf(1 / 1.2).status, 'passed')
  assert.equal(answerOf(pairOf(1 / 1.2))?.verdict, 'better')
  assert.equal(answerOf(pairOf(1.2))?.verdict, 'worse')
})

test('what is inconclusive fails only where it is not borne', () => {
  assert.equal(pairOf(1, {}, 4).status, 'passed')
  const strict = pairOf(1, { failOnInconclusive: true }, 4)
  assert.equal(strict.status, 'failed')
  assert.deepEqual([...new Set(strict.reasons.map(({ code }) => code))], ['inconclusive'])
})

test('an invalid run gives no answer, whatever its figures are', () => {
  const { comparisons, gate: record } = pairOf(1.2)
  const trials = [trialOf({ subject: 'head', verdict: 'invalid' })]
  const { status } = overallStatus(trials, [], undefined, [], { comparisons, gate: record })
  assert.equal(status, 'invalid')
  assert.equal(answerOf({ status, comparisons, gate: record })?.verdict, 'none')
})

test('a gate does not pass by a subject that was never measured', () => {
  const unsupported = Array.from({ length: 8 }, (_, block) =>
    trialOf({ subject: 'head', block, verdict: 'unsupported' }),
  )
  const trials = [...pairOf(1, {}, 8).trials.filter(({ subject }) => subject === 'base'), ...unsupported]
  const comparisons = compareSideBySide(trials, gate, [])
  const { status, reasons } = overallStatus(trials, [], undefined, [], { comparisons, gate })
  assert.equal(status, 'invalid')
  assert.deepEqual(
    reasons.map(({ code, path }) => [code, path]),
    gate.metrics.map((metric) => ['nothing-measured', metric]),
  )
})

test('a result without a gate has no answer', () => {
  assert.equal(answerOf(runOf(1, 1)), null)
})

test('subjects of two runs are matched by label; one each, whatever they are called', () => {
  assert.deepEqual(pairsOf(['old'], ['new']), { pairs: [{ base: 'old', head: 'new' }], unmatched: [] })
  assert.deepEqual(pairsOf(['ws', 'tcp'], ['sse', 'ws']), {
    pairs: [{ base: 'ws', head: 'ws' }],
    unmatched: ['tcp', 'sse'],
  })
})

test('several subjects are one family: each keeps its name and point, and is corrected for all', () => {
  const many = (slower: number, of: number) => {
    const trials = ['ws', 'sse'].flatMap((subject) => runOf(slower, of, { subject }).trials)
    return resultOf(trials.map((trial) => ({ ...trial, point: { payload: '64' } })))
  }
  const labels = ['ws', 'sse'].map((label) => ({ base: label, head: label }))
  const compared = compareAcross([many(1, 1)], many(1.6, 2), labels, gate, [])
  const gated = compared.filter((one) => one.gated)
  assert.deepEqual(
    gated.map(({ base, head, metric }) => [base, head, metric]).sort(),
    labels.flatMap(({ base, head }) => gate.metrics.map((metric) => [base, head, metric])).sort(),
  )
  for (const { point } of compared) assert.deepEqual(point, { payload: '64' })
  const alone = compareAcross([many(1, 1)], many(1.6, 2), labels.slice(0, 1), gate, [])
  const adjusted = (of: typeof alone) =>
    of.find(({ metric, head }) => metric === 'service.p50' && head === 'ws')?.pAdjusted
  assert.ok(Number(adjusted(compared)) > Number(adjusted(alone)))
})

test('a figure that only one run has is not left out', () => {
  const figure = { name: 'spread.p99', head: 'spread', unit: 'ns', better: 'lower', rank: 'full', text: 'x' } as const
  const base = runOf(1, 1)
  const withFigure = { ...base, scenario: { ...base.scenario, figures: [figure] } }
  for (const results of [
    [base, withFigure],
    [withFigure, base],
    [withFigure, withFigure],
  ]) {
    assert.deepEqual(figuresOfAll(results), [figure])
  }
})

test('changes are told with a sign, and what rounds to nothing without', () => {
  assert.deepEqual([1.123, 0.9, 1.0001, 0.9999, 3, 1].map(change), [
    '+12.3 %',
    '-10.0 %',
    '0.0 %',
    '0.0 %',
    '+200 %',
    '0.0 %',
  ])
})
