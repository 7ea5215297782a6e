/** What a search found, as part of the result. */
import type { Capacity, LoadStep, Point, Trial } from '../result.ts'
import { judgeLoad, type Objective } from './objective.ts'
import { median } from './spread.ts'

/** What was searched for. */
export interface Searched extends Objective {
  readonly over: string
  readonly precision: number
}

/** One subject's search from one point: every run in order, and how it ended; undefined while it goes on. */
export interface Walk {
  readonly subject: string
  readonly point: Point
  readonly steps: ReadonlyArray<{ readonly value: number; readonly trial: Trial }>
  readonly end:
    | {
        readonly value: number | null
        readonly atLeast: boolean
        readonly firstFailing: number | null
        readonly confirmed: boolean
      }
    | 'invalid'
    | 'unsupported'
    | undefined
}

export function capacityOf({ subject, point, steps, end }: Walk, searched: Searched): Capacity {
  const { over, precision, slo } = searched
  const curve = steps.map(({ value, trial }): LoadStep => {
    const { answer, causes } = judgeLoad(trial, searched)
    return {
      value,
      trialId: trial.id,
      achievedPerSec: trial.load.achievedPerSec,
      p50: trial.latency.response?.p50 ?? null,
      p99: trial.latency.response?.p99 ?? null,
      met: answer === 'met',
      causes: [...causes],
    }
  })
  const found = typeof end === 'object' ? end : undefined
  const failing = found ? found.firstFailing : curve.at(-1)?.value
  const last = curve.findLast(({ value, met }) => !met && value === failing)
  return {
    subject,
    point: { ...point },
    over,
    unit: over === 'rate' ? 'messages/s' : 'count',
    state: stateOf(end),
    capacity: found?.value ?? null,
    atLeast: found?.atLeast ?? false,
    confirmed: found?.confirmed ?? false,
    firstFailing: found?.firstFailing ?? null,
    limitedBy: end !== undefined && last ? limitOf(last) : null,
    slo: slo.map(({ expression }) => expression),
    precision,
    curve,
  }
}

function stateOf(end: Walk['end']): Capacity['state'] {
  if (end === undefined) return 'unfinished'
  if (typeof end === 'string') return end
  return end.value === null ? 'none' : 'found'
}

/** The search ended below the subject's own limit: the scenario or the generator had reached theirs, or there was no figure. */
export function mayBearMore({ atLeast, limitedBy }: Capacity): boolean {
  return atLeast || ['generator-saturated', 'client-bound', 'threshold-no-data'].includes(limitedBy ?? '')
}

/** Trials whose figures are those of the subject at its capacity. */
export function trialsAtCapacity(capacities: readonly Capacity[], trials: readonly Trial[]): Trial[] {
  const ids = new Set(capacities.flatMap((one) => stepsAtCapacity(one).map(({ trialId }) => trialId)))
  return trials.filter(({ id }) => ids.has(id))
}

/** Those, and what ended a search that nothing can be said of; all others were on the way. */
export function trialsThatCount(capacities: readonly Capacity[], trials: readonly Trial[]): Trial[] {
  const ended = capacities.filter(({ state }) => state === 'invalid' || state === 'unsupported')
  const ids = new Set(ended.map(({ curve }) => curve.at(-1)?.trialId))
  const at = new Set(trialsAtCapacity(capacities, trials))
  return trials.filter((trial) => at.has(trial) || ids.has(trial.id))
}

/** The runs that met the objective at the load that was found. */
export function stepsAtCapacity({ capacity, curve }: Capacity): LoadStep[] {
  return curve.filter(({ value, met }) => met && value === capacity)
}

/** Over runs at one load; null where one of them has no figure, which may be the worst. */
export function medianAtLoad(steps: readonly LoadStep[], of: 'achievedPerSec' | 'p50' | 'p99'): number | null {
  const figures = steps.map((step) => step[of]).filter((value) => value !== null)
  return figures.length < steps.length ? null : median(figures)
}

/** Why a run did not meet its load, in one word of the result: the condition, or the code. */
export function limitOf({ causes: [cause] }: LoadStep): string | null {
  return cause ? (cause.code === 'threshold-failed' && cause.path) || cause.code : null
}

/**
 * The subject that bears most, where it is so clearly: confirmed, and above every other by more than the precision. Null where
 * another may bear more than was found.
 * @param capacities of one point
 */
export function clearlyHighest(capacities: readonly Capacity[]): string | null {
  const competing = capacities.filter(({ state }) => state === 'found' || state === 'none')
  const [best, ...others] = competing.toSorted((one, other) => (other.capacity ?? 0) - (one.capacity ?? 0))
  if (!best?.confirmed || others.length === 0) return null
  const beaten = others.every((other) => !mayBearMore(other) && isClearlyBelow(other, best))
  return beaten ? best.subject : null
}

/** The limit of `other` lies at most the precision above what was found, or below the lowest load. */
function isClearlyBelow(other: Capacity, best: Capacity): boolean {
  return (other.capacity ?? other.firstFailing ?? 0) * (1 + other.precision) < (best.capacity ?? 0)
}
