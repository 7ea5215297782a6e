/** How finely this machine tells the time, and how punctually it wakes who waits. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { fineAlarm } from '../engine/alarm.ts'
import { Histogram } from '../engine/histogram.ts'
import { bad, doubtful, type Finding, good, span, upTo } from './condition.ts'
import { type Machine, optionalText } from './machine.ts'

const READINGS = 20_000
/** Read by an instruction of the processor; all others need a call of the system, or a slow device. */
const QUICK_SOURCES: readonly string[] = ['tsc', 'arch_sys_counter', 'kvm-clock', 'hyperv_clocksource_tsc_page']
const GOOD_AND_DOUBTFUL_STEP_NS = [1_000, 100_000] as const

/** What many readings of a clock in a row came to, ns. */
export interface ClockReadings {
  /** The smallest step that is one. */
  readonly stepNs: number
  readonly eachNs: number
  readonly stepsBack: number
}

export function readClock(clock: Clock, readings = READINGS): ClockReadings {
  let stepNs = Number.POSITIVE_INFINITY
  let stepsBack = 0
  const startedNs = clock.nowNs()
  let lastNs = startedNs
  for (let count = 0; count < readings; count++) {
    const nowNs = clock.nowNs()
    if (nowNs < lastNs) stepsBack++
    else if (nowNs > lastNs) stepNs = Math.min(stepNs, nowNs - lastNs)
    lastNs = nowNs
  }
  return { stepNs, eachNs: (lastNs - startedNs) / readings, stepsBack }
}

export function clockCondition(machine: Machine, { stepNs, eachNs, stepsBack }: ClockReadings): Finding {
  const source = optionalText(machine, '/sys/devices/system/clocksource/clocksource0/current_clocksource')
  const found = `${source ?? 'source not told'}, steps of ${span(stepNs)}, ${span(Math.round(eachNs))} a reading`
  if (stepsBack > 0)
    return bad(`${found}; it went back ${stepsBack} times`, 'measure on another machine: its clock is broken')
  const remedy = 'choose a finer clock source in /sys/devices/system/clocksource/clocksource0 (as root)'
  const fine = upTo(stepNs, GOOD_AND_DOUBTFUL_STEP_NS, found, remedy)
  if (fine.state !== 'good' || source === undefined || QUICK_SOURCES.includes(source)) return fine
  return doubtful(found, remedy)
}

/** How late a wait ended, ns. */
export interface Lateness {
  readonly p50: number
  readonly p99: number
}

function latenessOf(histogram: Histogram): Lateness {
  return { p50: histogram.percentile(0.5), p99: histogram.percentile(0.99) }
}

const TIMER_WAITS = 150
const FINE_WAITS = 250
const EVERY_NS = 3_000_000

/** As everything else waits here. */
export async function timerLateness(clock: Clock): Promise<Lateness> {
  const late = new Histogram()
  for (let count = 0; count < TIMER_WAITS; count++) {
    const dueNs = clock.nowNs() + 1e6
    await sleep(1)
    late.record(Math.max(0, clock.nowNs() - dueNs))
  }
  return latenessOf(late)
}

/** As the load generator waits for its next message. */
export async function fineLateness(clock: Clock): Promise<Lateness> {
  const late = new Histogram()
  const alarm = fineAlarm(clock, { messages: 0, spinNs: 0 })
  for (let count = 0; count < FINE_WAITS; count++) {
    const dueNs = clock.nowNs() + EVERY_NS
    await new Promise<void>((resolve) => alarm.at(dueNs, resolve))
    late.record(clock.nowNs() - dueNs)
  }
  return latenessOf(late)
}

/** Later than this, a trial's generator is mistrusted in any case; much later, no figure is left. */
const GOOD_AND_DOUBTFUL_LATE_NS = [1_000_000, 20_000_000] as const

export function timers(timer: Lateness, fine: Lateness): Finding {
  const text = ({ p50, p99 }: Lateness) => `p50 ${span(p50)}, p99 ${span(p99)}`
  const found = `the generator wakes late by ${text(fine)}; a plain timer by ${text(timer)}`
  const remedy = 'free the machine of other work; in a virtual machine, ask for processors of its own'
  return upTo(fine.p99, GOOD_AND_DOUBTFUL_LATE_NS, found, remedy)
}

const GOOD_LOOPBACK_P50_NS = 200_000
const GOOD_LOOPBACK_P99_NS = 2_000_000

export function loopback({ p50, p99 }: Lateness): Finding {
  const found = `there and back in p50 ${span(p50)}, p99 ${span(p99)}, within one process`
  if (p50 <= GOOD_LOOPBACK_P50_NS && p99 <= GOOD_LOOPBACK_P99_NS) return good(found)
  return doubtful(
    found,
    'on a quiet machine, look for what handles every packet: firewall rules, packet capture, a security agent',
  )
}
