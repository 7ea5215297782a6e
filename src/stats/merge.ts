/** Stored runs side by side: those of the same scenario as one record, others apart. */
import type { Result, Status } from '../result.ts'

/** A run that is merged with others. */
interface Named {
  readonly name: string
  readonly result: Result
}

export interface MergedRuns<R extends Named> {
  /** With labels that differ where they were measured in several runs. */
  readonly runs: readonly R[]
  readonly result: Result
}

/** What may differ between runs of the same: whom they measured, how often, in which order, and what was asked of the figures. */
const APART = new Set(['name', 'description', 'subjects', 'blocks', 'budget', 'seed', 'thresholds', 'gate', 'compare'])

function scenarioKey({ scenario }: Result): string {
  const same = Object.entries(scenario.resolved).filter(([key]) => !APART.has(key))
  return JSON.stringify([scenario.workload, same.toSorted(([one], [other]) => (one < other ? -1 : 1))])
}

/** In the order of the runs. Runs stay runs: their trials stand beside each other and are never pooled. */
export function mergeRuns<R extends Named>(runs: readonly R[]): MergedRuns<R>[] {
  const groups = new Map<string, R[]>()
  for (const run of runs) {
    const key = scenarioKey(run.result)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].flatMap((group) => {
    const named = withOwnLabels(group)
    const [first] = named
    return first ? { runs: named, result: named.length === 1 ? first.result : joined(first.result, named) } : []
  })
}

/** A label that several runs have gets the run's name; runs of the same name are told apart by when they began. */
function withOwnLabels<R extends Named>(runs: readonly R[]): R[] {
  if (runs.length === 1) return [...runs]
  const owners = new Map<string, number>()
  for (const { result } of runs) {
    for (const label of labelsOf(result)) owners.set(label, (owners.get(label) ?? 0) + 1)
  }
  const names = runs.map((run, index) => runName(run, index, runs))
  return runs.map((run, index) => {
    const rename = (label: string) => ((owners.get(label) ?? 0) > 1 ? `${label} (${names[index]})` : label)
    return { ...run, result: relabelled(run.result, rename, `${index + 1}/`) }
  })
}

function runName(run: Named, index: number, runs: readonly Named[]): string {
  if (runs.filter(({ name }) => name === run.name).length === 1) return run.name
  const began = run.result.trials[0]?.startedAt
  const isOnly = runs.filter(({ result }) => result.trials[0]?.startedAt === began).length === 1
  return began !== undefined && isOnly ? began : `${run.name}, ${index + 1}`
}

function labelsOf({ scenario, trials }: Result): Set<string> {
  return new Set([...scenario.subjects, ...trials.map(({ subject }) => subject)])
}

/** @param prefix of trial ids, which are different within a run only */
function relabelled(result: Result, rename: (label: string) => string, prefix: string): Result {
  const own = <T extends { readonly subject: string }>(some: readonly T[]): T[] =>
    some.map((one) => ({ ...one, subject: rename(one.subject) }))
  const trials = (some: Result['trials']) => own(some).map((one) => ({ ...one, id: `${prefix}${one.id}` }))
  const pair = <T extends { readonly base: string; readonly head: string }>(one: T): T => ({
    ...one,
    base: rename(one.base),
    head: rename(one.head),
  })
  return {
    ...result,
    scenario: { ...result.scenario, subjects: result.scenario.subjects.map(rename) },
    trials: trials(result.trials),
    aggregates: own(result.aggregates),
    fits: own(result.fits),
    thresholds: own(result.thresholds),
    comparisons: result.comparisons.map(pair),
    gate: result.gate && pair(result.gate),
    rankings: result.rankings.map((one) => ({
      ...one,
      best: one.best === null ? null : rename(one.best),
      pairs: one.pairs.map((each) => ({ ...each, one: rename(each.one), other: rename(each.other) })),
    })),
    setAside: result.setAside.map((one) => ({ ...one, trials: trials(one.trials) })),
    capacities: own(result.capacities).map((one) => ({
      ...one,
      curve: one.curve.map((step) => ({ ...step, trialId: `${prefix}${step.trialId}` })),
    })),
  }
}

const BY_GRAVITY: readonly Status[] = ['passed', 'failed', 'invalid', 'aborted']

function joined(first: Result, runs: readonly Named[]): Result {
  const results = runs.map(({ result }) => result)
  const gravity = Math.max(...results.map(({ status }) => BY_GRAVITY.indexOf(status)))
  const points = new Map(results.flatMap(({ scenario }) => scenario.points.map((one) => [JSON.stringify(one), one])))
  const figures = new Map(results.flatMap(({ scenario }) => scenario.figures.map((one) => [one.name, one])))
  const { plannedTrials: _, ...scenario } = first.scenario
  return {
    ...first,
    status: BY_GRAVITY[gravity] ?? 'invalid',
    reasons: results.flatMap(({ reasons }) => reasons),
    scenario: {
      ...scenario,
      subjects: [...new Set(results.flatMap((result) => result.scenario.subjects))],
      points: [...points.values()],
      figures: [...figures.values()],
    },
    trials: results.flatMap(({ trials }) => trials),
    aggregates: results.flatMap(({ aggregates }) => aggregates),
    fits: results.flatMap(({ fits }) => fits),
    thresholds: results.flatMap(({ thresholds }) => thresholds),
    comparisons: [],
    gate: null,
    rankings: [],
    setAside: results.flatMap(({ setAside }) => setAside),
    stopped: null,
    calibration: null,
    capacities: results.flatMap(({ capacities }) => capacities),
  }
}
