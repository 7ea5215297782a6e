/** Whether the machine is busy with something else: what others take, these measurements lack. */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 500
/** Of one core. */
const QUIET = 0.15
const TICKS_PER_SECOND = 100

/** Waits until others leave the machine alone, at most so long. */
export async function untilQuiet(patienceMs: number): Promise<void> {
  const givenUp = performance.now() + patienceMs
  while (performance.now() < givenUp) {
    const others = watchOthers()
    await sleep(LOOK_MS)
    if (others() < QUIET) return
  }
}

/**
 * @returns tells how much CPU others took since, in cores. What this process's children took is known, and not
 * others', only once they have ended.
 */
export function watchOthers(): () => number {
  const startedMs = performance.now()
  const before = busySeconds() - ownSeconds()
  return () => (busySeconds() - ownSeconds() - before) / ((performance.now() - startedMs) / 1e3)
}

/** CPU time of the whole machine. */
function busySeconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1e3
}

/** CPU time of this process and of its children that have ended: fields 14 to 17 of /proc/self/stat, proc(5). */
function ownSeconds(): number {
  const text = readFileSync('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND
}
