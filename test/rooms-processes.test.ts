/** Rooms with real processes and sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../src/control.ts'
import { chat } from '../src/workloads/chat.ts'
import { fanOut } from '../src/workloads/fan-out.ts'
import { parametersFor } from './memory-rig.ts'
import { checkLedger } from './result-checks.ts'
import { isAlive, measure } from './trial-rig.ts'

const untilNow = new AbortController().signal

/** Two publishers, two rooms of ten. */
const fanOutSettings = {
  connections: 22,
  workers: 2,
  durationNs: 500e6,
  load: { model: 'open', ratePerSec: 100, arrivals: 'uniform' },
  parameters: parametersFor(fanOut, {
    subscribers: 20,
    publishers: 2,
    rooms: 2,
    strategy: 'immediate',
    slow: undefined,
    buffer: { limit: undefined, policy: undefined },
  }),
} as const

for (const transport of ['tcp', 'ws', 'sse', 'grpc']) {
  test(`${transport}: a fan-out over two publishers, two rooms and two processes of subscribers loses nothing`, async () => {
    const trial = await measure(transport, fanOutSettings, {}, untilNow, fanOut)
    checkLedger(trial)
    const { sent, expected, delivered, duplicate, outOfOrder, corrupt } = trial.counts
    assert.ok(sent > 0)
    assert.deepEqual({ expected, delivered }, { expected: sent * 10, delivered: sent * 10 })
    assert.deepEqual([duplicate, outOfOrder, corrupt], [0, 0, 0])
    assert.equal(trial.latency.response?.count, delivered)
    assert.equal(trial.workload.figures.completeness, 1)
    assert.equal(trial.workload.details.spreadSamples, sent, 'each message is followed over both processes')
    assert.deepEqual(trial.processes.map(({ group }) => group).sort(), ['', 'publisher', 'subscriber', 'subscriber'])
  })
}

test('ws: as fast as back-pressure allows, the server holds little and nothing is lost', async () => {
  const changes = {
    ...fanOutSettings,
    durationNs: 300e6,
    load: { model: 'saturate' },
    payload: { sizeBytes: 1024, kind: 'text' },
  } as const
  const trial = await measure('ws', changes, {}, untilNow, fanOut)
  checkLedger(trial)
  assert.ok(trial.counts.delivered > 0)
  assert.equal(trial.counts.delivered, trial.counts.expected)
  // Past the high-water mark comes what one read of each publisher's socket brings.
  assert.ok(Number(trial.workload.figures['buffer.largest']) < 1024 * 1024)
})

for (const transport of ['ws', 'sse']) {
  test(`${transport}: members who come and go get exactly their intervals`, async () => {
    const changes = {
      connections: 20,
      workers: 2,
      load: { model: 'open', ratePerSec: 200, arrivals: 'uniform' },
      payload: { sizeBytes: 160, kind: 'json' },
      parameters: parametersFor(chat, { rooms: 2, stay: 200e6, away: 100e6 }),
    } as const
    const trial = await measure(transport, changes, {}, untilNow, chat)
    checkLedger(trial)
    const { sent, expected, delivered, duplicate, outOfOrder, corrupt } = trial.counts
    assert.ok(expected > 0 && expected < sent * 10, `${expected} of ${sent} messages in rooms of ten`)
    assert.equal(delivered, expected)
    assert.deepEqual([duplicate, outOfOrder, corrupt], [0, 0, 0])
    assert.ok(Number(trial.workload.figures.leaves) > 0)
  })
}

test('a process of subscribers killed while measuring: invalid, and what it should have got is known', async () => {
  const members: Member[] = []
  const trial = await measure(
    'tcp',
    { ...fanOutSettings, durationNs: 2e9 },
    {
      async measuring(window, all) {
        members.push(...all)
        const victim = all.find(({ group }) => group === 'subscriber')
        await sleep((window.warmNs - window.startNs) / 1e6 + 700)
        victim?.kill()
      },
    },
    untilNow,
    fanOut,
  )
  assert.equal(trial.verdict, 'invalid')
  assert.deepEqual(trial.reasons, [{ code: 'client-died', message: 'client process 1 was killed by SIGKILL' }])
  checkLedger(trial)
  const { expected, unaccounted, delivered } = trial.counts
  assert.ok(unaccounted > 0, 'what the dead process should have got')
  assert.equal(expected - unaccounted, unaccounted, 'the other process has an account of as many subscribers')
  assert.ok(delivered > 0, 'what it got is kept')
  for (const { role, pid } of members) assert.ok(!isAlive(pid), `the ${role} process is gone`)
})
