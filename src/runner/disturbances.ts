import type { Role } from '../control.ts'
import { percent } from '../percent.ts'
import type { Trial, Warning } from '../result.ts'

/** Longer than this a process stands still by no healthy work of its own: 200 messages of a small load are due meanwhile. */
const STANDSTILL_NS = 100_000_000
/** Of the window. Under full load a tenth is usual for libraries that allocate much; a quarter is most of what a message costs. */
const GARBAGE_SHARE = 0.25
/** Of all cores' time, by the hypervisor. */
const STOLEN_SHARE = 0.05
/** Server and client have to share what other programs leave; of the only one, those may have a little. */
const FEWEST_CORES = 1
const OF_THE_ONLY_CORE = 0.9
/** Far above what reading two clocks may err by, and below what anybody sets a clock by on purpose. */
const CLOCK_DRIFT_NS = 10_000_000

/** What disturbed a trial, or may have. */
export interface Surroundings {
  readonly processes: Trial['processes']
  readonly machine: Trial['machine']
  /** All that `machine` is of. */
  readonly cores: number
  readonly model: Trial['load']['model']
  readonly durationNs: number
  /** Sides of which a process was stopped on purpose. */
  readonly frozen: readonly Role[]
}

export function disturbancesOf(surroundings: Surroundings): Warning[] {
  const { processes, machine, model, durationNs, frozen } = surroundings
  const warnings: Warning[] = []
  const add = (code: Warning['code'], message: string) => warnings.push({ code, message })
  const left = processes.filter(({ role }) => !frozen.includes(role))
  const stalled = most(left, ({ eventLoopDelayMax }) => eventLoopDelayMax)
  // Under saturation there is always more work, and latency is no figure to compare.
  if (model !== 'saturate' && stalled && stalled.value > STANDSTILL_NS) {
    add('event-loop-delay', `the ${stalled.role}'s event loop stood still for ${ms(stalled.value)}`)
  }
  const paused = most(left, ({ gcMaxNs }) => gcMaxNs)
  const collecting = most(processes, ({ gcNs }) => gcNs)
  if (paused && paused.value > STANDSTILL_NS) {
    add('gc-pauses', `garbage collection stopped the ${paused.role} for ${ms(paused.value)} at once`)
  } else if (collecting && collecting.value > durationNs * GARBAGE_SHARE) {
    const share = percent(collecting.value / durationNs)
    add('gc-pauses', `garbage collection took ${share} of the ${collecting.role}'s time`)
  }
  const taken = takenFrom(surroundings)
  if (taken) add('cpu-steal', taken)
  const driftNs = machine?.clockDriftNs ?? 0
  if (Math.abs(driftNs) > CLOCK_DRIFT_NS) {
    const how = driftNs > 0 ? 'ahead' : 'back'
    add('clock-anomaly', `the wall clock went ${ms(Math.abs(driftNs))} ${how} of the monotonic one: set, or suspended`)
  }
  return warnings
}

/** How much of the processor others had, as a sentence, where it is more than a trial bears. */
export function takenFrom({ machine, cores }: Pick<Surroundings, 'machine' | 'cores'>): string | undefined {
  const { stealShare, foreignShare } = machine ?? {}
  if (stealShare && stealShare > STOLEN_SHARE) return `the hypervisor took ${percent(stealShare)} of the processor`
  const leftCores = (1 - (foreignShare ?? 0) - (stealShare ?? 0)) * cores
  if (!foreignShare || leftCores >= Math.min(FEWEST_CORES, cores * OF_THE_ONLY_CORE)) return undefined
  const left = cores === 1 ? 'there is one core' : `less than one of ${cores} cores was left`
  return `other programs used ${percent(foreignShare)} of the processor: ${left}`
}

function most(processes: Trial['processes'], of: (one: Trial['processes'][number]) => number | null) {
  return processes
    .map((one) => ({ role: one.role, value: of(one) ?? 0 }))
    .toSorted((one, other) => other.value - one.value)[0]
}

function ms(ns: number): string {
  return `${Math.round(ns / 1e6)} ms`
}
