import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inventedFanOut, inventedIdle } from '../../test/invented-workloads.ts'
import { inTemporaryDirectory, read } from '../../test/scenario-text.ts'
import type { Parameters } from '../parameter.ts'
import { listValues } from './parameter-text.ts'

inTemporaryDirectory()

function shown(text: string, parameters: Parameters): string[] {
  const [point] = read(text).points
  assert.ok(point)
  return listValues(parameters, point.settings.parameters)
}

test('all that is set is shown in its unit, by its path', () => {
  const fanOut = 'workload: fan-out\ntransports: [ws]\nslow: {subscribers: 2}\nstrategy: {batch: {max: 3}}\n'
  assert.deepEqual(shown(fanOut, inventedFanOut.parameters), [
    'subscribers 10',
    'publishers 1',
    'rooms 1',
    'strategy.batch.every 5.00 ms',
    'strategy.batch.max 3',
    'slow.subscribers 2',
    'slow.pause 100 ms',
    'buffer.limit 1.00 MiB',
    'buffer.policy none',
  ])
  const idle = 'workload: idle\ntransports: [ws]\nsample: 25 %\n'
  assert.deepEqual(shown(idle, inventedIdle.parameters), ['connectRate 500/s', 'sample 25.0 %', 'witnesses 0'])
})
