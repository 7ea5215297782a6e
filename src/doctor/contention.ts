/** Who else takes from the processor: the hypervisor, and other programs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { finePercent } from '../percent.ts'
import { type ProcessorTime, processorTime, sharesOf, timeBetween } from '../processor-time.ts'
import { type Finding, upTo } from './condition.ts'
import { type Machine, optionalText } from './machine.ts'

/** Shares of all cores' time. */
export interface Contention {
  readonly stolen: number
  readonly others: number
  /** Pages. */
  readonly swapped: number
}

const LOOK_MS = 1_000
const GOOD_AND_DOUBTFUL_STEAL = [0.01, 0.1] as const
const GOOD_AND_DOUBTFUL_LOAD = [0.05, 0.3] as const

function readTime(machine: Machine): ProcessorTime {
  const time = processorTime(machine.text('/proc/stat'))
  if (time === null) throw new Error('/proc/stat has no line for all processors')
  return time
}

/** Pages in and out since the system started. */
function swappedPages(machine: Machine): number {
  const pages = (optionalText(machine, '/proc/vmstat') ?? '').matchAll(/^pswp(?:in|out) (\d+)$/gm)
  return Array.from(pages, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0)
}

/** Looks for a second, in which this process sleeps. */
export async function watchContention(machine: Machine): Promise<Contention> {
  const before = { time: readTime(machine), swapped: swappedPages(machine), own: process.cpuUsage() }
  await sleep(LOOK_MS)
  const { user, system } = process.cpuUsage(before.own)
  const { stolen, foreign } = sharesOf(timeBetween(before.time, readTime(machine)), (user + system) * 1e3)
  return { stolen, others: foreign, swapped: swappedPages(machine) - before.swapped }
}

export function steal({ stolen }: Contention): Finding {
  const remedy = 'use a machine whose processors are not shared, or measure when its neighbours are quiet'
  return upTo(stolen, GOOD_AND_DOUBTFUL_STEAL, `${finePercent(stolen)} taken by the hypervisor`, remedy)
}

export function otherLoad({ others }: Contention): Finding {
  const remedy = 'end what else runs here ("top" shows it)'
  return upTo(others, GOOD_AND_DOUBTFUL_LOAD, `${finePercent(others)} of the processors used by others`, remedy)
}
