/** What `run` knows of its machine beforehand: measured now, or stored. */
import { UserError } from '../errors.ts'
import type { Calibration, Environment } from '../result.ts'
import { parseCalibration } from '../result-reader.ts'
import { describeEnvironment } from '../runner/environment.ts'
import { excerpt } from '../scenario/quote.ts'
import { readTextFile } from '../scenario/text-file.ts'
import type { Scenario } from '../scenario.ts'
import { unlikeIn } from '../stats/likeness.ts'
import { plannedBlocks } from '../stats/noise.ts'
import { calibrate } from './calibrate.ts'
import type { RunFlags } from './flags.ts'
import { showProgress } from './progress.ts'

/** Several times the largest result, which has one, too. */
const MOST_BYTES = 128 * 2 ** 20
/** Of the scenario's own subject and load; where `blocks: auto` begins, too. */
const BLOCKS = 8

/** @throws UserError before anything is measured: no calibration, or that of another machine */
export function storedCalibrationOf({ calibrate: measured, calibration: path }: RunFlags): Calibration | undefined {
  if (path === undefined) return undefined
  if (measured) throw new UserError('--calibrate measures what --calibration has stored; leave one of them away')
  const { file, text } = readTextFile(path, MOST_BYTES)
  const stored = parseCalibration(text, file)
  const [difference] = differences(stored.environment, describeEnvironment())
  if (difference === undefined) return stored
  throw new UserError(
    `${file}: calibrates another machine: ${difference}; make one here with "rtbench doctor --json FILE", or run with --calibrate`,
  )
}

/** @returns in words, each as the file has it and as it is here */
export function differences(theirs: Environment, here: Environment): string[] {
  return unlikeIn(theirs, here).map((name) => `${name} ${excerpt(String(theirs[name]), 60)}, here ${here[name]}`)
}

/** Measures the first subject of the scenario twice a block. @returns undefined unless the flags ask for it, and when it was interrupted */
export async function calibrationFor(
  scenario: Scenario,
  flags: RunFlags,
  aborted: AbortSignal,
): Promise<Calibration | undefined> {
  if (!flags.calibrate) return undefined
  const isShown = flags.progress && !flags.quiet
  try {
    return await calibrate({
      scenario,
      blocks: BLOCKS,
      quick: true,
      aborted,
      begins: (stage) => {
        if (isShown) process.stderr.write(`calibrating: ${stage}\n`)
      },
      watch: (of) => showProgress(of, isShown ? 'normal' : 'none', process.stderr),
    })
  } catch (thrown) {
    if (aborted.aborted) return undefined
    throw thrown
  }
}

/** With `blocks: auto` there is no point in looking before so many blocks as the noise is known to take. */
export function startingAt(scenario: Scenario, calibration: Calibration | undefined): Scenario {
  const { blocks, gate, points } = scenario
  if (!blocks.auto || !gate || !calibration) return scenario
  const planned = plannedBlocks(calibration, gate, points.length)
  if (planned === undefined) return scenario
  const least = Math.min(blocks.most, Math.max(blocks.least, planned))
  return { ...scenario, blocks: { ...blocks, least } }
}
