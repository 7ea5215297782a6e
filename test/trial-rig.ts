import { monotonicClock } from '../src/clock.ts'
import type { Trial } from '../src/result.ts'
import { assembleTrial } from '../src/runner/assemble.ts'
import { runTrial, type TrialWatcher } from '../src/runner/trial.ts'
import type { Settings } from '../src/scenario.ts'

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
}

/** Runs one trial with real processes and sockets, and makes its record. */
export async function measure(
  transport: string,
  changes: Partial<Settings>,
  watcher: TrialWatcher = {},
  aborted: AbortSignal = new AbortController().signal,
): Promise<Trial> {
  const settings = { ...smallEcho, ...changes }
  const workers = settings.workers ?? 1
  const epochNs = process.hrtime.bigint()
  const spec = { workers, epochNs: String(epochNs), transport, workload: 'echo', settings, seed: 1 }
  const outcome = await runTrial(spec, monotonicClock(epochNs), aborted, watcher)
  const planned = {
    id: 'test',
    block: 0,
    order: 0,
    subject: { label: transport, transport },
    point: { at: {}, settings },
  }
  return assembleTrial({ ...planned, seed: 1 }, workers, new Date().toISOString(), outcome)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
