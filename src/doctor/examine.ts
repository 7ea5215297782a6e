import { monotonicClock } from '../clock.ts'
import type { Check } from '../result.ts'
import { condition } from './condition.ts'
import { otherLoad, steal, watchContention } from './contention.ts'
import { type Machine, thisMachine } from './machine.ts'
import { pingPong } from './ping-pong.ts'
import { battery, cores, frequency, quota, virtualization } from './processor.ts'
import { descriptors, memoryRoom, ports } from './room.ts'
import { clockCondition, fineLateness, loopback, readClock, timerLateness, timers } from './timing.ts'

/** Every condition of this machine, those that spoil most first. Takes about three seconds, one after the other. */
export async function examine(aborted: AbortSignal, machine: Machine = thisMachine()): Promise<Check[]> {
  const clock = monotonicClock(process.hrtime.bigint())
  // Asked for twice and more, looked for once.
  const contention = watchContention(machine)
  const known = await contention.catch(() => undefined)
  return [
    await condition('other load', async () => otherLoad(await contention)),
    await condition('steal', async () => steal(await contention)),
    await condition('cores', () => cores(machine)),
    await condition('CPU limit', () => quota(machine)),
    await condition('frequency', () => frequency(machine)),
    await condition('battery', () => battery(machine)),
    await condition('memory', () => memoryRoom(machine, known?.swapped ?? 0)),
    await condition('timers', async () => timers(await timerLateness(clock), await fineLateness(clock))),
    await condition('clock', () => clockCondition(machine, readClock(clock))),
    await condition('loopback', async () => loopback(await pingPong(clock, aborted))),
    await condition('descriptors', () => descriptors(machine)),
    await condition('ports', () => ports(machine)),
    await condition('virtualization', () => virtualization(machine)),
  ]
}
