import assert from 'node:assert/strict'
import { platform } from 'node:os'
import test from 'node:test'
import { measure } from './trial-rig.ts'

test('a real trial says who was its limit, with both figures, and what the machine did beside it', async () => {
  const trial = await measure('tcp', { load: { model: 'closed', inFlight: 4 } })
  const { bottleneck, machine, processes } = trial
  assert.ok(bottleneck)
  assert.match(bottleneck.because, /\d+ %.* \d+ %/)
  const busiest = Math.max(...processes.map(({ eventLoopUtilization }) => eventLoopUtilization ?? 0))
  const isLimit = bottleneck.who === 'server' || bottleneck.who === 'client' || bottleneck.who === 'both'
  assert.equal(isLimit, busiest >= 0.9, `${bottleneck.who}: ${busiest}`)
  const isDoubted = trial.warnings.some(({ code }) => code === 'client-bound')
  assert.equal(isDoubted, bottleneck.who === 'client')
  assert.ok(machine, 'both ends of the window were seen')
  if (platform() !== 'linux') return
  const { stealShare, foreignShare } = machine
  for (const share of [stealShare, foreignShare]) assert.ok(share !== null && share >= 0 && share <= 1, `${share}`)
})
