import { readFileSync } from 'node:fs'
import {
  type EventLoopUtilization,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks'
import { getHeapSpaceStatistics } from 'node:v8'
import type { Usage } from '../control.ts'
import type { Activity } from '../engine/alarm.ts'
import type { Window } from '../workload.ts'

/** The sampling timer of the event-loop delay: 50 wake-ups a second cost well below a thousandth of a core. */
const DELAY_RESOLUTION_MS = 20

/** How late that timer was: Node records the whole time from one of its calls to the next, its interval included. */
export function latenessOf(betweenCallsNs: number): number {
  return Math.max(0, Math.round(betweenCallsNs - DELAY_RESOLUTION_MS * 1e6))
}

interface Reading {
  readonly userUs: number
  readonly systemUs: number
  readonly spinNs: number
}

function read(activity: Activity): Reading {
  const { user, system } = process.cpuUsage()
  return { userUs: user, systemUs: system, spinNs: activity.spinNs }
}

/** Measures what this process uses between the ends of a window. */
export interface UsageMeter {
  /** What is held from now on is of interest. */
  weigh(): void
  /** Nothing is under way any more, and the channels are still open. */
  settled(): void
  /** @param nowNs the present on the window's clock */
  watch(window: Window, nowNs: number): void
  /** The window ended early. */
  end(): void
  finish(): Usage
}

export function usageMeter(activity: Activity): UsageMeter {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  let gcNs = 0
  let gcMaxNs = 0
  let gcCount = 0
  let loopAtFirst: EventLoopUtilization | undefined
  let eventLoopUtilization = 0
  const collect = (entries: readonly PerformanceEntry[]): void => {
    for (const { duration } of entries) {
      gcNs += duration * 1e6
      gcMaxNs = Math.max(gcMaxNs, duration * 1e6)
      gcCount++
    }
  }
  const garbage = new PerformanceObserver((list) => collect(list.getEntries()))
  let first: Reading | undefined
  let last: Reading | undefined
  let peakRssBytes: number | null = null
  let heldBeforeBytes: number | null = null
  let heldSettledBytes: number | null = null
  const timers: NodeJS.Timeout[] = []

  const begin = (): void => {
    if (last) return
    first = read(activity)
    loopAtFirst = performance.eventLoopUtilization()
    delay.enable()
    garbage.observe({ entryTypes: ['gc'] })
  }
  const end = (): void => {
    if (last) return
    last = read(activity)
    // Nothing of the window was seen: nothing was used in it.
    first ??= last
    if (loopAtFirst) eventLoopUtilization = performance.eventLoopUtilization(loopAtFirst).utilization
    delay.disable()
    collect(garbage.takeRecords())
    garbage.disconnect()
    peakRssBytes = peakBytes()
  }
  return {
    weigh() {
      heldBeforeBytes = heldBytes()
    },
    settled() {
      if (heldBeforeBytes !== null) heldSettledBytes = heldBytes()
    },
    watch(window, nowNs) {
      timers.push(setTimeout(begin, (window.warmNs - nowNs) / 1e6), setTimeout(end, (window.endNs - nowNs) / 1e6))
    },
    end,
    finish() {
      for (const timer of timers) clearTimeout(timer)
      end()
      const rssBytes = residentBytes()
      const used = (of: keyof Reading) => (last?.[of] ?? 0) - (first?.[of] ?? 0)
      return {
        cpuUserNs: used('userUs') * 1000,
        cpuSystemNs: used('systemUs') * 1000,
        spinNs: Math.round(used('spinNs')),
        rssBytes,
        heldBeforeBytes,
        heldSettledBytes,
        peakRssBytes: peakRssBytes === null ? null : Math.max(peakRssBytes, rssBytes ?? 0),
        eventLoopDelayP99: delay.count > 0 ? latenessOf(delay.percentile(99)) : 0,
        eventLoopDelayMax: delay.count > 0 ? latenessOf(delay.max) : 0,
        eventLoopUtilization,
        gcNs: Math.round(gcNs),
        gcMaxNs: Math.round(gcMaxNs),
        gcCount,
      }
    },
  }
}

/**
 * Resident memory without garbage and without the young generation, which is empty after a collection, is kept for new
 * objects, and grows in leaps up to a bound: what is compared between two instants must not depend on either.
 */
function heldBytes(): number | null {
  // The runner starts its processes with it.
  globalThis.gc?.()
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  const rssBytes = residentBytes()
  return rssBytes === null ? null : rssBytes - (young?.physical_space_size ?? 0)
}

/**
 * The largest resident memory since this process began. On Linux not `maxRSS`, which a process takes over from the one that
 * started it (getrusage(2) counts from before exec), but VmHWM, proc(5).
 * @returns null where it cannot be read: near the descriptor limit
 */
function peakBytes(): number | null {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  } catch {
    return null
  }
}

/** Near the descriptor limit even this reading fails (EMFILE). */
function residentBytes(): number | null {
  try {
    return process.memoryUsage.rss()
  } catch {
    return null
  }
}
