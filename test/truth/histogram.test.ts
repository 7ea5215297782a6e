/** From the samples of several processes to the figures of a trial's record: nothing is lost on the way, nothing invented. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from '../../src/engine/random.ts'
import { quantiles } from '../../src/metric.ts'
import { assembleTrial } from '../../src/runner/assemble.ts'
import { echo } from '../../src/workloads/echo.ts'
import { memoryTransport } from '../memory-transport.ts'
import {
  gotOf,
  handedOver,
  outcomeOf,
  plannedWith,
  recordingOf,
  type Sample,
  sentOf,
  window,
} from '../outcome-fixture.ts'

const SAMPLES = 20_000
/** What the histogram states: no bucket is wider than this share of its values. */
const PRECISION = 1 / 1024

/** Log-normal service times with a tail, and send lags of their own. */
function samples(): Sample[] {
  const random = seededRandom(11)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: SAMPLES }, (_, index) => {
    const intendedNs = window.warmNs + Math.floor((index * (window.endNs - window.warmNs)) / SAMPLES)
    const lagNs = Math.floor(random() * 50e3)
    const serviceNs = Math.floor(300e3 * Math.exp(0.8 * normal()) * (random() < 0.02 ? 40 : 1))
    return { intendedNs, lagNs, nowNs: intendedNs + lagNs + serviceNs }
  })
}

/** The record of a trial whose samples are dealt out over so many client processes. */
function recordedBy(processes: number, all: readonly Sample[]) {
  const reports = Array.from({ length: processes }, (_, index) => {
    const own = all.filter((_, at) => at % processes === index)
    return handedOver('client', { part: { got: [gotOf(index, own.length)] }, recording: recordingOf(own) }, index)
  })
  const sents = reports.map(({ report }, index) => sentOf(index, report.part.got[0]?.next ?? 0))
  const told = { workload: echo, traits: memoryTransport().traits, workers: processes, startedAt: '' }
  return assembleTrial(plannedWith(), told, outcomeOf({ sents, reports }))
}

test('the histograms of several processes, merged, are the histogram of one that recorded it all', () => {
  const all = samples()
  const one = recordedBy(1, all)
  assert.equal(one.latency.response?.count, SAMPLES)
  for (const processes of [2, 7, 32]) {
    const { latency, timeline } = recordedBy(processes, all)
    assert.deepEqual(latency, one.latency, `${processes} processes`)
    assert.deepEqual(timeline, one.timeline, `${processes} processes`)
  }
})

test('every percentile of a record is that of the sorted samples, within the precision that the histogram states', () => {
  const all = samples()
  const { latency } = recordedBy(3, all)
  for (const [kind, sampleOf] of [
    ['response', ({ nowNs, intendedNs }: Sample) => nowNs - intendedNs],
    ['service', ({ nowNs, intendedNs, lagNs }: Sample) => nowNs - intendedNs - lagNs],
    ['sendLag', ({ lagNs }: Sample) => lagNs],
  ] as const) {
    const sorted = all.map(sampleOf).sort((one, other) => one - other)
    const figures = latency[kind]
    assert.deepEqual([figures?.min, figures?.max], [sorted[0], sorted.at(-1)], `the extremes of ${kind} are exact`)
    for (const name of ['p50', 'p90', 'p99', 'p999'] as const) {
      const exact = sorted[Math.ceil(quantiles[name] * SAMPLES - 1e-6) - 1] ?? Number.NaN
      const figure = figures?.[name] ?? Number.NaN
      assert.ok(figure >= exact && figure <= exact * (1 + PRECISION), `${kind} ${name}: ${figure}, sorted ${exact}`)
    }
  }
})
