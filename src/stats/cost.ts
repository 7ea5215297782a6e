/** What moving the messages of one trial took: CPU, bytes, memory, and how free the event loops were. */
import type { Trial } from '../result.ts'

type Role = 'server' | 'client'
type Process = Trial['processes'][number]

/** CPU time is of the window; so much of what was delivered may have come after it before the two do not match. */
const OUTSIDE = 0.05
/** Busy waiting is known as a whole only; where it is more than so much of the CPU time, its two parts cannot be told. */
const WAITING = 0.05
/**
 * Most kernels tell user and system time apart by a look at every tick (1 to 10 ms), and then scale both to what the process used
 * since it began: over less CPU time than this the two parts are chance.
 */
const ENOUGH_CPU_NS = 250e6

/** Null without a process of that role: a server that rtbench did not start. */
function ownOf({ processes }: Trial, role: Role): readonly Process[] | null {
  const own = processes.filter((process) => process.role === role)
  return own.length > 0 ? own : null
}

function sum(own: readonly Process[], of: (process: Process) => number): number {
  return own.reduce((total, process) => total + of(process), 0)
}

/** Null where nothing was delivered, and where much of it came after the window. */
function deliveredInside({ counts, load, durationNs }: Trial): number | null {
  const inside = load.achievedPerSec * (durationNs / 1e9)
  return counts.delivered === 0 || Math.abs(inside - counts.delivered) > counts.delivered * OUTSIDE
    ? null
    : counts.delivered
}

/** Why there is no CPU time for a message; null where there is, or where it cannot be told from the record. */
export function lacksCpuBecause(trial: Trial): string | null {
  if (trial.counts.delivered === 0) return 'nothing was delivered'
  return deliveredInside(trial) === null
    ? `more than ${OUTSIDE * 100} % of its messages came before or after the window`
    : null
}

/** Of all processes of the role, without busy waiting. */
export function cpuPerMessageNs(trial: Trial, role: Role): number | null {
  const own = ownOf(trial, role)
  const delivered = deliveredInside(trial)
  if (!own || delivered === null) return null
  return (
    Math.max(
      0,
      sum(own, ({ cpuUserNs, cpuSystemNs, spinNs }) => cpuUserNs + cpuSystemNs - spinNs),
    ) / delivered
  )
}

/**
 * One part of it. Null where the parts cannot be told: of too little CPU time, or of much busy waiting; a little is taken off both in
 * proportion.
 */
export function cpuPartPerMessageNs(trial: Trial, role: Role, part: 'cpuUserNs' | 'cpuSystemNs'): number | null {
  const own = ownOf(trial, role)
  const whole = cpuPerMessageNs(trial, role)
  if (!own || whole === null) return null
  const cpuNs = sum(own, ({ cpuUserNs, cpuSystemNs }) => cpuUserNs + cpuSystemNs)
  if (cpuNs < ENOUGH_CPU_NS || sum(own, ({ spinNs }) => spinNs) > cpuNs * WAITING) return null
  return (whole * sum(own, (process) => process[part])) / cpuNs
}

/** Null where no message went that way, or nobody counted them. */
export function wireBytesPerMessage({ bytes: { wire, messages } }: Trial, way: 'up' | 'down'): number | null {
  return messages && messages[way] > 0 ? wire[way] / messages[way] : null
}

/** Null where no payload went that way. */
export function wireOverhead({ bytes: { wire, payload } }: Trial, way: 'up' | 'down'): number | null {
  return payload[way] > 0 ? wire[way] / payload[way] - 1 : null
}

/** Null where one of the processes could not read it. */
export function peakBytes(trial: Trial, role: Role): number | null {
  const own = ownOf(trial, role)
  return own?.every(({ peakRssBytes }) => peakRssBytes) ? sum(own, ({ peakRssBytes }) => peakRssBytes ?? 0) : null
}

/** Of the process of the role that has the largest; null where one does not know its own. */
function largest(trial: Trial, role: Role, of: (process: Process) => number | null): number | null {
  const all = ownOf(trial, role)?.map(of) ?? []
  const known = all.filter((one) => one !== null)
  return known.length > 0 && known.length === all.length ? Math.max(...known) : null
}

export function eventLoopDelay(trial: Trial, role: Role, at: 'P99' | 'Max'): number | null {
  return largest(trial, role, (process) => process[`eventLoopDelay${at}`])
}

/** Waiting finely keeps a loop turning and is no work. */
export function eventLoopUtilization(trial: Trial, role: Role): number | null {
  const waiting = ({ spinNs }: Process) => (trial.durationNs > 0 ? spinNs / trial.durationNs : 0)
  return largest(trial, role, (process) =>
    process.eventLoopUtilization === null ? null : Math.max(0, process.eventLoopUtilization - waiting(process)),
  )
}

export function gcShare(trial: Trial, role: Role): number | null {
  if (trial.durationNs === 0) return null
  return largest(trial, role, ({ gcNs }) => (gcNs === null ? null : gcNs / trial.durationNs))
}

export function gcMax(trial: Trial, role: Role): number | null {
  return largest(trial, role, ({ gcMaxNs }) => gcMaxNs)
}
