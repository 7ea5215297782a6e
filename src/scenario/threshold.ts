import { metrics, type Unit } from '../metric.ts'
import type { WorkloadSpec } from '../workload.ts'
import { quote } from './quote.ts'
import { suggest } from './suggest.ts'
import { bytesPerSec, durationNs, ratePerSec, shareOf, sizeBytes } from './units.ts'

const OPERATORS = ['<', '<=', '>', '>=', '=='] as const
export type Operator = (typeof OPERATORS)[number]

/** A condition that every cell has to meet: `latency.p99 < 20ms`. */
export interface Threshold {
  /** As the user wrote it. */
  readonly expression: string
  readonly metric: string
  readonly op: Operator
  /** In `unit`. */
  readonly value: number
  readonly unit: Unit
}

/** What thresholds may name, and what each is counted in. */
export type Figures = ReadonlyMap<string, Unit>

/** Every metric there is, and the workload's own figures. */
export function figuresOf({ figures }: Pick<WorkloadSpec, 'figures'>): Figures {
  const known = [...Object.entries(metrics), ...Object.entries(figures)]
  return new Map(known.map(([name, { unit }]) => [name, unit]))
}

interface Written {
  readonly expected: string
  readonly example: string
  parse(text: string): number | undefined
}

const matching = (shape: RegExp) => (text: string) => (shape.test(text) ? Number(text) : undefined)

const WHOLE: Written = { expected: 'a whole number', example: '0', parse: matching(/^\d{1,15}$/) }

const NUMBER = matching(/^\d{1,15}(\.\d{1,9})?$/)

const UNITS: Readonly<Record<Unit, Written>> = {
  ns: { expected: 'a time', example: '20ms', parse: durationNs },
  count: { expected: 'a number', example: '0', parse: NUMBER },
  'messages/s': { expected: 'a rate', example: '2000/s', parse: ratePerSec },
  'connections/s': { expected: 'a rate', example: '2000/s', parse: ratePerSec },
  'bytes/s': { expected: 'a size a second', example: '10MiB/s', parse: bytesPerSec },
  bytes: { expected: 'a size', example: '64KiB', parse: sizeBytes },
  share: { expected: 'a share', example: '99 %', parse: shareOf },
  ratio: { expected: 'a number', example: '1.5', parse: NUMBER },
}

const LONGEST_CHARS = 200
const SHAPE = /^([\w.]+)\s*(<=|>=|==|<|>)\s*([^\s<>=][^<>=]*)$/

/** @returns what is wrong, as `requirement; remedy`, when the text is no threshold */
export function parseThreshold(expression: string, figures: Figures): Threshold | string {
  const [, metric = '', op = '', text = ''] = SHAPE.exec(expression.slice(0, LONGEST_CHARS + 1).trim()) ?? []
  if (expression.length > LONGEST_CHARS || metric === '') {
    return `must compare a metric with a value by ${OPERATORS.join(', ')}; write it as in "latency.p99 < 20ms"`
  }
  const unit = figures.get(metric)
  if (unit === undefined) {
    return `must name a known metric; ${quote(metric)} is none, ${suggest(metric, [...figures.keys()])}`
  }
  // There is no half a message; a figure of the workload's own may be a mean of counts.
  const isWhole = unit === 'count' && Object.hasOwn(metrics, metric)
  const { expected, example, parse } = isWhole ? WHOLE : UNITS[unit]
  const value = parse(text)
  if (value === undefined) {
    return `must compare ${metric} with ${expected}; write it as in "${metric} ${op} ${example}"`
  }
  // Gates that cannot fail or cannot pass look like a check and are none.
  if (value === 0 && op === '>=') return 'must be able to fail, and nothing is below 0; compare with more, or remove it'
  if (value === 0 && op === '<') return 'must be able to pass, and nothing is below 0; write == 0, or compare with more'
  return { expression: expression.trim(), metric, op: op as Operator, value, unit }
}
