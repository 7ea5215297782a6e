import assert from 'node:assert/strict'
import test from 'node:test'
import { resultOf, trialOf } from '../../test/result-fixture.ts'
import type { Trial } from '../result.ts'
import { costSections } from './costs.ts'

const wide = { columns: 200, colour: false }

function shown(trials: readonly Trial[]): string {
  return costSections(resultOf(trials), wide).flat().join('\n')
}

test('a column without any figure is left out, and so is what would explain it', () => {
  const ws = trialOf({ subject: 'ws' })
  const oneWay = { ...ws, bytes: { ...ws.bytes, messages: { up: 0, down: 4000 }, payload: { up: 0, down: 512_000 } } }
  assert.match(shown([ws]), /│ +up │ +added │ +down │ +added │/)
  assert.match(shown([oneWay]), /CPU │ +down │ +added │/)
  const silent = { ...oneWay, bytes: { ...oneWay.bytes, messages: null, payload: { up: 0, down: 0 } } }
  assert.doesNotMatch(shown([silent]), /Up, down|Added/)
})

test('bytes that compression saved are negative', () => {
  const ws = trialOf({ subject: 'ws' })
  assert.match(shown([{ ...ws, bytes: { ...ws.bytes, wire: { up: 128_000, down: 540_000 } } }]), /-75 %.*\+5\.5 %/)
})

test('who has no usable trial has no line, and without any line there is no table', () => {
  const invalid = trialOf({ subject: 'sse', verdict: 'invalid' })
  const text = shown([trialOf({ subject: 'ws' }), invalid])
  assert.match(text, /^ ws /m)
  assert.doesNotMatch(text, /^ sse/m)
  assert.equal(shown([invalid]), '')
})

test('points and subjects stand in the scenario’s order, not in that of the trials', () => {
  const at = (subject: string, payload: string) => trialOf({ subject, point: { payload } })
  const result = resultOf([at('b', '64'), at('a', '64'), at('b', '1KiB'), at('a', '1KiB')])
  const scenario = { ...result.scenario, subjects: ['a', 'b'], points: [{ payload: '1KiB' }, { payload: '64' }] }
  const lines = costSections({ ...result, scenario }, wide).flat()
  const rows = lines.flatMap((line) => /^ (\w) +│ +payload=(\w+)/.exec(line)?.slice(1).join(' ') ?? [])
  assert.deepEqual(rows, ['a 1KiB', 'b 1KiB', 'a 64', 'b 64'])
})
