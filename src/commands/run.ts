/** `rtbench run`: read, check, measure, store, show. */
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { ExitCode, messageOf, UserError } from '../errors.ts'
import { tableReporter } from '../reporters/table.ts'
import type { Result } from '../result.ts'
import { checkResources, readLimits } from '../runner/preflight.ts'
import { runScenario } from '../runner/run.ts'
import { openStore, writeAtomically } from '../runner/store.ts'
import { readScenario, type Scenario } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import { loadTransport } from '../transports/index.ts'
import { findWorkload } from '../workloads/index.ts'
import { catalog, viewOf } from './catalog.ts'
import { describePlan } from './dry-run.ts'
import { overridesOf, type RunFlags } from './flags.ts'
import { showProgress } from './progress.ts'
import { buildResult } from './result.ts'

const EXIT_CODES: Readonly<Record<Result['status'], ExitCode>> = {
  passed: ExitCode.passed,
  failed: ExitCode.gateFailed,
  invalid: ExitCode.invalidRun,
  aborted: ExitCode.interrupted,
}
/** When several scenarios run, the gravest outcome is the command's. */
const BY_GRAVITY: readonly ExitCode[] = [
  ExitCode.passed,
  ExitCode.gateFailed,
  ExitCode.invalidRun,
  ExitCode.interrupted,
  ExitCode.terminated,
]

/** @returns the exit code */
export async function run(files: readonly string[], flags: RunFlags): Promise<ExitCode> {
  if (flags.json && files.length > 1)
    throw new UserError('--json takes the result of one scenario; run them one by one')
  const scenarios = files.map((file) => readScenario(file, catalog(), overridesOf(flags)))
  if (flags.dryRun) {
    for (const scenario of scenarios) {
      process.stdout.write(describePlan(scenario, findWorkload(scenario.workload), await transportsOf(scenario)))
    }
    return ExitCode.passed
  }
  const interruption = watchSignals()
  let gravest: ExitCode = ExitCode.passed
  for (const scenario of scenarios) {
    const code = await runOne(scenario, flags, interruption)
    if (BY_GRAVITY.indexOf(code) > BY_GRAVITY.indexOf(gravest)) gravest = code
    if (interruption.signal.aborted) break
  }
  return gravest
}

async function runOne(scenario: Scenario, flags: RunFlags, interruption: Interruption): Promise<ExitCode> {
  const startedAt = new Date()
  const workload = findWorkload(scenario.workload)
  const transports = await transportsOf(scenario)
  const traitsOf = (transport: string) => (transports.get(transport) as Transport).traits
  checkResources(scenario, traitsOf, readLimits())
  if (flags.json && flags.json !== '-') writeProbe(flags.json)
  const store = openStore(flags.output, `${fileName(scenario.name)}-${stamp(startedAt)}`)
  const verbosity = flags.quiet || !flags.progress ? 'none' : flags.verbose ? 'verbose' : 'normal'
  const progress = showProgress(scenario, verbosity, process.stderr)
  const trials = await runScenario({
    scenario,
    workload,
    traitsOf,
    store,
    aborted: interruption.signal,
    watcher: progress,
  }).finally(() => progress.close())

  const { aborted, reason } = interruption.signal
  const result = buildResult(
    scenario,
    workload,
    trials,
    aborted ? { code: 'interrupted', message: messageOf(reason) } : undefined,
  )
  const text = `${JSON.stringify(result)}\n`
  store.writeResult(text)
  if (flags.json === '-') process.stdout.write(text)
  else {
    if (flags.json) writeAtomically(flags.json, text)
    if (!flags.quiet) process.stdout.write(tableReporter.render(result, viewOf(process.stdout)))
  }
  if (!flags.quiet) process.stderr.write(`result: ${store.file}\n`)
  return aborted ? interruption.exitCode : EXIT_CODES[result.status]
}

async function transportsOf({ subjects }: Scenario): Promise<Map<string, Transport>> {
  const loaded = subjects.map(async ({ transport }) => [transport, await loadTransport(transport)] as const)
  return new Map(await Promise.all(loaded))
}

/** How the user stops a run. */
interface Interruption {
  readonly signal: AbortSignal
  exitCode: ExitCode
}

/** The first signal ends the run in order, the second one at once; children end when this process does. */
function watchSignals(): Interruption {
  const controller = new AbortController()
  const interruption: Interruption = { signal: controller.signal, exitCode: ExitCode.interrupted }
  const on = (name: 'SIGINT' | 'SIGTERM', exitCode: ExitCode) => {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[name])
      interruption.exitCode = exitCode
      controller.abort(new Error(`interrupted by ${name}`))
    })
  }
  on('SIGINT', ExitCode.interrupted)
  on('SIGTERM', ExitCode.terminated)
  return interruption
}

/** Fails before measuring, not after it, when the file cannot be written. */
function writeProbe(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'a' })
  } catch (thrown) {
    throw new UserError(`--json ${file}: cannot be written: ${messageOf(thrown)}`)
  }
}

function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'run'
}

/** 20261123T221530.123Z: sorts by time, fit for every file system, different for runs of the same second. */
function stamp(date: Date): string {
  return date.toISOString().replace(/[-:]/g, '')
}
