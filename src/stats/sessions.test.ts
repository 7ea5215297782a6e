import assert from 'node:assert/strict'
import test from 'node:test'
import { trialOf } from '../../test/result-fixture.ts'
import { type Gate, gatedMetrics, gatePresets } from '../gate.ts'
import type { Trial } from '../result.ts'
import { compareRuns } from './sessions.ts'

const gate: Gate = { ...gatePresets, base: 'ws', head: 'ws', metrics: gatedMetrics('open') }

/** One run: trials with a median, and some noise that differs by block and run. */
function runOf(p50: number, salt: number, count = 10): Trial[] {
  return Array.from({ length: count }, (_, block) =>
    trialOf({
      subject: 'ws',
      block,
      p50: Math.round(p50 * (1 + 0.02 * Math.sin(12.9898 * (block + 1) * (salt + 1.3)))),
    }),
  )
}

function judged(bases: readonly Trial[][], head: Trial[], settings = gate) {
  const found = compareRuns(bases, head, settings, []).find(({ metric }) => metric === 'service.p50')
  assert.ok(found)
  return found
}

test('a difference that sessions may have is not called worse, however certain; one beyond it is', () => {
  const small = judged([runOf(1e5, 1)], runOf(1.15e5, 2))
  assert.equal(small.verdict, 'inconclusive')
  assert.ok((small.pAdjusted ?? 1) < 0.05 && (small.ci95?.[0] ?? 0) > 1.1)
  assert.match(small.note ?? '', /25 % is allowed/)
  const large = judged([runOf(1e5, 1)], runOf(1.5e5, 2))
  assert.deepEqual([large.verdict, large.method, large.blocks, large.baseTrials], ['worse', 'rank-sum', null, 10])
  assert.equal(judged([runOf(1.5e5, 1)], runOf(1e5, 2)).verdict, 'better')
})

test('separate runs do not show that nothing changed, unless nothing is allowed for', () => {
  assert.equal(judged([runOf(1e5, 1)], runOf(1e5, 2)).verdict, 'inconclusive')
  assert.equal(judged([runOf(1e5, 1)], runOf(1e5, 2), { ...gate, sessionAllowance: 0 }).verdict, 'same')
})

test('with five base runs how far they lie apart takes the place of the allowance', () => {
  const bases = (spread: number) => [-2, -1, 0, 1, 2].map((at, salt) => runOf(1e5 * (1 + spread * at), salt))
  const close = judged(bases(0.005), runOf(1.15e5, 9))
  assert.equal(close.verdict, 'worse')
  assert.match(close.note ?? '', /prediction interval over 5 base runs/)
  assert.equal(judged(bases(0.06), runOf(1.15e5, 9)).verdict, 'inconclusive')
  assert.equal(judged(bases(0.005), runOf(1e5, 9)).verdict, 'same')
  assert.match(judged(bases(0.005).slice(1), runOf(1.15e5, 9)).note ?? '', /25 % is allowed/)
})

test('too few trials, a missing figure, an invalid trial: said, and not decided by what is left', () => {
  assert.match(judged([runOf(1e5, 1, 5)], runOf(9e5, 2)).note ?? '', /5 and 10 trials are too few/)
  const lacking = runOf(9e5, 2).map((trial, index) =>
    index === 4 ? trialOf({ subject: 'ws', block: 4, p50: null }) : trial,
  )
  const missing = judged([runOf(1e5, 1)], lacking)
  assert.deepEqual([missing.verdict, missing.ratio], ['inconclusive', null])
  assert.match(missing.note ?? '', /ws-4 has no figure/)
  const invalid = runOf(9e5, 2).map((trial): Trial => (trial.block === 4 ? { ...trial, verdict: 'invalid' } : trial))
  const without = judged([runOf(1e5, 1)], invalid)
  assert.deepEqual([without.verdict, without.headTrials], ['worse', 9])
  assert.match(without.note ?? '', /left out: ws-4 is invalid/)
})
