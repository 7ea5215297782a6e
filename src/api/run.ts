/** A run that a program asks for: nothing is printed, and no file written. */
import { catalog, checkScenario, transportsOf } from '../commands/catalog.ts'
import { measure } from '../commands/measured.ts'
import { buildResult } from '../commands/result.ts'
import { scenarioFile } from '../commands/shipped.ts'
import { messageOf } from '../errors.ts'
import type { Result, Trial } from '../result.ts'
import { type NamedText, type Override, readScenario } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import { findWorkload } from '../workloads/index.ts'
import { checkOptions, kinds, mistake } from './options.ts'

/** Anything that JSON can say. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }

export interface RunOptions {
  /**
   * Over what the scenario says, by path, as values of a scenario file: `{ 'load.rate': '500/s', blocks: 6 }`.
   * Undefined leaves the scenario's own.
   */
  readonly set?: Readonly<Record<string, Value | undefined>>
  /** Ends the run before its time: what has finished is in the result, whose status is `aborted`. */
  readonly signal?: AbortSignal
  /** Called with every trial as soon as it has ended, and before the next begins: while nothing is measured. What it throws ends the run. */
  readonly onTrial?: (trial: Trial) => void
}

/**
 * Measures a scenario, in processes of its own for each trial.
 * @param scenario a file's path, the name of a scenario that ships with rtbench, or the YAML itself with a name for errors
 * @returns however it ended: `status` says so. A run that is invalid or fails its thresholds is no exception
 * @throws UserError before anything is measured: a scenario that cannot be read, or more than the machine has
 */
export async function run(scenario: string | NamedText, options: RunOptions = {}): Promise<Result> {
  checkOptions(options, optionKinds)
  const { set = {}, signal = new AbortController().signal, onTrial = () => {} } = options
  checkSource(scenario)
  const from = typeof scenario === 'string' ? scenarioFile(scenario, () => {}) : scenario
  const read = readScenario(from, catalog(), overridesOf(set))
  await checkScenario(read)
  const workload = findWorkload(read.workload)
  const transports = await transportsOf(read)
  const traitsOf = (transport: string) => (transports.get(transport) as Transport).traits
  const measured = await measure({ scenario: read, workload, traitsOf, keep: onTrial, aborted: signal })
  const reason = { code: 'interrupted' as const, message: `aborted: ${messageOf(signal.reason)}` }
  const ending = { ...measured, transports: transports.values() }
  return buildResult(read, workload, { ...ending, ...(signal.aborted ? { aborted: reason } : {}) })
}

const optionKinds = {
  set: kinds.record,
  signal: kinds.signal,
  onTrial: kinds.function,
}

/** Programs in plain JavaScript have no compiler that would tell them. */
function checkSource(scenario: unknown): void {
  if (typeof scenario === 'string') return
  const { name, text } = kinds.record.holds(scenario) ? scenario : {}
  if (typeof name !== 'string' || typeof text !== 'string')
    throw mistake('scenario', 'a path, a name, or { name, text }', scenario)
}

/** JSON is YAML. */
function overridesOf(set: Readonly<Record<string, Value | undefined>>): Override[] {
  return Object.entries(set).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, value: JSON.stringify(value), flag: `set ${path}` }],
  )
}
