/** What a handicapped server does, in memory and in virtual time; test/truth holds that it is measured as it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Handicap } from '../src/handicap.ts'
import type { Settings } from '../src/scenario.ts'
import { chat } from '../src/workloads/chat.ts'
import { echo } from '../src/workloads/echo.ts'
import { stream } from '../src/workloads/stream.ts'
import { parametersFor, runInMemory } from './memory-rig.ts'
import { checkLedger } from './result-checks.ts'

const FAULTS: Handicap = { lose: 0.1, duplicate: 0.1, reorder: 0.1 }
const many: Partial<Settings> = { connections: 4, durationNs: 500e6, timeoutNs: 300e6 }
const SETTLE_NS = 500e6

test('echo: what was lost, doubled and overtaken is in the ledger to the message', async () => {
  const { trial } = await runInMemory(echo, { settings: many, handicap: FAULTS, settleNs: SETTLE_NS })
  checkLedger(trial)
  const { counts, injected } = trial
  assert.ok(injected && injected.lost > 50 && injected.duplicated > 50 && injected.reordered > 50)
  assert.deepEqual(
    [counts.lost + counts.timedOut, counts.duplicate, counts.outOfOrder],
    [injected.lost, injected.duplicated, injected.reordered],
  )
  assert.match(trial.workload.notes[0] ?? '', /handicapped on purpose: 10 % of the messages lost, 10 % doubled/)
})

test('stream: a server that sets the pace is worse at sending, each channel for itself', async () => {
  const parameters = parametersFor(stream, { slow: undefined })
  const { trial } = await runInMemory(stream, { settings: many, parameters, handicap: FAULTS, settleNs: SETTLE_NS })
  checkLedger(trial)
  const { counts, injected } = trial
  assert.ok(injected && injected.lost > 50 && injected.duplicated > 50 && injected.reordered > 50)
  assert.deepEqual(
    [counts.lost + counts.timedOut, counts.duplicate, counts.outOfOrder],
    [injected.lost, injected.duplicated, injected.reordered],
  )
})

test('nothing befalls warm-up messages, and the seed decides whom', async () => {
  const run = { settings: { ...many, warmupNs: 200e6 }, handicap: FAULTS, settleNs: SETTLE_NS }
  const [one, other] = [await runInMemory(echo, run), await runInMemory(echo, run)]
  const { injected, counts } = one.trial
  assert.equal(counts.lost + counts.timedOut, injected?.lost)
  assert.equal(counts.duplicate, injected?.duplicated)
  assert.deepEqual(injected, other.trial.injected)
})

test('a delay is added to every message, and to none of it less', async () => {
  for (const [workload, parameters] of [
    [echo, {}],
    [stream, parametersFor(stream, { slow: undefined })],
  ] as const) {
    const { trial } = await runInMemory(workload, { parameters, handicap: { delayNs: 20e6 } })
    checkLedger(trial)
    assert.equal(trial.counts.delivered, trial.counts.expected)
    const { min, max } = trial.latency.response ?? {}
    assert.ok((min ?? 0) >= 20e6 && (max ?? 0) < 25e6, `${workload.name}: ${min} to ${max}`)
  }
})

test('a limit lets through so many a second, and the rest waits in order', async () => {
  const { trial } = await runInMemory(echo, { handicap: { limitPerSec: 1000 }, settleNs: SETTLE_NS })
  checkLedger(trial)
  const { counts, latency } = trial
  assert.deepEqual([counts.delivered, counts.outOfOrder], [counts.expected, 0])
  // 2,000/s are offered for 100 ms: the last one waits as long again.
  assert.ok((latency.response?.max ?? 0) >= 99e6)
  assert.ok(trial.load.achievedPerSec <= 1010)
})

test('what would be held back beyond bounds makes the client wait, and is not lost', async () => {
  const settings = {
    ...many,
    timeoutNs: 5e9,
    highWaterBytes: 1000,
    load: { model: 'saturate' } as const,
    connections: 1,
  }
  const { trial } = await runInMemory(echo, {
    settings: { ...settings, payload: { sizeBytes: 1e6, kind: 'text' }, durationNs: 300e6 },
    handicap: { delayNs: 200e6 },
    settleNs: 5e9,
  })
  checkLedger(trial)
  assert.equal(trial.counts.delivered, trial.counts.expected)
  assert.ok(trial.counts.delivered > 60, 'more than there is room for')
})

test('with rooms, joining and leaving are let through, and each leg of the ledger closes', async () => {
  const parameters = parametersFor(chat, { rooms: 2, stay: 300e6, away: 100e6 })
  const settings = { ...many, payload: { sizeBytes: 400, kind: 'json' } as const }
  const { trial } = await runInMemory(chat, { settings, parameters, handicap: FAULTS, settleNs: SETTLE_NS })
  checkLedger(trial)
  assert.deepEqual(
    trial.reasons.filter(({ code }) => code === 'workload'),
    [],
  )
  assert.ok((trial.injected?.lost ?? 0) > 10)
  assert.equal(trial.counts.duplicate, trial.injected?.duplicated)
})
