import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Figure, metricNames } from '../metric.ts'
import { figuresOf, parseThreshold } from './threshold.ts'

const figure = (unit: Figure['unit']): Omit<Figure, 'name'> => ({
  unit,
  better: 'lower',
  head: 'x',
  rank: 'full',
  text: 'x',
})
const own = {
  'spread.p99': figure('ns'),
  fairness: figure('share'),
  'buffer.largest': figure('bytes'),
  opened: figure('connections/s'),
  acks: figure('count'),
  'storm.ratio99': figure('ratio'),
}
const figures = figuresOf({ figures: own })

for (const [expression, metric, op, value, unit] of [
  ['latency.p99 < 20ms', 'latency.p99', '<', 20e6, 'ns'],
  ['latency.p999<=1.5s', 'latency.p999', '<=', 1.5e9, 'ns'],
  ['  service.max  >  50us  ', 'service.max', '>', 50e3, 'ns'],
  ['sendLag.p50 < 1ms', 'sendLag.p50', '<', 1e6, 'ns'],
  ['delivery.lost == 0', 'delivery.lost', '==', 0, 'count'],
  ['delivery.timedOut <= 5', 'delivery.timedOut', '<=', 5, 'count'],
  ['rate.achieved >= 1900/s', 'rate.achieved', '>=', 1900, 'messages/s'],
  ['throughput.bytesPerSec > 1MiB/s', 'throughput.bytesPerSec', '>', 2 ** 20, 'bytes/s'],
  ['throughput.bytesPerSec > 60kB/min', 'throughput.bytesPerSec', '>', 1000, 'bytes/s'],
  ['cpu.serverPerMessageNs < 50us', 'cpu.serverPerMessageNs', '<', 50e3, 'ns'],
  ['send.errors == 0', 'send.errors', '==', 0, 'count'],
  ['spread.p99 < 5ms', 'spread.p99', '<', 5e6, 'ns'],
  ['fairness >= 95 %', 'fairness', '>=', 0.95, 'share'],
  ['fairness >= 0.95', 'fairness', '>=', 0.95, 'share'],
  ['buffer.largest <= 1MiB', 'buffer.largest', '<=', 2 ** 20, 'bytes'],
  ['acks < 1.5', 'acks', '<', 1.5, 'count'],
  ['opened >= 500/s', 'opened', '>=', 500, 'connections/s'],
  ['storm.ratio99 < 2.5', 'storm.ratio99', '<', 2.5, 'ratio'],
  ['rate.achieved > 60/min', 'rate.achieved', '>', 1, 'messages/s'],
] as const) {
  test(`reads ${expression}`, () => {
    assert.deepEqual(parseThreshold(expression, figures), { expression: expression.trim(), metric, op, value, unit })
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
  ['spraed.p99 < 5ms', /^must name a known metric; "spraed.p99" is none, did you mean "spread.p99"\?$/],
  ['fairness > fair', /^must compare fairness with a share; write it as in "fairness > 99 %"$/],
  ['buffer.largest < 5ms', /^must compare buffer.largest with a size; /],
  ['throughput.bytesPerSec > 1MiB', /^must compare throughput.bytesPerSec with a size a second; /],
  ['spread.p99 < 5', /^must compare spread.p99 with a time; /],
  ['delivery.lost >= 0', /^must be able to fail/],
  ['latency.p99 < 0s', /^must be able to pass/],
  [`latency.p99 < ${' '.repeat(1e5)}20ms`, /^must compare a metric/],
] as const) {
  test(`refuses ${expression.slice(0, 40)}`, () => {
    const got = parseThreshold(expression, figures)
    assert.ok(typeof got === 'string')
    assert.match(got, problem)
  })
}

test('thresholds may name every metric, and the figures of the workload', () => {
  assert.deepEqual([...figures.keys()], [...metricNames, ...Object.keys(own)])
  assert.deepEqual([...figuresOf({ figures: {} }).keys()], metricNames)
})
