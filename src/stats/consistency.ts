/** Whether a result agrees with itself. One that was cut, edited or joined by hand does not, and nothing can be said from it. */
import type { Latency, Result, Trial } from '../result.ts'
import { aggregate, indexAggregates } from './aggregate.ts'
import { cellsOf, pointKey, pointName } from './cell.ts'

/** Relative; medians of few figures are computed the same way everywhere. */
const ROUNDING = 1e-9

/** @returns the first contradiction with its place; null where there is none */
export function inconsistencyOf(result: Result): string | null {
  for (const [index, trial] of result.trials.entries()) {
    const found = ofTrial(trial, result)
    if (found !== null) return `trials[${index}]${found}`
  }
  return ofTrials(result) ?? ofAggregates(result) ?? ofStatus(result)
}

const isSearch = ({ capacities, scenario }: Result) => capacities.length > 0 || scenario.resolved.search !== undefined

function ofTrial(trial: Trial, result: Result): string | null {
  const { scenario } = result
  if (!scenario.subjects.includes(trial.subject)) return `.subject: not one of scenario.subjects`
  const isPoint = scenario.points.some((point) => pointKey(point) === pointKey(trial.point))
  if (!isPoint && !isSearch(result)) return `.point: not one of scenario.points`
  if (trial.verdict !== 'valid' && trial.verdict !== 'suspect') return null
  const { counts, latency } = trial
  const errors = Object.values(counts.errors).reduce((sum, count) => sum + count, 0)
  const sending = counts.sent + counts.skipped + errors
  if (counts.scheduled !== sending)
    return `.counts.scheduled is ${counts.scheduled}, but sent, skipped and errors are ${sending}`
  const { expected, delivered, lost, timedOut, inFlightAtEnd, unaccounted } = counts
  const accounts = delivered + lost + timedOut + inFlightAtEnd + unaccounted
  if (expected !== accounts) return `.counts.expected is ${expected}, but its accounts are ${accounts}`
  for (const [name, one] of Object.entries(latency)) {
    const found = one && ofLatency(one)
    if (found) return `.latency.${name}${found}`
  }
  for (const [name, one] of Object.entries(trial.workload.histograms)) {
    const found = ofLatency(one)
    if (found) return `.workload.histograms.${name}${found}`
  }
  return null
}

function ofLatency({ count, min, p50, p90, p99, p999, max, sum }: Latency): string | null {
  const named = Object.entries({ min, p50, p90, p99, p999, max }).filter(([, value]) => value !== null)
  for (const [index, [name, value]] of named.entries()) {
    const [before, lower] = named[index - 1] ?? [name, value]
    if (Number(value) < Number(lower)) return `.${name} is ${value}, below ${before}, which is ${lower}`
  }
  if (count === 0 ? min !== null || max !== null : min === null || max === null)
    return `.count is ${count}, which does not go with min and max`
  const [least, most] = [count * Number(min), count * Number(max)]
  const slack = 1 + 1e-6
  return sum * slack < least || sum > most * slack ? `.sum is ${sum}, outside of count times min and max` : null
}

/** Every subject once a block at every point, and as many as were planned. */
function ofTrials(result: Result): string | null {
  const { trials, status, scenario } = result
  const ids = new Set<string>()
  for (const [index, { id }] of trials.entries()) {
    if (ids.has(id)) return `trials[${index}].id: ${id} is there twice`
    ids.add(id)
  }
  if (isSearch(result)) return null
  const all = new Set(trials.map(({ block }) => block))
  for (const { subject, point, trials: own } of cellsOf(trials)) {
    const who = [subject, pointName(point)].filter(Boolean).join(' at ')
    const blocks = new Set(own.map(({ block }) => block))
    if (blocks.size < own.length) return `trials: ${who} is twice in one block`
    const lacking = [...all].find((block) => !blocks.has(block))
    if (lacking !== undefined && status !== 'aborted') return `trials: block ${lacking} has none of ${who}`
  }
  if (status === 'aborted' || scenario.plannedTrials === undefined || scenario.plannedTrials === trials.length) {
    return null
  }
  return `trials: there are ${trials.length}, planned were ${scenario.plannedTrials}, and the run was not aborted`
}

function ofAggregates({ trials, aggregates, scenario }: Result): string | null {
  const expected = indexAggregates(aggregate(trials, scenario.figures))
  for (const [index, one] of aggregates.entries()) {
    const own = expected(one, one.metric)
    const who = `${one.metric} of ${one.subject}`
    // Metrics of a newer minor version are not known here, cells without trials are known to be wrong.
    if (!own) {
      if (expected(one, 'rate.achieved')) continue
      return `aggregates[${index}]: ${who} has no trials`
    }
    for (const name of ['median', 'sum', 'trials'] as const) {
      if (!near(one[name], own[name]))
        return `aggregates[${index}].${name} is ${one[name]}, but the trials give ${own[name]} (${who})`
    }
  }
  const stored = indexAggregates(aggregates)
  const lacking = cellsOf(trials).find((cell) => cell.usable.length > 0 && !stored(cell, 'rate.achieved'))
  return lacking ? `aggregates: there are none of ${lacking.subject}` : null
}

function near(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other
  return Math.abs(one - other) <= ROUNDING * Math.max(Math.abs(one), Math.abs(other))
}

function ofStatus(result: Result): string | null {
  const { trials, comparisons, status } = result
  // Of the record of a comparison, those that were compared decide.
  const asked = new Set(comparisons.flatMap(({ base, head }) => [base, head]))
  const invalid = trials.find(
    ({ verdict, subject }) => verdict === 'invalid' && (asked.size === 0 || asked.has(subject)),
  )
  if (isSearch(result) || status !== 'passed' || !invalid) return null
  return `status is passed, but trial ${invalid.id} is invalid`
}
