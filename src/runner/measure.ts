/** One trial from plan to record. */
import type { Clock } from '../clock.ts'
import type { Trial } from '../result.ts'
import type { Traits } from '../transport.ts'
import type { Workload } from '../workload.ts'
import { assembleTrial, unsupportedTrial } from './assemble.ts'
import { planClients } from './cast.ts'
import { lastingPorts } from './lasting-port.ts'
import { type Limits, sourcePorts } from './limits.ts'
import type { PlannedTrial } from './plan.ts'
import { unsupported } from './support.ts'
import { runTrial, type TrialWatcher } from './trial.ts'

/** What the trials of a run have in common. */
export interface Surroundings {
  /** Epoch of `clock`: a reading of the monotonic clock, ns. */
  readonly epochNs: bigint
  readonly clock: Clock
  readonly limits: Limits
  readonly workload: Workload
}

/** @throws what `aborted` says, when it ends the trial */
export async function measureTrial(
  planned: PlannedTrial,
  traits: Traits,
  { epochNs, clock, limits, workload }: Surroundings,
  aborted: AbortSignal,
  watcher: TrialWatcher = {},
): Promise<Trial> {
  const { settings } = planned.point
  const incidents = workload.incidents?.(settings, settings.parameters) ?? []
  const restarts = incidents.some(({ kind }) => kind === 'restart-server')
  const ports = restarts ? lastingPorts(sourcePorts()) : []
  // Where no port is safe from clients, they have an address of their own to take theirs from.
  const apart = restarts && ports.length === 0
  const clients = planClients(workload.cast(settings, settings.parameters), settings, traits, limits, apart)
  const told = { workload, traits, workers: clients.length, startedAt: new Date().toISOString() }
  const { handicap, transport } = planned.subject
  const lacking = unsupported(workload, traits, handicap)
  if (lacking) return unsupportedTrial(planned, told, lacking)
  const spec = {
    clients,
    incidents,
    ports,
    epochNs: String(epochNs),
    transport,
    ...(planned.subject.options && { options: planned.subject.options }),
    workload: workload.name,
    settings,
    seed: planned.seed,
    ...(handicap && { handicap }),
  }
  return assembleTrial(planned, told, await runTrial(spec, clock, aborted, watcher))
}
