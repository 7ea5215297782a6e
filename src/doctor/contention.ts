/** Who else takes from the processor: the hypervisor, and other programs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Finding, percent, upTo } from './condition.ts'
import { type Machine, optionalText } from './machine.ts'

/** Processor time of all cores since the system started, in its own ticks. */
interface Ticks {
  readonly total: number
  readonly idle: number
  readonly stolen: number
  /** Pages swapped in and out. */
  readonly swapped: number
}

/** Shares of all cores' time. */
export interface Contention {
  readonly stolen: number
  readonly others: number
  /** Pages. */
  readonly swapped: number
}

const LOOK_MS = 1_000
/** Linux counts in hundredths of a second, whatever the processor does. */
const TICKS_PER_SECOND = 100
const GOOD_AND_DOUBTFUL_STEAL = [0.01, 0.1] as const
const GOOD_AND_DOUBTFUL_LOAD = [0.05, 0.3] as const

function readTicks(machine: Machine): Ticks {
  const line = machine.text('/proc/stat').match(/^cpu\s+(.+)$/m)?.[1]
  if (line === undefined) throw new Error('/proc/stat has no line for all processors')
  // user nice system idle iowait irq softirq steal; guest time is in user already.
  const fields = line.split(/\s+/).slice(0, 8).map(Number)
  const [, , , idle = 0, waiting = 0, , , stolen = 0] = fields
  const pages = (optionalText(machine, '/proc/vmstat') ?? '').matchAll(/^pswp(?:in|out) (\d+)$/gm)
  const swapped = Array.from(pages, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0)
  return { total: fields.reduce((sum, ticks) => sum + ticks, 0), idle: idle + waiting, stolen, swapped }
}

/** Looks for a second, in which this process sleeps. */
export async function watchContention(machine: Machine): Promise<Contention> {
  const before = readTicks(machine)
  const own = process.cpuUsage()
  await sleep(LOOK_MS)
  const after = readTicks(machine)
  const { user, system } = process.cpuUsage(own)
  const total = Math.max(1, after.total - before.total)
  const busy = total - (after.idle - before.idle) - (after.stolen - before.stolen)
  const ownTicks = ((user + system) / 1e6) * TICKS_PER_SECOND
  return {
    stolen: Math.max(0, after.stolen - before.stolen) / total,
    others: Math.max(0, busy - ownTicks) / total,
    swapped: after.swapped - before.swapped,
  }
}

export function steal({ stolen }: Contention): Finding {
  const remedy = 'use a machine whose processors are not shared, or measure when its neighbours are quiet'
  return upTo(stolen, GOOD_AND_DOUBTFUL_STEAL, `${percent(stolen)} taken by the hypervisor`, remedy)
}

export function otherLoad({ others }: Contention): Finding {
  const remedy = 'end what else runs here ("top" shows it)'
  return upTo(others, GOOD_AND_DOUBTFUL_LOAD, `${percent(others)} of the processors used by others`, remedy)
}
