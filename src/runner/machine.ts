import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Clock } from '../clock.ts'
import { type ProcessorTime, processorTime, sharesOf, timeBetween } from '../processor-time.ts'
import type { Trial } from '../result.ts'
import type { Window } from '../workload.ts'

/** Of several readings of two clocks the tightest counts: the controller may lose its core in between. */
const CLOCK_READINGS = 5
/** `/proc/stat` counts in hundredths of a second: with fewer than so many of them a share says nothing. */
const FEWEST_TICKS = 50

/** What happened between the ends of a window, over all cores; null where it cannot be read (not Linux, too short). */
export interface MachineUse {
  readonly ticks: ProcessorTime | null
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
  readonly ticks: ProcessorTime | null
  readonly controllerNs: number
  /** The wall clock, as seen from the monotonic one. */
  readonly offsetNs: number
}

function between(first: Reading, last: Reading): MachineUse {
  const ticks = first.ticks && last.ticks && timeBetween(first.ticks, last.ticks)
  return {
    ticks: ticks && ticks.total >= FEWEST_TICKS ? ticks : null,
    controllerNs: last.controllerNs - first.controllerNs,
    clockDriftNs: Math.round(last.offsetNs - first.offsetNs),
    cores: cpus().length,
  }
}

function read(clock: Clock): Reading {
  const { user, system } = process.cpuUsage()
  let ticks: ProcessorTime | null = null
  try {
    ticks = processorTime(readFileSync('/proc/stat', 'utf8'))
  } catch {
    // No such file: not Linux.
  }
  return { ticks, controllerNs: (user + system) * 1000, offsetNs: offsetOf(clock) }
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
  const { stolen, foreign } = sharesOf(ticks, (ownNs ?? 0) + controllerNs)
  return { stealShare: stolen, foreignShare: ownNs === null ? null : foreign, clockDriftNs }
}
