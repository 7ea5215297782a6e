/** Whether one run met the objective of a search, and why not. */
import { type Cause, type Figure, overloadCodes, type ReasonCode, type Trial, type WarningCode } from '../result.ts'
import { aggregate } from './aggregate.ts'
import { evaluateThresholds, type Threshold } from './threshold.ts'

export interface Objective {
  readonly slo: readonly Threshold[]
  /** Of the scenario's workload. */
  readonly figures: readonly Figure[]
}

/**
 * `not-met`: the load was too much for somebody, server or client. `invalid`: something broke that is no matter of load, and
 * no load says anything about the subject.
 */
export interface Judgement {
  readonly answer: 'met' | 'not-met' | 'invalid' | 'unsupported'
  /** Empty when met. The one that the others follow from comes first. */
  readonly causes: readonly Cause[]
}

/** What too much load does. All other reasons are faults. */
const OVERLOAD: ReadonlySet<ReasonCode> = new Set([...overloadCodes, 'workload'])

/** Doubts that the load was there at all, or was borne. Of the others (a short warm-up, few samples) the objective is judge. */
const NOT_BORNE: ReadonlySet<WarningCode> = new Set(['offered-rate-missed', 'undelivered', 'channels-closed'])

export function judgeLoad(trial: Trial, { slo, figures }: Objective): Judgement {
  const { verdict, reasons, warnings } = trial
  if (verdict === 'unsupported') return { answer: 'unsupported', causes: reasons }
  if (verdict === 'invalid' && !(reasons.length > 0 && reasons.every(({ code }) => OVERLOAD.has(code)))) {
    const faults = reasons.filter(({ code }) => !OVERLOAD.has(code))
    return { answer: 'invalid', causes: faults.map(({ code, message }) => ({ code, message })) }
  }
  const late = warnings.filter(({ code }) => code === 'generator-saturated')
  const before = clientWasBusiest(trial) ? late : []
  const after = before.length > 0 ? [] : late
  const causes: Cause[] = [
    ...before,
    ...reasons.map(({ code, message }) => ({ code, message })),
    // Beside a reason they say the same again.
    ...(reasons.length > 0 ? [] : warnings.filter(({ code }) => NOT_BORNE.has(code))),
    ...(verdict === 'invalid' ? [] : failedConditions(trial, { slo, figures })),
    ...after,
  ]
  if (causes.length === 0) return { answer: 'met', causes }
  // A client without time to spare is no fault by itself; of a load that was not met it is the cause.
  return { answer: 'not-met', causes: [...warnings.filter(({ code }) => code === 'client-bound'), ...causes] }
}

function failedConditions(trial: Trial, { slo, figures }: Objective): Cause[] {
  const results = evaluateThresholds(slo, [trial], aggregate([trial], figures))
  return results.flatMap(({ expression, status }): Cause[] => {
    if (status === 'pass') return []
    const few = trial.warnings.find(({ code }) => code === 'too-few-samples' || code === 'few-excursions')
    if (status === 'fail')
      return [{ code: 'threshold-failed', message: `${expression} does not hold`, path: expression }]
    const why = few ? `: ${few.message}` : ''
    return [
      { code: 'threshold-no-data', message: `${expression} has no figure to be judged by${why}`, path: expression },
    ]
  })
}

/**
 * Messages leave late when the client is too slow, and also when the server does not take them. A server that was busier than
 * every client says that it was the server. Without a server of ours nobody knows, and it is not blamed.
 */
function clientWasBusiest({ processes }: Trial): boolean {
  const most = (role: 'server' | 'client') =>
    Math.max(
      0,
      ...processes
        .filter((one) => one.role === role)
        .map(({ cpuUserNs, cpuSystemNs, spinNs }) => cpuUserNs + cpuSystemNs - spinNs),
    )
  return most('client') >= most('server')
}
