import assert from 'node:assert/strict'
import test from 'node:test'
import { memoryTransport } from '../../test/memory-transport.ts'
import {
  gotOf,
  handedOver,
  outcomeOf,
  plannedWith,
  recordingOf,
  type Sample,
  sentOf,
  settings,
  usage,
  window,
} from '../../test/outcome-fixture.ts'
import type { Report } from '../control.ts'
import { seededRandom } from '../engine/random.ts'
import { Recorder } from '../engine/recorder.ts'
import { samplesNeeded } from '../metric.ts'
import type { Recording } from '../recording.ts'
import type { Latency, Trial } from '../result.ts'
import type { Settings } from '../scenario.ts'
import { echo } from '../workloads/echo.ts'
import { assembleTrial, type Told, unsupportedTrial } from './assemble.ts'
import type { TrialOutcome } from './trial.ts'

const STARTED = '2026-01-02T03:04:05.678Z'

const told = (workers: number): Told => ({
  workload: {
    ...echo,
    figures: {
      rooms: { head: 'rooms', unit: 'count', better: 'none', rank: 'full', text: 'How many rooms there were.' },
      'spread.p50': {
        head: 'spread p50',
        unit: 'ns',
        better: 'lower',
        rank: 'full',
        text: 'From first to last.',
        of: ['spread', 'p50'],
      },
      'spread.ratio': {
        head: 'max/p50',
        unit: 'ratio',
        better: 'lower',
        rank: 'full',
        text: 'How unlike they are.',
        of: ['spread', 'max'],
        per: ['spread', 'p50'],
      },
      'spread.none': {
        head: 'of nothing',
        unit: 'ratio',
        better: 'lower',
        rank: 'full',
        text: 'Of what was never recorded.',
        of: ['spread', 'max'],
        per: ['nothing', 'p50'],
      },
    },
    conclude: ({ reports }) => ({
      figures: { rooms: reports.reduce((sum, { part }) => sum + Number(part.found?.rooms ?? 0), 0) },
      details: { groups: reports.map(({ group }) => group) },
    }),
  },
  traits: { ...memoryTransport().traits },
  workers,
  startedAt: STARTED,
})

function assemble(outcome: Partial<TrialOutcome>, changes: Partial<Settings> = {}): Trial {
  return assembleTrial(plannedWith(changes), told(1), outcomeOf(outcome))
}

/** Response times 1, 2, … `count` ns, each with a lag of its half: below 2048 the histogram tells them exactly. */
function rising(count: number): Sample[] {
  return Array.from({ length: count }, (_, index) => {
    const intendedNs = window.warmNs + index
    return { intendedNs, nowNs: intendedNs + index + 1, lagNs: Math.floor((index + 1) / 2) }
  })
}

/** So many messages evenly over the window; every hundredth takes longest. */
function steady(count: number): Sample[] {
  const everyNs = Math.floor((window.endNs - window.warmNs) / count)
  return Array.from({ length: count }, (_, index) => {
    const intendedNs = window.warmNs + index * everyNs
    return { intendedNs, nowNs: intendedNs + (index % 100) + 1, lagNs: 0 }
  })
}

const percentilesOf = ({ p50, p90, p99, p999 }: Latency) => ({ p50, p90, p99, p999 })

const missing: ReadonlyArray<readonly [name: string, outcome: Partial<TrialOutcome>]> = [
  ['lost', { sents: [sentOf(0, 2000)], reports: [handedOver('client', { part: { got: [lossy(2000, 30)] } })] }],
  ['skipped', unsent({ skipped: 30 })],
  ['not sent on a closed channel', unsent({ errors: { 'channel-closed': 30 } })],
]

/** Got all but the first `lost` messages. */
function lossy(sent: number, lost: number) {
  return gotOf(0, sent, { missing: [[0, lost]] })
}

function unsent(fate: Partial<Parameters<typeof sentOf>[2]>): Partial<TrialOutcome> {
  return {
    sents: [sentOf(0, 1970, { scheduled: 2000, ...fate })],
    reports: [handedOver('client', { part: { got: [gotOf(0, 1970)] } })],
  }
}

for (const [name, { sents = [], reports = [] }] of missing) {
  test(`what was ${name} counts as the slowest in response and service times, and lags miss nothing`, () => {
    const [{ member, report }] = reports as [TrialOutcome['reports'][number]]
    const recording = recordingOf(rising(1970))
    const { latency, counts } = assemble({ sents, reports: [{ member, report: { ...report, recording } }] })
    assert.equal(counts.delivered, 1970)
    const { response, service, sendLag } = latency
    assert.ok(response && service && sendLag)
    // 1.5 % never came: the 99th percentile lies among them. Of 2000, 1800 do not exceed the 90th.
    assert.deepEqual(percentilesOf(response), { p50: 1000, p90: 1800, p99: null, p999: null })
    assert.deepEqual(percentilesOf(service), { p50: 500, p90: 900, p99: null, p999: null })
    assert.deepEqual([response.count, response.min, response.max], [1970, 1, 1970], 'of what came, exactly')
    // Of 1970 lags, those that are known.
    assert.deepEqual(percentilesOf(sendLag), { p50: 492, p90: 886, p99: 975, p999: null })
  })
}

test('one stall is one event, however many messages it holds up: no p99.9 comes of it, and the p99 is told of', () => {
  const count = samplesNeeded('p999')
  const atOnceNs = window.warmNs + 1e9
  const stalled = steady(count).map(({ intendedNs, nowNs, lagNs }) => {
    const held = intendedNs > atOnceNs - 50e6 && intendedNs < atOnceNs
    return { intendedNs, lagNs, nowNs: held ? atOnceNs : nowNs }
  })
  const trial = assemble({
    sents: [sentOf(0, count)],
    reports: [handedOver('client', { part: { got: [gotOf(0, count)] }, recording: recordingOf(stalled) })],
  })
  const { response, service } = trial.latency
  assert.deepEqual([response?.p999, service?.p999], [null, null])
  assert.ok((response?.p99 ?? 0) > 20e6, 'a fortieth of the window')
  assert.deepEqual(
    trial.warnings.map(({ code }) => code),
    ['few-excursions'],
  )
  assert.match(trial.warnings[0]?.message ?? '', /^distinct slow moments behind p99: 1, p99\.9: 1; 5 are wanted$/)
  assert.equal(trial.verdict, 'valid', 'it says what a figure is made of')
})

test('a percentile is shown only from so many messages on as it needs', () => {
  for (const name of ['p50', 'p90', 'p99', 'p999'] as const) {
    for (const [count, shown] of [
      [samplesNeeded(name) - 1, false],
      [samplesNeeded(name), true],
    ] as const) {
      const recording = recordingOf(steady(count))
      const { latency } = assemble({
        sents: [sentOf(0, count)],
        reports: [handedOver('client', { part: { got: [gotOf(0, count)] }, recording })],
      })
      for (const part of [latency.response, latency.service, latency.sendLag]) {
        assert.equal(part?.[name] !== null, shown, `${name} of ${count}`)
      }
    }
  }
  assert.deepEqual(
    (['p50', 'p90', 'p99', 'p999'] as const).map(samplesNeeded),
    [20, 100, 1000, 10_000],
    '10 messages lie beyond each',
  )
})

/** Messages of three sources over the whole window, some of which come after its end. */
function traffic(): Sample[][] {
  const random = seededRandom(3)
  return [0, 1, 2].map((source) =>
    Array.from({ length: 1500 }, (_, index) => {
      const intendedNs = window.warmNs + index * 1.3e6 + source
      const lagNs = Math.floor(random() * 1e6)
      return { intendedNs, lagNs, nowNs: intendedNs + lagNs + Math.floor(random() * 3e8) }
    }),
  )
}

test('several processes add up to what one alone would have recorded', () => {
  const sources = traffic()
  const sents = sources.map(({ length }, source) => sentOf(source, length))
  const client = (numbers: readonly number[], index: number) =>
    handedOver(
      'client',
      {
        part: { got: numbers.map((source) => gotOf(source, sources[source]?.length ?? 0)) },
        recording: recordingOf(numbers.flatMap((source) => sources[source] ?? [])),
      },
      index,
    )
  const one = assemble({ sents, reports: [client([0, 1, 2], 0)] })
  const several = assemble({ sents, reports: [client([1], 0), handedOver('server'), client([2], 1), client([0], 2)] })
  assert.deepEqual(several.latency, one.latency)
  assert.deepEqual(several.timeline, one.timeline)
  assert.deepEqual(several.counts, one.counts)
  assert.deepEqual(several.load, one.load)
  assert.equal(one.latency.response?.count, 4500)
  assert.deepEqual(
    one.timeline.map(({ atNs }) => atNs),
    [0, 1e9, 2e9],
    'by the second, in order, the receipts after the end in one of their own',
  )
  for (const [index, { delivered, max, p50, p99 }] of one.timeline.entries()) {
    const there = sources.flat().filter(({ nowNs }) => Math.floor((nowNs - window.warmNs) / 1e9) === index)
    const slowest = Math.max(...there.map(({ nowNs, intendedNs }) => nowNs - intendedNs))
    assert.deepEqual([delivered, max], [there.length, slowest])
    assert.ok(p50 !== null && p99 !== null && p50 < p99 && p99 <= slowest)
  }
})

test('achieved counts what was received inside the window, of all processes', () => {
  const withReceipts = (inside: number, after: number): Recording => {
    const recorder = new Recorder(true)
    recorder.open(window)
    for (let count = 0; count < inside; count++) recorder.received(window.endNs - 1, window.warmNs)
    for (let count = 0; count < after; count++) recorder.received(window.endNs, window.warmNs)
    return recorder.finish()
  }
  const { load } = assemble({
    reports: [
      handedOver('client', { recording: withReceipts(300, 50) }),
      handedOver('client', { recording: withReceipts(100, 7) }),
    ],
  })
  assert.equal(load.achievedPerSec, 400 / (settings.durationNs / 1e9))
})

test('bytes are the clients’ side alone, and processes are all of them', () => {
  const { bytes, processes } = assemble({
    reports: [
      handedOver('server', {
        wire: { up: 5000, down: 7000 },
        payload: { up: 11_000, down: 13_000 },
        messages: { up: 500, down: 600 },
      }),
      handedOver('client', { wire: { up: 10, down: 20 }, payload: { up: 3, down: 4 }, messages: { up: 1, down: 2 } }),
      handedOver('client', {
        wire: { up: 100, down: 200 },
        payload: { up: 30, down: 40 },
        messages: { up: 6, down: 7 },
        usage: { ...usage, gcNs: 99 },
      }),
    ],
  })
  assert.deepEqual(bytes, {
    payload: { up: 33, down: 44 },
    wire: { up: 110, down: 220 },
    messages: { up: 7, down: 9 },
  })
  assert.deepEqual(processes, [
    { role: 'server', group: '', ...usage },
    { role: 'client', group: 'client', ...usage },
    { role: 'client', group: 'client', ...usage, gcNs: 99 },
  ])
})

const models: ReadonlyArray<readonly [Settings['load'], requestedPerSec: number | null, inFlight: number | null]> = [
  [{ model: 'open', ratePerSec: 1000, arrivals: 'uniform' }, 1000, null],
  [{ model: 'closed', inFlight: 4 }, null, 4],
  [{ model: 'saturate' }, null, null],
]

for (const [load, requestedPerSec, inFlight] of models) {
  const open = load.model === 'open'
  test(`${load.model}: ${open ? 'lag and service time are apart' : 'no lag, and service time is response time'}`, () => {
    const outcome = {
      sents: [sentOf(0, 1500)],
      reports: [handedOver('client', { part: { got: [gotOf(0, 1500)] }, recording: recordingOf(rising(1500), open) })],
    }
    const { latency, load: record } = assemble(outcome, { load })
    assert.equal(latency.response?.count, 1500)
    if (open) {
      assert.notDeepEqual(latency.service, latency.response)
      assert.equal(latency.sendLag?.count, 1500)
    } else {
      assert.deepEqual(latency.service, latency.response)
      assert.equal(latency.sendLag, null)
    }
    assert.deepEqual(
      [record.model, record.requestedPerSec, record.inFlight, record.connections],
      [load.model, requestedPerSec, inFlight, settings.connections],
    )
  })
}

test('overhead is the wall time beyond connecting, the warm-up, the window and settling, and never below 0', () => {
  const phases = (changes: Partial<TrialOutcome>) =>
    assemble({ connectNs: 5e8, settleNs: 2e8, wallNs: 4e9, ...changes }).phases
  assert.deepEqual(phases({}), { connectNs: 5e8, settleNs: 2e8, overheadNs: 3e8 })
  assert.deepEqual(phases({ window: null }), { connectNs: 5e8, settleNs: 2e8, overheadNs: 3.3e9 })
  assert.equal(phases({ wallNs: 1e9 }).overheadNs, 0)
})

/** A process that timed something 20 times beside the latency. */
function timed(ns: number): Report['recording'] {
  const recorder = new Recorder(true)
  for (let count = 0; count < 20; count++) recorder.histogram('spread').record(ns)
  return recorder.finish()
}

test('what planned the trial, what a workload found out, and what died are in the record', () => {
  const trial = assemble({
    gone: 12,
    reports: [
      handedOver('client', { part: { got: [], found: { rooms: 3 } }, recording: timed(20) }),
      handedOver('client', { part: { got: [], found: { rooms: 5 } }, recording: timed(40) }),
    ],
  })
  const { id, subject, transport, point, block, order, startedAt, workers, durationNs } = trial
  assert.deepEqual(
    { id, subject, transport, point, block, order, startedAt, workers, durationNs },
    {
      id: '0007-memory',
      subject: 'the memory',
      transport: 'memory',
      point: { rate: '1000/s' },
      block: 2,
      order: 1,
      startedAt: STARTED,
      workers: 1,
      durationNs: settings.durationNs,
    },
  )
  const { figures, histograms, details } = trial.workload
  assert.deepEqual(figures, { rooms: 8, 'spread.p50': 20, 'spread.ratio': 2, 'spread.none': null })
  assert.deepEqual([histograms.spread?.count, histograms.spread?.max], [40, 40])
  assert.deepEqual(details, { groups: ['client', 'client'] })
  assert.equal(trial.counts.unaccounted, 12)
})

test('durations that never ended count as the longest in percentiles and maximum', () => {
  const withDue = (due: number) => {
    const plain = told(1)
    const workload = { ...plain.workload, conclude: () => ({ due: { spread: due } }) }
    const outcome = outcomeOf({ reports: [handedOver('client', { recording: timed(20) })] })
    return assembleTrial(plannedWith(), { ...plain, workload }, outcome).workload
  }
  const figuresOf = (due: number) => {
    const { 'spread.p50': p50, 'spread.ratio': ratio } = withDue(due).figures
    return [p50, ratio]
  }
  assert.deepEqual(
    [figuresOf(0), figuresOf(20)],
    [
      [20, 1],
      [20, 1],
    ],
    'all are there',
  )
  assert.deepEqual(figuresOf(40), [20, null], 'the median is the slowest that ended, and the maximum is not known')
  assert.deepEqual(figuresOf(41), [null, null])
  assert.equal(withDue(41).histograms.spread?.count, 20)
})

test('what receivers apart miss is not missing from the latency of the others', () => {
  const samples = Array.from({ length: 20 }, (_, at) => {
    return { intendedNs: window.warmNs + at, nowNs: window.warmNs + at + 5, lagNs: 0 }
  })
  const got = [gotOf(0, 20), gotOf(1, 0, { apart: true })]
  const reports = [handedOver('client', { part: { got }, recording: recordingOf(samples) })]
  const { latency, counts } = assemble({ sents: [sentOf(0, 20), sentOf(1, 30)], reports })
  assert.deepEqual([counts.expected, counts.delivered, latency.response?.p50], [50, 20, 5])
})

test('a pair that cannot work: nothing was measured, and the one reason says why', () => {
  const trial = unsupportedTrial(plannedWith(), told(3), 'echo needs answers')
  assert.equal(trial.verdict, 'unsupported')
  assert.deepEqual(trial.reasons, [{ code: 'unsupported', message: 'echo needs answers' }])
  assert.deepEqual(trial.warnings, [])
  assert.deepEqual([trial.processes, trial.timeline], [[], []])
  assert.deepEqual([trial.counts.scheduled, trial.counts.expected, trial.load.achievedPerSec], [0, 0, 0])
  const nothing = { count: 0, min: null, max: null, sum: 0, p50: null, p90: null, p99: null, p999: null, hdr: '' }
  assert.deepEqual(trial.latency, { response: nothing, service: nothing, sendLag: nothing })
  assert.deepEqual([trial.workers, trial.block, trial.order], [3, 2, 1])
})
