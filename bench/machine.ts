/** Whether the machine is busy with something else: what others take, these measurements lack. */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 500
/** In cores. A server that shares its core with something else is another server. */
const DISTURBED = 0.25
const TICKS_PER_SECOND = 100

/** Waits until others leave the machine alone, at most so long. */
export async function untilQuiet(patienceMs: number): Promise<void> {
  const givenUp = performance.now() + patienceMs
  while (performance.now() < givenUp) {
    const others = watchOthers([])
    await sleep(LOOK_MS)
    if (!isDisturbed(others())) return
  }
}

export function isDisturbed(othersCores: number): boolean {
  return othersCores > DISTURBED
}

/**
 * @param running children that run now and will then
 * @returns tells how much CPU others took since, in cores, when all other children have ended. What is its own is counted more
 * finely than what is everybody's, so that a quiet machine may come out below zero.
 */
export function watchOthers(running: readonly number[]): () => number {
  const othersSeconds = () =>
    running.reduce((rest, pid) => rest - secondsOf(pid, false), busySeconds() - secondsOf('self', true))
  const startedMs = performance.now()
  const before = othersSeconds()
  return () => (othersSeconds() - before) / ((performance.now() - startedMs) / 1e3)
}

/** CPU time of the whole machine. */
function busySeconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1e3
}

/** CPU time of a process, and of its children that have ended: fields 14 to 17 of /proc/PID/stat, proc(5). */
export function secondsOf(pid: number | 'self', withChildren: boolean): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, withChildren ? 15 : 13)
  return ticks.reduce((sum, count) => sum + Number(count), 0) / TICKS_PER_SECOND
}
