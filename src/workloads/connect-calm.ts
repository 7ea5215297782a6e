/** The warm-up of a connect trial: its first half rehearses the storm, its second half is calm. */
import type { Host, Sent, Window } from '../workload.ts'

export function calmFromNs({ startNs, warmNs }: Window): number {
  return (startNs + warmNs) / 2
}

/** An account of `count` messages before the window, none within it, under a number that nobody else has. */
export function warmedUp({ channels, connections }: Host, count: number): Sent {
  const source = connections + (channels[0] ?? 0)
  return { source, from: count, to: count, scheduled: 0, sent: 0, skipped: 0, errors: {} }
}
