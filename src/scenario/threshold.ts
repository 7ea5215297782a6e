import { quote } from './quote.ts'
import { suggest } from './suggest.ts'
import { durationNs, ratePerSec } from './units.ts'

const OPERATORS = ['<', '<=', '>', '>=', '=='] as const
export type Operator = (typeof OPERATORS)[number]

/** What a metric is counted in. */
export type ThresholdUnit = 'ns' | 'count' | 'perSec'

/** A condition that every cell has to meet: `latency.p99 < 20ms`. */
export interface Threshold {
  /** As the user wrote it. */
  readonly expression: string
  readonly metric: string
  readonly op: Operator
  /** In `unit`. */
  readonly value: number
  readonly unit: ThresholdUnit
}

const QUANTILES = ['p50', 'p90', 'p99', 'p999', 'max']
const FATES = ['lost', 'timedOut', 'inFlightAtEnd', 'duplicate', 'outOfOrder', 'corrupt', 'unaccounted']

/** Every metric that a threshold may name. */
export const METRICS: ReadonlyMap<string, ThresholdUnit> = new Map([
  ...['latency', 'service', 'sendLag'].flatMap((what) => QUANTILES.map((at) => [`${what}.${at}`, 'ns'] as const)),
  ...FATES.map((fate) => [`delivery.${fate}`, 'count'] as const),
  ['rate.achieved', 'perSec'] as const,
])

const UNITS: Readonly<
  Record<ThresholdUnit, { expected: string; example: string; parse(text: string): number | undefined }>
> = {
  ns: { expected: 'a time', example: '20ms', parse: durationNs },
  count: {
    expected: 'a whole number',
    example: '0',
    parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  },
  perSec: { expected: 'a rate', example: '2000/s', parse: ratePerSec },
}

const LONGEST_CHARS = 200
const SHAPE = /^([\w.]+)\s*(<=|>=|==|<|>)\s*([^\s<>=][^<>=]*)$/

/** @returns what is wrong, as `requirement; remedy`, when the text is no threshold */
export function parseThreshold(expression: string): Threshold | string {
  const [, metric = '', op = '', text = ''] = SHAPE.exec(expression.slice(0, LONGEST_CHARS + 1).trim()) ?? []
  if (expression.length > LONGEST_CHARS || metric === '') {
    return `must compare a metric with a value by ${OPERATORS.join(', ')}; write it as in "latency.p99 < 20ms"`
  }
  const unit = METRICS.get(metric)
  if (unit === undefined) {
    return `must name a known metric; ${quote(metric)} is none, ${suggest(metric, [...METRICS.keys()])}`
  }
  const { expected, example, parse } = UNITS[unit]
  const value = parse(text)
  if (value === undefined) {
    return `must compare ${metric} with ${expected}; write it as in "${metric} ${op} ${example}"`
  }
  // Gates that cannot fail or cannot pass look like a check and are none.
  if (value === 0 && op === '>=') return 'must be able to fail, and nothing is below 0; compare with more, or remove it'
  if (value === 0 && op === '<') return 'must be able to pass, and nothing is below 0; write == 0, or compare with more'
  return { expression: expression.trim(), metric, op: op as Operator, value, unit }
}
