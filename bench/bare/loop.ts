/** What all bare loops have in common: replies are counted between two readings of a counter, and nothing else. */
import { hrtime } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

export interface BareSetup {
  /** `host:port` */
  readonly address: string
  readonly connections: number
  readonly inFlight: number
  readonly payloadBytes: number
  /** What one tick sends leaves in one write, where the library lets it. */
  readonly coalesce: boolean
  readonly warmupMs: number
  readonly windowMs: number
}

/** Counted up by a loop for every reply. */
export interface Tally {
  replies: number
}

/** Opens all connections. @returns what sends the first messages of each */
export type Connect = (setup: BareSetup, tally: Tally) => Promise<ReadonlyArray<() => void>>

export interface Figures {
  readonly perSec: number
  /** CPU time of this process over wall time. */
  readonly cpuShare: number
}

export async function runBareLoop(connect: Connect, setup: BareSetup): Promise<Figures> {
  const tally: Tally = { replies: 0 }
  const starts = await connect(setup, tally)
  for (const start of starts) start()
  await sleep(setup.warmupMs)
  const repliesBefore = tally.replies
  const cpuBefore = process.cpuUsage()
  const startedNs = hrtime.bigint()
  await sleep(setup.windowMs)
  const seconds = Number(hrtime.bigint() - startedNs) / 1e9
  const { user, system } = process.cpuUsage(cpuBefore)
  return { perSec: (tally.replies - repliesBefore) / seconds, cpuShare: (user + system) / 1e6 / seconds }
}
