/** `rtbench run`: read, check, measure, store, show. */
import { ExitCode, messageOf, UserError } from '../errors.ts'
import type { Run } from '../reporter.ts'
import { tableReporter } from '../reporters/table.ts'
import type { Calibration, Trial } from '../result.ts'
import { checkFolder, checkWherever, isSameFile, openStore, type Store, writeWherever } from '../runner/store.ts'
import { readScenario, type Scenario } from '../scenario.ts'
import { endingOf } from '../stats/status.ts'
import type { Transport } from '../transport.ts'
import { findWorkload } from '../workloads/index.ts'
import { acceptBaselines, type Baselines, refuseInvalid } from './baselines.ts'
import { calibrationFor, startingAt, storedCalibrationOf } from './calibration.ts'
import { catalog, checkScenario, transportsOf, viewOf } from './catalog.ts'
import { describePlan } from './dry-run.ts'
import { EXIT_CODES } from './exit-code.ts'
import { overridesOf, type RunFlags } from './flags.ts'
import { addSummary, annotate } from './github.ts'
import { type Interruption, watchSignals } from './interruption.ts'
import { measure } from './measured.ts'
import { showProgress } from './progress.ts'
import { nameOfFile } from './report.ts'
import { type Around, checkReportFiles, reportFilesOf, writeReports } from './report-files.ts'
import { buildResult } from './result.ts'
import { scenarioFile } from './shipped.ts'
import { stamp } from './stamp.ts'
import { readStoredResult } from './stored-result.ts'

/** When several scenarios run, the gravest outcome is the command's. */
const BY_GRAVITY: readonly ExitCode[] = [
  ExitCode.passed,
  ExitCode.gateFailed,
  ExitCode.invalidRun,
  ExitCode.interrupted,
  ExitCode.terminated,
]

/** @returns the exit code */
export async function run(given: readonly string[], flags: RunFlags): Promise<ExitCode> {
  if (flags.json !== undefined && given.length > 1)
    throw new UserError('--json takes the result of one scenario; run them one by one')
  if (flags.baseline.length > 0 && given.length > 1)
    throw new UserError('--baseline belongs to one scenario; run them one by one')
  if (flags.force && flags.baseline.length === 0)
    throw new UserError('--force: is for --baseline, and there is none; leave it away')
  const purpose = { hasBaselines: flags.baseline.length > 0 }
  const files = given.map((argument) => scenarioFile(argument, flags.quiet ? () => {} : tell))
  const scenarios = files.map((file) => readScenario(file, catalog(), overridesOf(flags), purpose))
  const baselines = await baselinesOf(scenarios, flags)
  const stored = storedCalibrationOf(flags)
  const reports = reportFilesOf(flags)
  const around = aroundOf(files, flags)
  checkReportFiles(reports, around)
  await checkAll(scenarios, files, flags)
  if (flags.dryRun) {
    checkFolder(flags.output)
    for (const scenario of scenarios) {
      process.stdout.write(describePlan(scenario, findWorkload(scenario.workload), await transportsOf(scenario)))
    }
    return ExitCode.passed
  }
  const interruption = watchSignals()
  const finished: Run[] = []
  let gravest: ExitCode = ExitCode.passed
  for (const scenario of scenarios) {
    const calibration = stored ?? (await calibrationFor(scenario, flags, interruption.signal))
    const code = await runOne(startingAt(scenario, calibration), flags, interruption, {
      baselines,
      calibration,
      finished,
    })
    if (BY_GRAVITY.indexOf(code) > BY_GRAVITY.indexOf(gravest)) gravest = code
    if (interruption.signal.aborted) break
  }
  const written = await writeReports(reports, finished, around)
  if (!flags.quiet) for (const file of written) process.stderr.write(`report: ${file}\n`)
  addSummary(finished, process.env)
  annotate(
    finished.map(({ result }) => result),
    process.env,
  )
  return gravest
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** No report goes over what the run is made of. */
function aroundOf(files: readonly string[], { baseline, calibration, json }: RunFlags): Around {
  const inputs = [
    { files, what: 'the scenario itself' },
    { files: baseline, what: 'a baseline' },
    { files: calibration === undefined ? [] : [calibration], what: 'the calibration' },
  ]
  return { inputs, json }
}

/** Stored results are read, and held against what is about to run, before anything is measured. */
async function baselinesOf([scenario]: readonly Scenario[], flags: RunFlags): Promise<Baselines | undefined> {
  if (flags.baseline.length === 0 || !scenario) return undefined
  if (scenario.gate)
    throw new UserError('--baseline: the scenario compares two subjects itself, side by side; leave --baseline away')
  const head = buildResult(scenario, findWorkload(scenario.workload), {
    trials: [],
    transports: [],
    walks: [],
    setAside: [],
    stopped: null,
  })
  const stored = flags.baseline.map(readStoredResult)
  const force = flags.force ?? false
  return refuseInvalid(await acceptBaselines(stored, { file: 'this run', result: head }, { force }))
}

/** What can be known to fail is told before anything is measured. */
async function checkAll(scenarios: readonly Scenario[], files: readonly string[], flags: RunFlags): Promise<void> {
  const { json, baseline, calibration } = flags
  for (const scenario of scenarios) await checkScenario(scenario)
  if (json === undefined || json === '-') return
  checkWherever(json)
  if (files.some((file) => isSameFile(file, json)))
    throw new UserError(`--json ${json}: that is the scenario itself; choose another file`)
  if ([...baseline, ...(calibration === undefined ? [] : [calibration])].some((file) => isSameFile(file, json)))
    throw new UserError(`--json ${json}: that is read itself; choose another file`)
}

/** What is known before the run. */
interface Known {
  readonly baselines: Baselines | undefined
  readonly calibration: Calibration | undefined
  /** Gets this run, too. */
  readonly finished: Run[]
}

async function runOne(
  scenario: Scenario,
  flags: RunFlags,
  interruption: Interruption,
  { baselines, calibration, finished }: Known,
): Promise<ExitCode> {
  const workload = findWorkload(scenario.workload)
  const transports = await transportsOf(scenario)
  const traitsOf = (transport: string) => (transports.get(transport) as Transport).traits
  const store = openStore(flags.output, `${fileName(scenario.name)}-${stamp(new Date())}`)
  const verbosity = flags.quiet || !flags.progress ? 'none' : flags.verbose ? 'verbose' : 'normal'
  const progress = showProgress(scenario, verbosity, process.stderr)
  const keep = (trial: Trial): void => {
    try {
      store.keepTrial(trial.id, trial)
    } catch (thrown) {
      // Measuring on would be for nothing; what is in memory is still shown.
      interruption.stop({ code: 'not-stored', message: messageOf(thrown) }, ExitCode.invalidRun)
    }
  }
  const input = { scenario, workload, traitsOf, keep, aborted: interruption.signal, watcher: progress }
  const measured = await measure(input).finally(() => progress.close())

  const { cause } = interruption
  const known = { ...(baselines ? { baselines } : {}), ...(calibration ? { calibration } : {}) }
  const ending = { ...measured, transports: transports.values(), ...(cause ? { aborted: cause.reason } : {}), ...known }
  const result = buildResult(scenario, workload, ending)
  const text = `${JSON.stringify(result)}\n`
  finished.push({ name: nameOfFile(store.file), result, text })
  const unwritten = writeResult(text, store, flags)
  const isTaken = flags.json === '-' || reportFilesOf(flags).some(({ file }) => file === '-')
  if (!isTaken && !flags.quiet) process.stdout.write(tableReporter.render(result, viewOf(process.stdout)))
  if (unwritten) throw unwritten
  // Who wants to hear errors only still wants to hear why it did not pass.
  if (flags.quiet && result.status !== 'passed')
    process.stderr.write(`rtbench: ${scenario.name}: ${endingOf(result)}\n`)
  if (!flags.quiet || result.status !== 'passed') process.stderr.write(`result: ${store.file}\n`)
  return cause?.exitCode ?? EXIT_CODES[result.status]
}

/** @returns what went wrong, to be told after the table: a full disk must not hide what was measured */
function writeResult(text: string, store: Store, flags: RunFlags): unknown {
  if (flags.json === '-') process.stdout.write(text)
  try {
    store.writeResult(text)
    if (flags.json && flags.json !== '-') writeWherever(flags.json, text)
  } catch (thrown) {
    return thrown
  }
  return undefined
}

function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'run'
}
