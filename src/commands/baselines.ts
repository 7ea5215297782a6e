/** Stored results that stand for the base: whether they may, and what the comparison with them comes to. */
import { UserError } from '../errors.ts'
import type { Gate } from '../gate.ts'
import type { Comparison, GateRecord, Reason, Result } from '../result.ts'
import { escapeText } from '../scenario/quote.ts'
import { compareAcross, figuresOfAll, type Pair, pairsOf } from '../stats/across.ts'
import { type Difference, likenessOf } from '../stats/likeness.ts'
import { loadTransport, transportNames } from '../transports/index.ts'

/** What the run that is judged has to say of itself; it need not have measured yet. */
export interface Judged {
  readonly file: string
  readonly result: Result
}

export interface Baselines {
  readonly stored: readonly Judged[]
  readonly pairs: readonly Pair[]
  /** What differs and was overridden. */
  readonly forced: readonly string[]
}

/** More lines would hide the first ones. */
const SHOWN_DIFFERENCES = 25

/**
 * @param labels of the two that are compared; without them all that have the same label in both
 * @throws UserError with everything that differs, unless it is forced; what has one name for two things is always refused
 */
export async function acceptBaselines(
  stored: readonly Judged[],
  head: Judged,
  { labels, force }: { readonly labels?: Pair | undefined; readonly force: boolean },
): Promise<Baselines> {
  for (const { file, result } of [...stored, head]) {
    if (result.capacities.length > 0 || result.scenario.resolved.search !== undefined) {
      throw new UserError(`${file}: is a search for a capacity, whose loads differ; compare results at a given load`)
    }
  }
  refuseTwins([...stored, head])
  const packages = await packagesOf([...stored, head])
  const pairs = labels ? [labels] : pairsOfAll(stored, head)
  const compared = { base: pairs.map(({ base }) => base), head: pairs.map((pair) => pair.head) }
  checkLabels(stored, head, compared)
  const lines = new Set<string>()
  for (const base of stored) {
    const told = (one: Difference) => differenceLine(one, base.file, head.file)
    const { differences, conflicts } = likenessOf(base.result, head.result, compared, packages)
    const [conflict] = conflicts
    if (conflict) throw new UserError(`${told(conflict)}; that cannot be compared`)
    for (const one of differences) lines.add(told(one))
    for (const one of labels ? [] : unmatchedOf(base, head)) lines.add(one)
  }
  const forced = [...lines]
  if (forced.length === 0 || force) return { stored, pairs, forced }
  const shown = forced.slice(0, SHOWN_DIFFERENCES).map((line) => `  ${line}`)
  const more = forced.length > shown.length ? [`  … and ${forced.length - shown.length} more`] : []
  const first = `${head.file}: differs in more than its subjects, so that a difference would not be theirs`
  throw new UserError(
    [`${first}; measure both alike, or compare all the same with --force`, ...shown, ...more].join('\n'),
  )
}

/** Copies of one run would pass for sessions that do not differ at all, and everything else would be outside of what they predict. */
function refuseTwins(all: readonly Judged[]): void {
  const seen = new Map<string, string>()
  for (const { file, result } of all) {
    const trials = result.trials.map(({ id, startedAt, latency }) => JSON.stringify([id, startedAt, latency]))
    const twin = trials.map((trial) => seen.get(trial)).find((other) => other !== undefined)
    if (twin !== undefined) {
      const what = twin === file ? 'is given twice' : `is the same run as ${twin}, or has trials of it`
      throw new UserError(`${file}: ${what}; give each run once`)
    }
    for (const trial of trials) seen.set(trial, file)
  }
}

/** Those that all results have. */
function pairsOfAll(stored: readonly Judged[], head: Judged): Pair[] {
  const [first, ...others] = stored.map(({ result }) =>
    pairsOf(result.scenario.subjects, head.result.scenario.subjects),
  )
  const pairs = (first?.pairs ?? []).filter((pair) =>
    others.every((other) => other.pairs.some(({ base, head: label }) => base === pair.base && label === pair.head)),
  )
  if (pairs.length > 0) return pairs
  const names = (result: Result) => result.scenario.subjects.map(escapeText).join(', ')
  const [base] = stored
  throw new UserError(
    `${head.file}: has ${names(head.result)}, and ${base?.file} has ${base ? names(base.result) : 'nothing'}; measure the same labels, or let rtbench compare name two with --base and --head`,
  )
}

function checkLabels(stored: readonly Judged[], head: Judged, labels: Readonly<Record<'base' | 'head', string[]>>) {
  for (const [side, results] of [
    ['base', stored],
    ['head', [head]],
  ] as const) {
    for (const { file, result } of results) {
      const lacking = labels[side].find((label) => !result.scenario.subjects.includes(label))
      if (lacking === undefined) continue
      const known = result.scenario.subjects.map(escapeText).join(', ')
      throw new UserError(`${file}: has no subject "${escapeText(lacking)}"; name one with --${side}: ${known}`)
    }
  }
}

function unmatchedOf(base: Judged, head: Judged): string[] {
  const { unmatched } = pairsOf(base.result.scenario.subjects, head.result.scenario.subjects)
  return unmatched.map((label) => {
    const where = head.result.scenario.subjects.includes(label) ? head.file : base.file
    return `subject ${escapeText(label)}: only in ${where}`
  })
}

function differenceLine({ what, base, head }: Difference, baseFile: string, headFile: string): string {
  const side = (value: string | null, file: string) => `${value === null ? 'nothing' : escapeText(value)} in ${file}`
  return `${escapeText(what)}: ${side(base, baseFile)}, ${side(head, headFile)}`
}

/** Of a transport that this version does not know, every package counts. */
async function packagesOf(results: readonly Judged[]): Promise<(transport: string) => readonly string[]> {
  const all = [...new Set(results.flatMap(({ result }) => Object.keys(result.environment.packages)))]
  const names = new Set(results.flatMap(({ result }) => result.trials.map(({ transport }) => transport)))
  const loaded = [...names].map(async (name) => {
    const packages = transportNames.includes(name) ? (await loadTransport(name)).packages : all
    return [name, packages] as const
  })
  const byName = new Map(await Promise.all(loaded))
  return (transport) => byName.get(transport) ?? all
}

/** @throws UserError where nothing can be measured by them: that is told before anything is */
export function refuseInvalid(baselines: Baselines): Baselines {
  const [fault] = faultsOf(baselines)
  if (!fault) return baselines
  throw new UserError(
    `${escapeText(fault.message)} (trial ${escapeText(fault.path ?? '')} is invalid); use a valid run`,
  )
}

/** @param head with all its trials */
export function compareWithBaselines(
  { stored, pairs, forced }: Baselines,
  head: Pick<Result, 'trials' | 'scenario'>,
  gate: Gate,
): { readonly comparisons: Comparison[]; readonly gate: GateRecord; readonly faults: Reason[] } {
  const bases = stored.map(({ result }) => result)
  const comparisons = compareAcross(bases, head, pairs, gate, figuresOfAll([...bases, head]))
  const record: GateRecord = {
    ...gate,
    metrics: [...gate.metrics],
    base: pairs.map(({ base }) => base).join(', '),
    head: pairs.map((pair) => pair.head).join(', '),
    acrossSessions: true,
    baselines: stored.map(({ file }) => file),
    forced: [...forced],
  }
  return { comparisons, gate: record, faults: faultsOf({ stored, pairs, forced }) }
}

/** What is invalid in a base is no measure for anybody. */
function faultsOf({ stored, pairs }: Baselines): Reason[] {
  return stored.flatMap(({ file, result }) =>
    result.trials
      .filter(({ verdict, subject }) => verdict === 'invalid' && pairs.some(({ base }) => base === subject))
      .flatMap(({ id, subject, reasons }) =>
        reasons.map(({ code, message }) => ({ code, message: `${file}: ${subject}: ${message}`, path: id })),
      ),
  )
}
