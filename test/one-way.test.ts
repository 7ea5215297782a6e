/** Stream and upload over every real transport that can carry them, with real processes. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member, Role } from '../src/control.ts'
import type { Trial } from '../src/result.ts'
import { missingTrait } from '../src/runner/support.ts'
import type { Settings } from '../src/scenario.ts'
import { loadTransport, transportNames } from '../src/transports/index.ts'
import type { Workload } from '../src/workload.ts'
import { stream } from '../src/workloads/stream.ts'
import { upload } from '../src/workloads/upload.ts'
import { parametersFor } from './memory-rig.ts'
import { checkLedger } from './result-checks.ts'
import { isAlive, measure } from './trial-rig.ts'

const HIGH_WATER = 65_536
const LARGE = { sizeBytes: 16_384, kind: 'text' } as const
const SHORT = { warmupNs: 100e6, durationNs: 500e6 }
const saturate = { model: 'saturate' } as const
/** Two processes that do all they can keep both cores from everybody else; buffers fill within the first turns. */
const FULL_SPEED = { ...SHORT, durationNs: 200e6, load: saturate, payload: LARGE }

const streaming = parametersFor(stream, { slow: undefined })
const uploading = parametersFor(upload, { ackEvery: 4, ackAfter: 10e6, segment: 20, segmentAfter: 50e6 })

const run = (transport: string, workload: Workload, changes: Partial<Settings>, watch = {}) =>
  measure(transport, { ...SHORT, ...changes }, watch, undefined, workload)

/** What a busy machine may do to a trial: the load is missed. Everything else is a fault. */
function checkTrial(trial: Trial): void {
  assert.deepEqual(
    trial.reasons.filter(({ code }) => code !== 'load-not-reached'),
    [],
  )
  checkLedger(trial)
  const { counts, latency } = trial
  assert.ok(counts.sent > 0)
  assert.deepEqual([counts.delivered, counts.expected], [counts.sent, counts.sent], 'all that was sent arrived')
  assert.deepEqual([counts.duplicate, counts.outOfOrder, counts.corrupt, counts.late], [0, 0, 0, 0])
  const apart = trial.workload.histograms.slow?.count ?? 0
  assert.equal((latency.response?.count ?? 0) + apart, counts.delivered)
}

function assertBounded({ workload: { figures } }: Trial): void {
  const largest = figures['buffer.largest'] ?? 0
  assert.ok(largest >= HIGH_WATER, `${largest}: it was full`)
  assert.ok(largest < 2 * HIGH_WATER, `${largest}: and held no more than that`)
}

/** Runs where the traits allow it; else the trial must say which one is missing. */
function carried(name: string, transport: string, workload: Workload, body: () => Promise<void>): void {
  test(`${transport}: ${name}`, async () => {
    const missing = missingTrait(workload, (await loadTransport(transport)).traits)
    if (missing === undefined) return body()
    const { verdict, reasons } = await run(transport, workload, { parameters: {} })
    assert.equal(verdict, 'unsupported')
    assert.deepEqual(reasons, [{ code: 'unsupported', message: missing }])
  })
}

for (const transport of transportNames) {
  carried('a stream at a rate, over two client processes', transport, stream, async () => {
    const trial = await run(transport, stream, { workers: 2, connections: 5, parameters: streaming })
    checkTrial(trial)
    assert.equal(trial.counts.scheduled, 250)
    assert.equal(trial.bytes.payload.up, 0)
    assert.ok(trial.bytes.wire.down > trial.bytes.payload.down)
  })

  carried(
    'a saturated stream with a slow consumer: the server buffers no more than a channel holds',
    transport,
    stream,
    async () => {
      // It does not read before the window has ended.
      const parameters = parametersFor(stream, { slow: { connections: 1, pause: 60e9 } })
      // Long enough for the others to get several times what the kernels hold for the slow one.
      const trial = await run(transport, stream, { ...FULL_SPEED, durationNs: 500e6, parameters })
      checkTrial(trial)
      assertBounded(trial)
      const { slow: slowed } = trial.workload.histograms
      // One of four connections: what it was sent is what fits between the two processes.
      assert.ok((slowed?.count ?? 0) * 3 < (trial.latency.response?.count ?? 0), 'the others do not wait for it')
    },
  )

  carried('an upload at a rate, over two client processes', transport, upload, async () => {
    const trial = await run(transport, upload, { workers: 2, connections: 5, parameters: uploading })
    checkTrial(trial)
    assert.equal(trial.counts.scheduled, 250)
    assert.ok((trial.workload.figures['acks.perMessage'] ?? 0) > 0)
    assert.equal(trial.workload.histograms.oneWay?.count, trial.counts.delivered)
    assert.ok(
      (trial.workload.histograms.oneWay?.sum ?? 0) < (trial.latency.response?.sum ?? 0),
      'the way back comes after',
    )
    assert.deepEqual(trial.workload.details, { missingAtServer: 0 })
  })

  carried('a saturated upload: the client buffers no more than a channel holds', transport, upload, async () => {
    const trial = await run(transport, upload, { ...FULL_SPEED, parameters: uploading })
    checkTrial(trial)
    assertBounded(trial)
  })
}

// One for each way to answer.
for (const transport of ['tcp', 'grpc-unary', 'grpc-client-stream']) {
  carried('an upload in a closed loop', transport, upload, async () => {
    const load = { model: 'closed', inFlight: 8 } as const
    const trial = await run(transport, upload, { load, durationNs: 200e6, parameters: uploading })
    checkTrial(trial)
  })
}

/** Kills a process of a role as soon as it has told that it measures. */
function killing(role: Role) {
  const members: Member[] = []
  return {
    members,
    async measuring(_: unknown, all: readonly Member[]) {
      members.push(...all)
      const victim = all.find((member) => member.role === role)
      assert.ok(victim)
      // Members report their counts once a second.
      while (victim.progress.measured + victim.progress.received === 0 && isAlive(victim.pid)) await sleep(20)
      process.kill(victim.pid, 'SIGKILL')
    },
  }
}

/** Fails by its length when something hangs: the window is longer than any death takes to be noticed. */
async function killed(role: Role, workload: Workload, load: Settings['load']): Promise<Trial> {
  const watcher = killing(role)
  const parameters = workload === stream ? streaming : uploading
  const trial = await run('tcp', workload, { load, workers: 2, durationNs: 60e9, parameters }, watcher)
  assert.equal(trial.verdict, 'invalid')
  checkLedger(trial)
  assert.ok(trial.timeline.length < 30, 'it ended with the death, not with the window')
  for (const { pid } of watcher.members) assert.ok(!isAlive(pid), 'no process is left')
  return trial
}

/** So slow that processes sleep in between: waiting for 1000/s keeps a core busy in each. */
const atARate = { model: 'open', ratePerSec: 200, arrivals: 'uniform' } as const

// Each side that sends, and each way to pace it.
for (const [workload, load] of [
  [stream, saturate],
  [upload, atARate],
] as const) {
  test(`${workload.name}, ${load.model}: a client killed while measuring makes the trial invalid, and nothing hangs`, async () => {
    const { reasons, counts } = await killed('client', workload, load)
    assert.deepEqual(reasons, [{ code: 'client-died', message: 'client process 0 was killed by SIGKILL' }])
    assert.ok(counts.unaccounted > 0, 'what the dead process had been sent, or had last reported as sent')
    assert.ok(counts.delivered > 0, 'what the other process did is kept')
  })
}

test('stream: a server killed while measuring takes along what it had sent', async () => {
  const { reasons, counts } = await killed('server', stream, atARate)
  assert.deepEqual(reasons, [{ code: 'server-died', message: 'the server process was killed by SIGKILL' }])
  assert.ok(counts.unaccounted > 0, 'as it had last reported')
  assert.equal(counts.expected, counts.unaccounted)
})

test('upload: a server killed while measuring leaves what is not acknowledged lost', async () => {
  const { reasons, counts } = await killed('server', upload, atARate)
  assert.deepEqual(reasons, [{ code: 'server-died', message: 'the server process was killed by SIGKILL' }])
  assert.ok(counts.delivered > 0)
  assert.equal(counts.unaccounted, 0, 'the clients kept the accounts')
})
