import { monotonicClock } from '../src/clock.ts'
import type { Handicap } from '../src/handicap.ts'
import type { Trial } from '../src/result.ts'
import { readLimits } from '../src/runner/limits.ts'
import { measureTrial } from '../src/runner/measure.ts'
import type { TrialWatcher } from '../src/runner/trial.ts'
import type { Settings } from '../src/scenario.ts'
import { loadTransport } from '../src/transports/index.ts'
import type { Workload } from '../src/workload.ts'
import { echo } from '../src/workloads/echo.ts'

/** A small echo; tests change what they are about. */
export const smallEcho: Settings = {
  connections: 4,
  payload: { sizeBytes: 64, kind: 'text' },
  load: { model: 'open', ratePerSec: 500, arrivals: 'uniform' },
  warmupNs: 200e6,
  warmupMessages: 0,
  durationNs: 1e9,
  timeoutNs: 2e9,
  workers: 1,
  highWaterBytes: 65536,
  parameters: {},
}

/** Runs one trial with real processes and sockets, and makes its record. */
export async function measure(
  transport: string,
  changes: Partial<Settings>,
  { handicap, ...watcher }: TrialWatcher & { readonly handicap?: Handicap } = {},
  aborted: AbortSignal = new AbortController().signal,
  workload: Workload = echo,
): Promise<Trial> {
  const settings = { ...smallEcho, ...changes }
  const epochNs = process.hrtime.bigint()
  const surroundings = { epochNs, clock: monotonicClock(epochNs), limits: readLimits(), workload }
  const subject = { label: transport, transport, ...(handicap && { handicap }) }
  const planned = { id: 'test', block: 0, order: 0, seed: 1, subject, point: { at: {}, settings } }
  const { traits } = await loadTransport(transport)
  return measureTrial(planned, traits, surroundings, aborted, watcher)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
