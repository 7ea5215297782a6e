/** What the cores of a Linux machine were busy with, as the kernel counts it. */

/** Linux counts in hundredths of a second, whatever the processor does. */
export const TICK_NS = 10_000_000

/** Of all cores since the machine started, in ticks. */
export interface ProcessorTime {
  readonly total: number
  /** By programs and for them; what a network interrupt took is nobody's. */
  readonly used: number
  /** By the hypervisor. */
  readonly stolen: number
}

/**
 * @param text of `/proc/stat`; its first line is of all cores: user nice system idle iowait irq softirq steal (proc(5))
 * @returns null where it has no such line
 */
export function processorTime(text: string): ProcessorTime | null {
  const fields = /^cpu +([\d ]+)/.exec(text)?.[1]?.trim().split(' ').map(Number) ?? []
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = fields
  // Time of guests is in `user` already.
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0)
  return total > 0 ? { total, used: user + nice + system, stolen } : null
}

export function timeBetween(first: ProcessorTime, last: ProcessorTime): ProcessorTime {
  return { total: last.total - first.total, used: last.used - first.used, stolen: last.stolen - first.stolen }
}

/** Shares of all cores' time; ticks are coarse, and never make a share below zero. */
export interface ProcessorShares {
  /** By the hypervisor. */
  readonly stolen: number
  /** By programs whose time is not `ownNs`. */
  readonly foreign: number
}

/** @param ownNs CPU time that is not foreign */
export function sharesOf({ total, used, stolen }: ProcessorTime, ownNs: number): ProcessorShares {
  const of = (ticks: number) => (total > 0 ? Math.max(0, ticks) / total : 0)
  return { stolen: of(stolen), foreign: of(used - ownNs / TICK_NS) }
}
