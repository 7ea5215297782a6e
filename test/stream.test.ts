/** The stream workload on a transport in memory, which can be made to misbehave. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { missingTrait } from '../src/runner/support.ts'
import { stream } from '../src/workloads/stream.ts'
import {
  type MemoryRun,
  type MemoryTrial,
  memorySettings,
  onTheWayDown,
  parametersFor,
  runInMemory,
} from './memory-rig.ts'

const plain = parametersFor(stream, { slow: undefined })

const run = (more: MemoryRun = {}): Promise<MemoryTrial> => runInMemory(stream, { parameters: plain, ...more })

test('a transport that behaves: the server keeps to the schedule, and every message comes once', async () => {
  const { trial, recordings, sents } = await run({ settings: { connections: 7, workers: 2 } })
  const [server, ...clients] = recordings
  assert.deepEqual([trial.counts.scheduled, trial.counts.delivered, trial.counts.expected], [200, 200, 200])
  assert.equal(sents.length, 7, 'a source for each connection')
  assert.equal(trial.latency.response?.count, 200)
  assert.equal(server?.sendLag?.count, 200, 'the lateness of the server')
  assert.equal(clients.length, 2)
  for (const { sendLag } of clients) assert.equal(sendLag?.count, 0)
  const { duplicate, outOfOrder, corrupt, late } = trial.counts
  assert.deepEqual([duplicate, outOfOrder, corrupt, late], [0, 0, 0, 0])
  assert.deepEqual(trial.bytes.payload, { up: 0, down: 200 * 100 })
  assert.deepEqual(trial.reasons, [])
})

test('loss, duplicates, damage and disorder are found, each exactly', async () => {
  let held: Uint8Array | undefined
  const mischief = onTheWayDown((index, bytes) => {
    if (index === 10 || index === 20) return []
    if (index === 30) return [bytes, bytes, bytes]
    if (index === 40) bytes[99] = (bytes[99] ?? 0) ^ 4
    if (index === 50) bytes[3] = (bytes[3] ?? 0) ^ 4
    if (index === 60) {
      held = bytes
      return []
    }
    const released = held ? [bytes, held] : [bytes]
    held = undefined
    return released
  })
  const { trial } = await run({ mischief })
  const { delivered, lost, duplicate, corrupt, outOfOrder, inFlightAtEnd } = trial.counts
  assert.deepEqual({ delivered, lost, inFlightAtEnd }, { delivered: 196, lost: 4, inFlightAtEnd: 0 })
  assert.deepEqual({ duplicate, corrupt, outOfOrder }, { duplicate: 2, corrupt: 2, outOfOrder: 1 })
  assert.equal(trial.latency.response?.count, 196)
})

test('the missing end of an open channel is in flight', async () => {
  const { trial } = await run({ mischief: onTheWayDown((index, bytes) => (index >= 190 ? [] : [bytes])) })
  assert.deepEqual([trial.counts.delivered, trial.counts.lost, trial.counts.inFlightAtEnd], [190, 0, 10])
})

test('saturation fills a channel and no more', async () => {
  const settings = { load: { model: 'saturate' }, highWaterBytes: 2000, connections: 3 } as const
  const { trial } = await run({ settings })
  assert.equal(trial.workload.figures['buffer.largest'], 2000)
  assert.ok(trial.counts.delivered > 200)
  assert.equal(trial.counts.delivered, trial.counts.expected)
  assert.deepEqual(trial.reasons, [])
})

test('a slow consumer is sent less, the others are not, and no buffer grows', async () => {
  const settings = { load: { model: 'saturate' }, highWaterBytes: 2000, connections: 3 } as const
  const slow = { connections: 1, pause: 10e6 }
  const { trial, sents } = await run({ settings, parameters: parametersFor(stream, { slow }) })
  const even = await run({ settings })
  const [slowed, ...others] = sents.map(({ sent }) => sent)
  const [alike] = even.sents.map(({ sent }) => sent)
  // 10 pauses in the window, and a buffer full of messages after each; the end of the window wakes it.
  assert.ok((slowed ?? 0) <= 12 * 2 * 20, `${slowed}`)
  for (const other of others) assert.ok(other >= (alike ?? 0), `${other} of ${alike}`)
  assert.equal(trial.workload.figures['buffer.largest'], 2000)
  assert.equal(trial.counts.delivered, trial.counts.expected, 'what waited comes in the end')
  const { slow: waited } = trial.workload.histograms
  assert.equal((waited?.count ?? 0) + (trial.latency.response?.count ?? 0), trial.counts.delivered)
  assert.equal(waited?.count, slowed)
  assert.ok((waited?.max ?? 0) >= slow.pause)
  assert.ok((trial.latency.response?.max ?? slow.pause) < slow.pause, 'the others do not wait for it')
  assert.deepEqual(trial.reasons, [])
})

test('at a rate, a slow consumer gets all of it, late', async () => {
  const slow = { connections: 1, pause: 10e6 }
  const { trial } = await run({ settings: { connections: 2 }, parameters: parametersFor(stream, { slow }) })
  assert.equal(trial.counts.delivered, 200)
  assert.equal(trial.workload.histograms.slow?.count, 100)
  assert.equal(trial.latency.response?.count, 100)
  assert.ok((trial.workload.figures['buffer.largest'] ?? 0) >= 900, 'a pause holds 10 messages of 100 bytes')
})

test('as many slow consumers as connections are refused: nobody is left to compare with', () => {
  const settings = { ...memorySettings, connections: 4 }
  assert.deepEqual(stream.check?.(settings, { slow: { connections: 3, pause: 1 } }), [])
  const [complaint] = stream.check?.(settings, { slow: { connections: 4, pause: 1 } }) ?? []
  assert.deepEqual(complaint?.path, ['slow', 'connections'])
  assert.match(complaint?.text ?? '', /less than connections, which is 4; /)
})

test('a transport that cannot push cannot stream', async () => {
  const { memoryTransport } = await import('./memory-transport.ts')
  const { traits } = memoryTransport()
  assert.equal(missingTrait(stream, traits), undefined)
  assert.match(missingTrait(stream, { ...traits, push: false }) ?? '', /stream needs push: true/)
})
