/** `rtbench doctor`: what this machine is fit for, and which differences it can tell apart. */
import { ExitCode, UserError } from '../errors.ts'
import { calibrationText } from '../reporters/calibration.ts'
import { type Calibration, schemaVersion } from '../result.ts'
import { describeTool } from '../runner/environment.ts'
import { checkFolder, checkWherever, writeInto, writeWherever } from '../runner/store.ts'
import { quote } from '../scenario/quote.ts'
import { type Override, readScenario } from '../scenario.ts'
import { isWorthless } from '../stats/noise.ts'
import { calibrate } from './calibrate.ts'
import { catalog, checkScenario, viewOf } from './catalog.ts'
import { watchSignals } from './interruption.ts'
import { showProgress } from './progress.ts'
import { scenarioFile, shippedFile } from './shipped.ts'
import { stamp } from './stamp.ts'

/** The flags of `doctor`, as commander gives them. */
export interface DoctorFlags {
  readonly blocks?: string
  readonly transport?: string
  readonly quick?: boolean
  readonly output?: string
  readonly json?: string
  readonly progress: boolean
}

/** What `--quick` makes of the own scenario; that of a user is about its own load. */
const QUICK: readonly Override[] = [{ path: 'duration', value: '500ms', flag: '--quick' }]
const BLOCKS = 10
/** Fewer tell nothing: there is no 95 % interval of them. */
const FEWEST_BLOCKS = 6
const MOST_BLOCKS = 1000

/** @returns the exit code */
export async function doctor(given: string | undefined, flags: DoctorFlags): Promise<ExitCode> {
  const tell = (line: string) => {
    if (flags.progress) process.stderr.write(`${line}\n`)
  }
  const file = given === undefined ? shippedFile('doctor') : scenarioFile(given, tell)
  const scenario = readScenario(file, catalog(), overridesOf(given, flags))
  const blocks = blocksOf(flags)
  await checkScenario(scenario)
  if (flags.output !== undefined) checkFolder(flags.output)
  if (flags.json !== undefined && flags.json !== '-') checkWherever(flags.json)

  const interruption = watchSignals()
  const examination = {
    scenario,
    blocks,
    quick: flags.quick ?? false,
    aborted: interruption.signal,
    begins: tell,
    watch: (of: typeof scenario) => showProgress(of, flags.progress ? 'normal' : 'none', process.stderr),
  }
  let calibration: Calibration
  try {
    calibration = await calibrate(examination)
  } catch (thrown) {
    const { cause } = interruption
    if (!cause) throw thrown
    process.stderr.write(`rtbench: ${cause.reason.message}; nothing is stored\n`)
    return cause.exitCode
  }
  const text = `${JSON.stringify({ schemaVersion, tool: describeTool(), calibration })}\n`
  process.stdout.write(flags.json === '-' ? text : calibrationText(calibration, viewOf(process.stdout)))
  keep(text, calibration, flags)
  return isWorthless(calibration) ? ExitCode.invalidRun : ExitCode.passed
}

function overridesOf(file: string | undefined, { quick, transport }: DoctorFlags): Override[] {
  const own = { path: 'transports', value: `[${transport}]`, flag: '--transport' }
  return [...(quick && file === undefined ? QUICK : []), ...(transport === undefined ? [] : [own])]
}

function blocksOf({ blocks, quick }: DoctorFlags): number {
  if (blocks === undefined) return quick ? FEWEST_BLOCKS : BLOCKS
  const count = /^\d+$/.test(blocks) ? Number(blocks) : Number.NaN
  if (count >= FEWEST_BLOCKS && count <= MOST_BLOCKS) return count
  throw new UserError(
    `--blocks: must be a whole number from ${FEWEST_BLOCKS} to ${MOST_BLOCKS}, got ${quote(blocks)}; fewer than ${FEWEST_BLOCKS} tell no difference from chance`,
  )
}

function keep(text: string, { measuredAt }: Calibration, { output, json }: DoctorFlags): void {
  if (json !== undefined && json !== '-') writeWherever(json, text)
  if (output === undefined) return
  const file = writeInto(output, `calibration-${stamp(new Date(measuredAt))}.json`, text)
  process.stderr.write(`calibration: ${file}\n`)
}
