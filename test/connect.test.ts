/** The connect workload: in memory in virtual time, and with real processes. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { missingTrait } from '../src/runner/support.ts'
import type { Settings } from '../src/scenario.ts'
import { loadTransport, transportNames } from '../src/transports/index.ts'
import type { Evidence } from '../src/workload.ts'
import { connect } from '../src/workloads/connect.ts'
import { memorySettings, onTheWayDown, parametersFor, runInMemory } from './memory-rig.ts'
import { checkLedger } from './result-checks.ts'
import { measure } from './trial-rig.ts'

const asked = { hold: undefined, established: { connections: 3, rate: 1000 } }

/** 200 connections in 200 ms; before them 100 ms of which the second half is calm. */
const settings: Partial<Settings> = {
  load: { model: 'open', ratePerSec: 1000, arrivals: 'uniform' },
  warmupNs: 100e6,
  durationNs: 200e6,
  workers: 2,
}

test('every connection is opened once, on schedule, and its first answer is one latency', async () => {
  const { trial } = await runInMemory(connect, { settings, parameters: parametersFor(connect, asked) })
  const { bytes, counts, workload, latency, load } = trial
  assert.deepEqual([counts.scheduled, counts.sent, counts.expected, counts.delivered], [200, 200, 200, 200])
  checkLedger(trial)
  assert.equal(latency.response?.count, 200)
  assert.equal(workload.histograms.connected?.count, 200, 'those that rehearsed in the warm-up are not among them')
  assert.ok(Number(workload.histograms.connected?.max) <= Number(latency.response?.max), 'connected before answered')
  assert.deepEqual([workload.figures.opened, workload.figures.refused], [200, 0])
  assert.equal(load.connections, 203)
  assert.ok(!trial.reasons.some(({ code }) => code === 'channels-closed'))
  assert.deepEqual(bytes.messages, { up: 550, down: 550 }, 'with those that rehearsed and those established before')
  assert.equal(bytes.payload.up, bytes.payload.down)
})

test('those established before are measured apart, in the calm and in the storm', async () => {
  const { trial } = await runInMemory(connect, { settings, parameters: parametersFor(connect, asked) })
  const { histograms, figures, details } = trial.workload
  assert.equal(histograms.calm?.count, 50, 'the second half of the warm-up')
  assert.equal(histograms.storm?.count, 200, 'the window')
  assert.deepEqual(details.established, { asked: 200, answered: 200 })
  assert.deepEqual([figures['calm.p50'], figures['established.lost']], [0, 0], 'no time passes in memory')
  assert.equal(figures['storm.p99'], null, '200 are too few')
  assert.equal(figures['storm.ratio99'], null)
})

test('without established connections there is a storm alone, and its figures of them are empty', async () => {
  const parameters = parametersFor(connect, { ...asked, established: { connections: 0, rate: 1 } })
  const { trial } = await runInMemory(connect, { settings, parameters })
  assert.deepEqual([trial.counts.delivered, trial.workload.figures['storm.p50']], [200, null])
})

test('a refused connection is counted by cause, and its message is lost in the ledger', async () => {
  const { trial } = await runInMemory(connect, {
    settings,
    parameters: parametersFor(connect, { ...asked, established: { connections: 0, rate: 1 } }),
    // 50 rehearse before the window.
    refuses: (index) => index >= 60 && index < 65,
  })
  checkLedger(trial)
  const { counts, workload } = trial
  assert.deepEqual([counts.sent, counts.lost, counts.inFlightAtEnd, counts.delivered], [200, 5, 0, 195])
  assert.deepEqual(workload.details.refused, { 'memory: refused': 5 })
  assert.deepEqual([workload.figures.refused, workload.figures.opened], [5, 195])
  assert.equal(trial.verdict, 'invalid', 'more than one in a hundred')
  const reason = trial.reasons.find(({ code }) => code === 'channels-closed')
  assert.equal(reason?.message, '5 of 200 connections were lost, e.g.: memory: refused')
})

test('what refused openings and unanswered witnesses did not measure counts as the slowest', async () => {
  const sequenceOf = (bytes: Uint8Array) => Number.parseInt(Buffer.from(bytes.subarray(7, 15)).toString('latin1'), 32)
  const { trial } = await runInMemory(connect, {
    settings,
    parameters: parametersFor(connect, asked),
    // Three witnesses and 50 rehearsals come first.
    refuses: (index) => index >= 100,
    // Witnesses alone say more than one thing; some 33 of each before the window.
    mischief: onTheWayDown((_, bytes) => (sequenceOf(bytes) >= 50 ? [] : [bytes])),
  })
  const { figures, histograms, details } = trial.workload
  assert.ok(Number(histograms.connected?.count) >= 20 && Number(histograms.storm?.count) >= 20, 'enough for a median')
  assert.deepEqual([figures['connected.p50'], figures['connected.max']], [null, null])
  assert.deepEqual(details.established, { asked: 200, answered: histograms.storm?.count })
  assert.deepEqual([figures['storm.p50'], figures['storm.ratio50'], figures['calm.p50']], [null, null, 0])
})

test('an established connection that is lost is a lost connection of the trial', () => {
  const usage = {} as Evidence['reports'][number]['usage']
  const part = { got: [], found: { witnessesLost: 2, asked: 10, answered: 10 } }
  const evidence = {
    parameters: asked,
    settings: { ...memorySettings, ...settings },
    traits: {} as Evidence['traits'],
    counts: { expected: 200, delivered: 200 },
    apart: { expected: 0, delivered: 0 },
    reports: [{ role: 'client' as const, group: 'witness', part, usage }],
  }
  const { lost, due } = connect.conclude?.(evidence) ?? {}
  assert.deepEqual(lost, { count: 2 })
  assert.equal(due?.storm, 200, 'what was due on them, whether it was sent or not')
})

test('held for a while, connections close in order and are not lost', async () => {
  const { trial } = await runInMemory(connect, {
    settings,
    parameters: parametersFor(connect, { ...asked, hold: 20e6 }),
  })
  checkLedger(trial)
  assert.deepEqual([trial.counts.delivered, trial.counts.lost], [200, 0])
  assert.ok(!trial.warnings.some(({ code }) => code === 'channels-closed'))
})

test('what is open at once is known beforehand: all of them, or as many as the hold leaves', () => {
  const whole = { ...settings, durationNs: 100e9 } as Settings
  const [all] = connect.cast(whole, asked)
  assert.deepEqual([all?.channels, all?.atOnce], [100_000, 100_000])
  const [held] = connect.cast(whole, { ...asked, hold: 4e9 })
  assert.deepEqual([held?.channels, held?.atOnce], [100_000, 5000], 'and a second of slack')
  const [chance] = connect.cast({ ...whole, load: { model: 'open', ratePerSec: 1000, arrivals: 'poisson' } }, asked)
  assert.ok(Number(chance?.channels) > 100_000, 'there may be more than expected')
})

test('a calm needs a warm-up', () => {
  const cold = { ...settings, warmupNs: 0 } as Settings
  assert.deepEqual(
    connect.check?.(cold, asked).map(({ path }) => path),
    [['warmup']],
  )
  assert.deepEqual(connect.check?.(cold, { ...asked, established: { connections: 0, rate: 1 } }), [])
})

for (const transport of transportNames) {
  const { traits } = await loadTransport(transport)
  const skip = missingTrait(connect, traits) ?? false

  test(`${transport}: a storm with real processes: all connections stand and are answered`, { skip }, async () => {
    const parameters = parametersFor(connect, { hold: 500e6, established: { connections: 5, rate: 200 } })
    const changes: Partial<Settings> = {
      connections: 205,
      load: { model: 'open', ratePerSec: 200, arrivals: 'uniform' },
      warmupNs: 400e6,
      durationNs: 1e9,
      timeoutNs: 10e9,
      parameters,
    }
    const trial = await measure(transport, changes, {}, undefined, connect)
    const { counts, workload } = trial
    const where = JSON.stringify({ counts, details: workload.details, reasons: trial.reasons })
    checkLedger(trial)
    assert.equal(counts.scheduled, 200, where)
    assert.ok(counts.sent > 0 && counts.delivered === counts.sent, where)
    assert.deepEqual([workload.figures.opened, workload.figures.refused], [counts.sent, 0], where)
    assert.equal(workload.histograms.connected?.count, counts.sent)
    assert.ok(Number(workload.histograms.storm?.count) > 0 && Number(workload.histograms.calm?.count) > 0, where)
    assert.equal(workload.figures['established.lost'], 0)
    const { 'storm.p50': storm, 'calm.p50': calm, 'storm.ratio50': ratio } = workload.figures
    assert.ok(storm && calm && ratio === storm / calm, where)
    assert.ok(!trial.reasons.some(({ code }) => code !== 'load-not-reached'), where)
    assert.ok(!trial.warnings.some(({ code }) => code === 'channels-closed'), where)
  })
}

test('a server that is gone for a while refuses: counted by cause, nothing hangs', async () => {
  const parameters = parametersFor(connect, { hold: undefined, established: { connections: 2, rate: 50 } })
  const changes: Partial<Settings> = {
    connections: 202,
    load: { model: 'open', ratePerSec: 200, arrivals: 'uniform' },
    warmupNs: 200e6,
    durationNs: 1e9,
    parameters,
  }
  const trial = await measure('tcp', changes, {}, undefined, {
    ...connect,
    incidents: () => [{ kind: 'restart-server', atNs: 300e6, downNs: 200e6 }],
  })
  checkLedger(trial)
  const { figures, details } = trial.workload
  assert.ok(Number(figures.refused) > 0)
  assert.ok(
    Number(figures.refused) + Number(figures.opened) === trial.counts.sent,
    JSON.stringify([figures, trial.counts]),
  )
  assert.ok(trial.counts.lost >= Number(figures.refused), JSON.stringify(trial.counts))
  assert.ok(Object.keys(details.refused as object).some((cause) => cause.includes('ECONNREFUSED')))
  assert.equal(figures['established.lost'], 2)
  assert.equal(trial.verdict, 'invalid')
})
