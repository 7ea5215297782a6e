import assert from 'node:assert/strict'
import { platform } from 'node:os'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicClock } from '../clock.ts'
import { type MachineUse, machineMeter, machineOf } from './machine.ts'

const use: MachineUse = {
  ticks: { total: 1000, used: 600, stolen: 50 },
  controllerNs: 0.1e9,
  clockDriftNs: 12,
  cores: 2,
}

test('foreign is what is left of the programs without the processes of the trial and the controller', () => {
  // 10 s of two cores: 6 s used, of which 4 are the trial's.
  assert.deepEqual(machineOf(use, 3.9e9), { stealShare: 0.05, foreignShare: 0.2, clockDriftNs: 12 })
  assert.equal(machineOf(use, 9e9)?.foreignShare, 0, 'ticks are coarse: never below zero')
})

test('what is not known is null', () => {
  assert.deepEqual(machineOf(use, null), { stealShare: 0.05, foreignShare: null, clockDriftNs: 12 })
  assert.deepEqual(machineOf({ ...use, ticks: null }, 1), { stealShare: null, foreignShare: null, clockDriftNs: 12 })
  assert.equal(machineOf(null, 1), null)
})

test('a window is read at both ends, its shares are shares, and the clocks stay together', async () => {
  const clock = monotonicClock(process.hrtime.bigint())
  const meter = machineMeter(clock)
  const startNs = clock.nowNs()
  meter.watch({ startNs, warmNs: startNs, endNs: startNs + 0.6e9 })
  await sleep(800)
  const machine = machineOf(meter.finish(), 0)
  assert.ok(machine)
  assert.ok(Math.abs(machine.clockDriftNs ?? Number.POSITIVE_INFINITY) < 5e6, `${machine.clockDriftNs} ns`)
  if (platform() !== 'linux') return
  const { stealShare, foreignShare } = machine
  for (const share of [stealShare, foreignShare]) assert.ok(share !== null && share >= 0 && share <= 1, `${share}`)
})

test('a window whose end was not reached has no figures', () => {
  const clock = monotonicClock(process.hrtime.bigint())
  const meter = machineMeter(clock)
  const startNs = clock.nowNs()
  meter.watch({ startNs, warmNs: startNs, endNs: startNs + 60e9 })
  assert.equal(meter.finish(), null)
})
