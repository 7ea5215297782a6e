import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metricNames } from '../metric.ts'
import { METRICS, parseThreshold } from './threshold.ts'

for (const [expression, metric, op, value, unit] of [
  ['latency.p99 < 20ms', 'latency.p99', '<', 20e6, 'ns'],
  ['latency.p999<=1.5s', 'latency.p999', '<=', 1.5e9, 'ns'],
  ['  service.max  >  50us  ', 'service.max', '>', 50e3, 'ns'],
  ['sendLag.p50 < 1ms', 'sendLag.p50', '<', 1e6, 'ns'],
  ['delivery.lost == 0', 'delivery.lost', '==', 0, 'count'],
  ['delivery.timedOut <= 5', 'delivery.timedOut', '<=', 5, 'count'],
  ['rate.achieved >= 1900/s', 'rate.achieved', '>=', 1900, 'perSec'],
  ['rate.achieved > 60/min', 'rate.achieved', '>', 1, 'perSec'],
] as const) {
  test(`reads ${expression}`, () => {
    assert.deepEqual(parseThreshold(expression), { expression: expression.trim(), metric, op, value, unit })
  })
}

for (const [expression, problem] of [
  ['', /^must compare a metric with a value by <, <=, >, >=, ==; /],
  ['latency.p99', /^must compare a metric/],
  ['latency.p99 = 20ms', /^must compare a metric/],
  ['latency.p99 != 20ms', /^must compare a metric/],
  ['latency.p99 << 20ms', /^must compare a metric/],
  ['20ms > latency.p99', /^must name a known metric; "20ms" is none, /],
  ['1 < latency.p99 < 2', /^must compare a metric/],
  ['latency.p98 < 20ms', /^must name a known metric; "latency.p98" is none, did you mean "latency.p9\d"\?$/],
  ['toString < 20ms', /^must name a known metric; "toString" is none, known are latency.p50, /],
  ['latency.p99 < 20', /^must compare latency.p99 with a time; write it as in "latency.p99 < 20ms"$/],
  ['latency.p99 < -20ms', /^must compare latency.p99 with a time/],
  ['delivery.lost == 1ms', /^must compare delivery.lost with a whole number; /],
  ['delivery.lost == 0.5', /^must compare delivery.lost with a whole number; /],
  ['rate.achieved > fast', /^must compare rate.achieved with a rate; /],
  ['delivery.lost >= 0', /^must be able to fail/],
  ['latency.p99 < 0s', /^must be able to pass/],
  [`latency.p99 < ${' '.repeat(1e5)}20ms`, /^must compare a metric/],
] as const) {
  test(`refuses ${expression.slice(0, 40)}`, () => {
    const got = parseThreshold(expression)
    assert.ok(typeof got === 'string')
    assert.match(got, problem)
  })
}

test('every metric that a threshold may name is one that is computed', () => {
  const unknown = [...METRICS.keys()].filter((name) => !metricNames.some((known) => known === name))
  assert.deepEqual(unknown, [])
})
