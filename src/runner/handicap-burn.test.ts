import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calibratedBurn } from './handicap-burn.ts'

test('the work takes the CPU time that was asked for, however busy the machine', () => {
  const burn = calibratedBurn(50e3)
  const before = process.cpuUsage()
  for (let at = 0; at < 400; at++) burn()
  const { user, system } = process.cpuUsage(before)
  const tookNs = ((user + system) * 1e3) / 400
  // Cores share their units and change their speed from one moment to the next.
  assert.ok(tookNs > 50e3 / 2 && tookNs < 50e3 * 2.5, `${tookNs} ns`)
})
