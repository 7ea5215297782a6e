import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Clock } from '../clock.ts'
import type { Trial } from '../result.ts'
import type { Window } from '../workload.ts'

/** Of several readings of two clocks the tightest counts: the controller may lose its core in between. */
const CLOCK_READINGS = 5
/** `/proc/stat` counts in hundredths of a second: with fewer than so many of them a share says nothing. */
const FEWEST_TICKS = 50
const TICK_NS = 10_000_000

/** CPU time of all cores since the machine started, in ticks. */
interface Ticks {
  readonly total: number
  /** By programs and for them; what a network interrupt took is nobody's. */
  readonly used: number
  readonly stolen: number
}

/** What happened between the ends of a window, over all cores; null where it cannot be read (not Linux, too short). */
export interface MachineUse {
  readonly ticks: Ticks | null
  /** CPU time of the controller. */
  readonly controllerNs: number
  readonly clockDriftNs: number
  readonly cores: number
}

/** Reads the machine at both ends of a window, from the controller: two small files, and nothing in between. */
export interface MachineMeter {
  watch(window: Window): void
  /** @returns null when the end of the window was not reached */
  finish(): MachineUse | null
}

export function machineMeter(clock: Clock): MachineMeter {
  const timers: NodeJS.Timeout[] = []
  let first: Reading | undefined
  let last: Reading | undefined
  return {
    watch({ warmNs, endNs }) {
      const nowNs = clock.nowNs()
      timers.push(
        setTimeout(
          () => {
            first = read(clock)
          },
          (warmNs - nowNs) / 1e6,
        ),
        setTimeout(
          () => {
            last = read(clock)
          },
          (endNs - nowNs) / 1e6,
        ),
      )
    },
    finish() {
      for (const timer of timers) clearTimeout(timer)
      return first && last ? between(first, last) : null
    },
  }
}

interface Reading {
  readonly ticks: Ticks | null
  readonly controllerNs: number
  /** The wall clock, as seen from the monotonic one. */
  readonly offsetNs: number
}

function between(first: Reading, last: Reading): MachineUse {
  const ticks = first.ticks && last.ticks && difference(first.ticks, last.ticks)
  return {
    ticks: ticks && ticks.total >= FEWEST_TICKS ? ticks : null,
    controllerNs: last.controllerNs - first.controllerNs,
    clockDriftNs: Math.round(last.offsetNs - first.offsetNs),
    cores: cpus().length,
  }
}

function difference(first: Ticks, last: Ticks): Ticks {
  return { total: last.total - first.total, used: last.used - first.used, stolen: last.stolen - first.stolen }
}

function read(clock: Clock): Reading {
  const { user, system } = process.cpuUsage()
  let ticks: Ticks | null = null
  try {
    ticks = ticksOf(readFileSync('/proc/stat', 'utf8'))
  } catch {
    // No such file: not Linux.
  }
  return { ticks, controllerNs: (user + system) * 1000, offsetNs: offsetOf(clock) }
}

/** @param text of `/proc/stat`; its first line is of all cores: user nice system idle iowait irq softirq steal (proc(5)) */
export function ticksOf(text: string): Ticks | null {
  const fields = /^cpu +([\d ]+)/.exec(text)?.[1]?.trim().split(' ').map(Number) ?? []
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = fields
  // Time of guests is in `user` already.
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0)
  return total > 0 ? { total, used: user + nice + system, stolen } : null
}

/** The system tells the wall clock in whole milliseconds, so two offsets may differ by one and a bit. */
function offsetOf(clock: Clock): number {
  let tightestNs = Number.POSITIVE_INFINITY
  let offsetNs = 0
  for (let reading = 0; reading < CLOCK_READINGS; reading++) {
    const before = clock.nowNs()
    const wallNs = Date.now() * 1e6
    const widthNs = clock.nowNs() - before
    if (widthNs >= tightestNs) continue
    tightestNs = widthNs
    // Above 2^53: good to a quarter of a microsecond.
    offsetNs = wallNs - before - widthNs / 2
  }
  return offsetNs
}

/**
 * What the machine did beside the trial.
 * @param ownNs CPU time of the trial's processes in the window; null where one of them did not tell
 */
export function machineOf(use: MachineUse | null, ownNs: number | null): NonNullable<Trial['machine']> | null {
  if (!use) return null
  const { ticks, controllerNs, clockDriftNs } = use
  if (!ticks) return { stealShare: null, foreignShare: null, clockDriftNs }
  const foreign = ownNs === null ? null : ticks.used - (ownNs + controllerNs) / TICK_NS
  return {
    stealShare: ticks.stolen / ticks.total,
    foreignShare: foreign === null ? null : Math.max(0, foreign) / ticks.total,
    clockDriftNs,
  }
}
