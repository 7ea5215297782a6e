import assert from 'node:assert/strict'
import test from 'node:test'
import { calibrationOf, noiseRow } from '../../test/calibration-fixture.ts'
import { everyEnding } from '../../test/capacity-fixture.ts'
import { gate } from '../../test/comparison-fixture.ts'
import { plainResult } from '../../test/result-fixture.ts'
import type { Calibration, Result } from '../result.ts'
import { calibrationNotes, calibrationText } from './calibration.ts'
import { widthOf } from './format.ts'

const plain = { columns: 100, colour: false }
/** Without its line breaks. */
const flat = (text: string) => text.replace(/\s+/g, ' ')

test('at any width everything is said, and no line is longer', () => {
  for (const columns of [60, 100, 160]) {
    const text = calibrationText(calibrationOf(), { columns, colour: false })
    for (const line of text.split('\n')) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
    for (const word of ['A CPU', 'steal', 'doubtful', 'remedy: use another machine', 'raw TCP echo', 'service.p50']) {
      assert.ok(flat(text).includes(word), `${columns}: ${word}`)
    }
    assert.match(flat(text), /Change first \(steal\): use another machine\./)
    assert.match(flat(text), /5 % takes 14 blocks/)
    assert.match(text, />100 %/)
    assert.ok(!text.includes('\x1b'))
  }
  assert.ok(calibrationText(calibrationOf(), { columns: 100, colour: true }).includes('\x1b[33mdoubtful\x1b[0m'))
})

test('a false alarm is said loudly, and nothing beside it says that all is well', () => {
  const noise = [noiseRow('service.p50', { verdict: 'worse' })]
  const text = flat(calibrationText(calibrationOf({ noise }), plain))
  assert.match(text, /FALSE ALARM: the same, measured twice, came out worse in service\.p50/)
  assert.doesNotMatch(text, /as it should/)
})

test('what could not be measured is said', () => {
  assert.match(flat(calibrationText(calibrationOf({ noise: [] }), plain)), /could not be measured/)
  const noise = [noiseRow('service.p50'), noiseRow('cpu.serverPerMessageNs', { withinBlock: null, blocksNeeded: null })]
  const text = flat(calibrationText(calibrationOf({ noise, doubts: ['deadline, 1 of 20 trials: invalid'] }), plain))
  assert.match(text, /noise of cpu\.serverPerMessageNs could not be measured/)
  assert.match(text, /deadline, 1 of 20 trials/)
  assert.doesNotMatch(text, /as it should|no number of blocks/)
  const narrow = flat(calibrationText(calibrationOf({ noise }), { columns: 60, colour: false }))
  assert.match(narrow, /cpu\.serverPerMessageNs could not be measured/)
  assert.doesNotMatch(narrow, /–/)
})

test('foreign text moves no cursor', () => {
  const checks = [{ name: 'x\x1b[2J', state: 'sound\x07' as 'good', found: '\u202ereversed', remedy: null }]
  const text = calibrationText(calibrationOf({ checks }), plain)
  for (const character of ['\x1b', '\x07', '\u202e']) assert.ok(!text.includes(character), JSON.stringify(character))
})

const [trial] = plainResult.trials
assert.ok(trial)
const many = Array.from({ length: 20 }, (_, block) => ({ ...trial, block }))
const gated: Partial<Result> = {
  trials: many,
  gate: { ...gate, metrics: ['service.p50'], acrossSessions: false, baselines: [], forced: [] },
}
const noisy = (changes: Partial<Calibration> = {}) =>
  calibrationOf({
    noise: [noiseRow('service.p50', { verdict: 'better' }), noiseRow('latency.p50', { gated: false })],
    ...changes,
  })

test('a run says what its blocks can tell apart, and that its machine was unfit', () => {
  assert.deepEqual(calibrationNotes(plainResult), [])
  const few = calibrationNotes({ ...plainResult, ...gated, trials: [trial], calibration: noisy() })
  assert.match(few.join('\n'), /1 block is too few/)
  const bad = { name: 'steal', state: 'bad', found: '40 %', remedy: 'another machine' } as const
  const notes = calibrationNotes({ ...plainResult, ...gated, calibration: noisy({ checks: [bad] }) })
  assert.match(notes[0] ?? '', /with 20 blocks, differences below [\d.]+ % in service\.p50 cannot be told apart here/)
  assert.doesNotMatch(notes[0] ?? '', /latency\.p50/)
  assert.match(notes.slice(1).join('\n'), /FALSE ALARM.*better in service\.p50.*unfit: steal: 40 %/s)
})

test('what can be told apart is of the tests that the run makes: at every point, or of all pairs of subjects', async () => {
  const limitOf = (changes: Partial<Result>) => {
    const [note = ''] = calibrationNotes({ ...plainResult, ...changes, calibration: noisy() })
    const [, share, metric] = /below ([\d.]+) % in (\S+) cannot/.exec(note) ?? []
    return { share: Number(share), metric }
  }
  const { scenario } = plainResult
  const points = [64, 128, 256].map((payload) => ({ payload }))
  assert.ok(limitOf({ ...gated, scenario: { ...scenario, points } }).share > limitOf(gated).share)
  assert.deepEqual([limitOf(gated).metric, limitOf({ trials: many }).metric], ['service.p50', 'latency.p50'])
  const pair = limitOf({ trials: many, scenario: { ...scenario, subjects: ['ws', 'grpc'] } })
  assert.ok(limitOf({ trials: many }).share > pair.share)
  for (const alone of [
    { scenario: { ...scenario, subjects: ['ws'] } },
    { capacities: (await everyEnding()).capacities },
  ]) {
    assert.doesNotMatch(
      calibrationNotes({ ...plainResult, ...alone, calibration: noisy() }).join('\n'),
      /told apart|few/,
    )
  }
})
