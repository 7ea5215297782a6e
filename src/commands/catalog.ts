import { readLimits } from '../runner/limits.ts'
import { checkFeasible } from '../runner/preflight.ts'
import type { Catalog, Scenario } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import { loadTransport, transportNames, transportOptions } from '../transports/index.ts'
import type { Workload } from '../workload.ts'
import { findWorkload, workloads } from '../workloads/index.ts'

/** The names a scenario may use. */
export function catalog(): Catalog {
  return { transports: transportNames, options: transportOptions, workloads }
}

export function allTransports(): Promise<Transport[]> {
  return Promise.all(transportNames.map(loadTransport))
}

export function allWorkloads(): readonly Workload[] {
  return workloads
}

/** Those that a scenario names. */
export async function transportsOf({ subjects }: Pick<Scenario, 'subjects'>): Promise<Map<string, Transport>> {
  const loaded = subjects.map(async ({ transport }) => [transport, await loadTransport(transport)] as const)
  return new Map(await Promise.all(loaded))
}

/** @throws UserError before anything is measured, when the machine has not enough of what the scenario needs */
export async function checkScenario(scenario: Scenario): Promise<void> {
  const transports = await transportsOf(scenario)
  const traitsOf = (transport: string) => (transports.get(transport) as Transport).traits
  checkFeasible(scenario, findWorkload(scenario.workload), traitsOf, readLimits())
}

export { viewOf } from '../progress/terminal.ts'
