/** `rtbench compare`: read, see whether they can be compared, compare, store, show. */
import { type ExitCode, UserError } from '../errors.ts'
import { comparisonReporter } from '../reporters/comparison.ts'
import type { Comparison, GateRecord, Reason, Result } from '../result.ts'
import { checkWherever, isSameFile, writeWherever } from '../runner/store.ts'
import { escapeText } from '../scenario/quote.ts'
import type { Pair } from '../stats/across.ts'
import { compareSideBySide } from '../stats/comparison.ts'
import { overallStatus } from '../stats/status.ts'
import { acceptBaselines, compareWithBaselines } from './baselines.ts'
import { viewOf } from './catalog.ts'
import { EXIT_CODES } from './exit-code.ts'
import { type GateFlags, gateOf } from './gate-flags.ts'
import { addSummary, annotate } from './github.ts'
import { nameOfFile } from './report.ts'
import { readStoredResult, type StoredResult } from './stored-result.ts'

/** As commander gives them. */
export interface CompareFlags extends GateFlags {
  readonly json?: string
  readonly force?: boolean
}

/** What a comparison adds to the record of the run that is judged. */
interface Compared {
  readonly comparisons: readonly Comparison[]
  readonly gate: GateRecord
  /** What is invalid in the base. */
  readonly faults: readonly Reason[]
}

/**
 * @param files one, whose subjects are compared; or several, the last of which is held against the others
 * @returns the exit code
 */
export async function compare(files: readonly string[], flags: CompareFlags): Promise<ExitCode> {
  if ((flags.base === undefined) !== (flags.head === undefined))
    throw new UserError('--base and --head name two subjects: give both, or none')
  if (flags.json !== undefined && flags.json !== '-') {
    checkWherever(flags.json)
    const { json } = flags
    if (files.some((file) => isSameFile(file, json)))
      throw new UserError(`--json ${json}: is compared itself; choose another file`)
  }
  const stored = files.map(readStoredResult)
  const [head, ...others] = stored.toReversed()
  if (!head) throw new UserError('nothing to compare; name one result, or a base and a head')
  const compared = others.length > 0 ? await acrossRuns(others.toReversed(), head, flags) : withinRun(head, flags)
  const result = resultWith(head.result, compared)
  const text = `${JSON.stringify(result)}\n`
  if (flags.json === '-') process.stdout.write(text)
  else process.stdout.write(comparisonReporter.render(result, viewOf(process.stdout)))
  if (flags.json !== undefined && flags.json !== '-') writeWherever(flags.json, text)
  addSummary([{ name: nameOfFile(head.file), result, text }], process.env)
  annotate([result], process.env)
  return EXIT_CODES[result.status]
}

async function acrossRuns(bases: readonly StoredResult[], head: StoredResult, flags: CompareFlags): Promise<Compared> {
  const { base, head: headLabel } = flags
  const labels = base === undefined || headLabel === undefined ? undefined : { base, head: headLabel }
  const baselines = await acceptBaselines(bases, head, { labels, force: flags.force ?? false })
  return compareWithBaselines(baselines, head.result, gateOf(flags, head.result, { base: 'base', head: 'head' }))
}

/** Two subjects of one run, measured side by side. */
function withinRun(stored: StoredResult, flags: CompareFlags): Compared {
  const { file, result } = stored
  if (result.capacities.length > 0)
    throw new UserError(`${file}: is a search for a capacity, whose loads differ; compare results at a given load`)
  const forced = result.status === 'aborted' ? [`the run: aborted after ${result.trials.length} trials`] : []
  if (forced.length > 0 && !flags.force)
    throw new UserError(`${file}: ${forced[0]?.slice('the run: '.length)}; let it run to its end, or use --force`)
  const labels = pairWithin(stored, flags)
  const gate = gateOf(flags, result, labels)
  return {
    comparisons: compareSideBySide(result.trials, gate, result.scenario.figures),
    gate: { ...gate, metrics: [...gate.metrics], acrossSessions: false, baselines: [], forced },
    faults: [],
  }
}

/** Whom the flags name, else whom the run itself compared, else `base` and `head`. */
function pairWithin({ file, result }: StoredResult, { base, head }: CompareFlags): Pair {
  const { subjects } = result.scenario
  const asked = base !== undefined && head !== undefined ? { base, head } : undefined
  const wanted = asked ?? result.gate ?? { base: 'base', head: 'head' }
  const known = subjects.map(escapeText).join(', ')
  for (const label of [wanted.base, wanted.head]) {
    if (subjects.includes(label)) continue
    const what = asked ? `no subject "${escapeText(label)}"` : 'no subjects "base" and "head"'
    throw new UserError(`${file}: has ${what}; name two of ${known} with --base and --head, or a second file`)
  }
  if (wanted.base === wanted.head) throw new UserError(`--base and --head: must differ; name two of ${known}`)
  return { base: wanted.base, head: wanted.head }
}

/** The record of the run that is judged, with what it was held against. */
function resultWith(head: Result, { comparisons, gate, faults }: Compared): Result {
  // What is invalid in a subject that nobody asked about is no matter here; what could not be compared at all is.
  const asked = new Set(comparisons.flatMap((one) => (gate.acrossSessions ? [one.head] : [one.base, one.head])))
  const trials = head.trials.filter(({ subject }) => asked.has(subject) || comparisons.length === 0)
  const thresholds = head.thresholds.filter(({ subject }) => asked.has(subject))
  const judged = overallStatus(trials, thresholds, undefined, [], { comparisons, gate })
  const status = faults.length > 0 ? { status: 'invalid' as const, reasons: [...faults, ...judged.reasons] } : judged
  return { ...head, ...status, comparisons: [...comparisons], gate }
}
