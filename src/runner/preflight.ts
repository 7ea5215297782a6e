import { UserError } from '../errors.ts'
import type { Point, Scenario, Settings } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { WorkloadSpec } from '../workload.ts'
import { planClients, RESERVED_DESCRIPTORS, socketsOf } from './cast.ts'
import type { Limits } from './limits.ts'
import { warmupNsOf } from './plan.ts'
import { unsupported } from './support.ts'

/** A warm-up by number of messages gets long at a low rate; beyond this it is hardly what was meant. */
const LONGEST_WARMUP_NS = 3600e9

/** @throws UserError before anything starts, when a point of the matrix needs more than there is, or one of two that are compared cannot do it */
export function checkFeasible(
  scenario: Scenario,
  workload: WorkloadSpec,
  traitsOf: (transport: string) => Traits,
  limits: Limits,
): void {
  const { points, search } = scenario
  checkCompared(scenario, workload, traitsOf)
  // What the highest load needs, the others need, too.
  const highest = search ? points.map((base) => search.pointAt(base, search.to)) : []
  for (const point of [...points, ...highest]) {
    checkWarmup(scenario, point.settings)
    for (const { label, transport } of scenario.subjects) {
      checkOne(scenario, workload, label, point, traitsOf(transport), limits)
    }
  }
}

/** A gate would find nothing worse in a subject that is never measured. */
function checkCompared(
  { name, subjects, gate }: Scenario,
  workload: WorkloadSpec,
  traitsOf: (transport: string) => Traits,
): void {
  for (const { label, transport, handicap } of subjects) {
    if (label !== gate?.base && label !== gate?.head) continue
    const lacking = unsupported(workload, traitsOf(transport), handicap)
    if (lacking === undefined) continue
    throw new UserError(
      `${name}: ${label} cannot be compared: ${lacking}; choose another transport, or other subjects with compare`,
    )
  }
}

function checkWarmup({ name }: Scenario, settings: Settings): void {
  const warmupNs = warmupNsOf(settings)
  if (warmupNs <= LONGEST_WARMUP_NS) return
  throw new UserError(
    `${name}: ${settings.warmupMessages} messages of warm-up take ${Math.round(warmupNs / 60e9)} minutes at this rate, the limit is 60; lower warmup.messages`,
  )
}

function checkOne(
  { name }: Scenario,
  workload: WorkloadSpec,
  label: string,
  { settings }: Point,
  traits: Traits,
  limits: Limits,
): void {
  const casts = workload.cast(settings, settings.parameters)
  const channels = casts.reduce((sum, cast) => sum + (cast.atOnce ?? cast.channels), 0)
  const sockets = casts.reduce((sum, cast) => sum + socketsOf(cast.atOnce ?? cast.channels, cast.sends, traits), 0)
  // One process serves them all; clients spread over as many as it takes.
  const server = sockets + RESERVED_DESCRIPTORS
  const asked = `${name}: ${channels} connections over ${label}`
  const each = sockets > channels ? ` (up to ${traits.socketsPerChannel} sockets a connection)` : ''
  if (server > limits.descriptors) {
    const most = Math.floor(((limits.descriptors - RESERVED_DESCRIPTORS) / sockets) * channels)
    throw new UserError(
      `${asked} need ${server} file descriptors in the server process${each}, and there are ${limits.descriptors}; ` +
        `raise the limit with "ulimit -Hn ${server}" (as root, or in /etc/security/limits.conf), or ask for at most ${most} connections`,
    )
  }
  const addresses = new Set(planClients(casts, settings, traits, limits).map(({ localAddress }) => localAddress)).size
  if (sockets > limits.ports * addresses) {
    throw new UserError(
      `${asked} need ${sockets} local ports${each}, and there are ${limits.ports * addresses}; ` +
        'widen the range with "sysctl -w net.ipv4.ip_local_port_range=\'1024 65535\'", or ask for fewer connections',
    )
  }
}
