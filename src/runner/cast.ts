import { availableParallelism } from 'node:os'
import type { Channels } from '../control.ts'
import type { Settings } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Cast } from '../workload.ts'
import type { Limits } from './limits.ts'

/** One client process of a trial. */
export interface ClientPlan {
  readonly group: string
  readonly channels: Channels
  /** Source address of its sockets; the system's choice unless given. */
  readonly localAddress?: string
}

/** Descriptors a process needs beside its channels: standard streams, control, epoll, timers, and a reserve, because near the limit even reading one's own memory use fails. */
export const RESERVED_DESCRIPTORS = 128

/** Client sockets of so many channels at the most. */
export function socketsOf(channels: number, sends: boolean, { socketsPerChannel }: Traits): number {
  // What takes more than one opens the others when it sends.
  return channels * (sends ? socketsPerChannel : Math.min(1, socketsPerChannel))
}

/**
 * The client processes of a trial: each group dealt out over its processes, no channel left over. There are as many
 * processes as the scenario says, else one for every core but the server's; more where one could not hold its sockets.
 * @param apart none of them takes ports of the server's address
 */
export function planClients(
  casts: readonly Cast[],
  { workers }: Settings,
  traits: Traits,
  { descriptors, ports, isLinux }: Limits,
  apart = false,
): ClientPlan[] {
  const most = Math.min(descriptors - RESERVED_DESCRIPTORS, ports)
  const plans: Omit<ClientPlan, 'localAddress'>[] = []
  let offset = 0
  let sockets = 0
  for (const { group, channels, atOnce = channels, processes, sends } of casts) {
    if (channels === 0) continue
    const needed = socketsOf(atOnce, sends, traits)
    sockets += needed
    const wanted = processes === 'one' ? 1 : (workers ?? Math.max(1, availableParallelism() - 1))
    const count = Math.min(channels, Math.max(wanted, Math.ceil(needed / most)))
    const end = offset + channels
    for (let index = 0; index < count; index++) {
      plans.push({ group, channels: { first: offset + index, step: count, end } })
    }
    offset = end
  }
  if ((sockets <= ports && !apart) || !isLinux) return plans
  // One address has too few ports; the whole of 127.0.0.0/8 is loopback.
  return plans.map((plan, index) => ({ ...plan, localAddress: `127.0.0.${2 + (index % 250)}` }))
}
