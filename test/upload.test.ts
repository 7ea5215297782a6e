/** The upload workload on a transport in memory, which can be made to misbehave, and on the real ones. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { ParametersOf } from '../src/parameter.ts'
import type { Trial } from '../src/result.ts'
import { upload } from '../src/workloads/upload.ts'
import { acknowledgementWriter } from '../src/workloads/upload-acknowledgement.ts'
import { type MemoryRun, memorySettings, onTheWayDown, parametersFor, runInMemory } from './memory-rig.ts'
import { type Mischief, memoryTransport } from './memory-transport.ts'
import { usage } from './outcome-fixture.ts'

const presets: ParametersOf<typeof upload.parameters> = {
  ackEvery: 1,
  ackAfter: 10e6,
  segment: 100,
  segmentAfter: 500e6,
}

async function run(changes: Partial<typeof presets>, more: MemoryRun = {}): Promise<Trial> {
  const parameters = parametersFor(upload, { ...presets, ...changes })
  const { trial } = await runInMemory(upload, { parameters, ...more })
  return trial
}

const onTheWayUp =
  (act: (index: number, bytes: Uint8Array) => Uint8Array[]): Mischief =>
  (direction, index, bytes) =>
    direction === 'up' ? act(index, bytes) : [bytes]

const lose =
  (...lost: number[]) =>
  (index: number, bytes: Uint8Array) =>
    lost.includes(index) ? [] : [bytes]

/** Another digit, in the header or in the body. */
const spoil =
  (at: number, ...spoilt: number[]) =>
  (index: number, bytes: Uint8Array) => {
    if (spoilt.includes(index)) bytes[at] = (bytes[at] ?? 0) ^ 4
    return [bytes]
  }

/** Delivers a message behind the next one. */
function overtaken(which: number) {
  let held: Uint8Array | undefined
  return (index: number, bytes: Uint8Array) => {
    if (index === which) {
      held = bytes
      return []
    }
    const released = held ? [bytes, held] : [bytes]
    held = undefined
    return released
  }
}

function faultsOf({ counts: { duplicate, outOfOrder, corrupt, late } }: Trial): number[] {
  return [duplicate, outOfOrder, corrupt, late]
}

/** @param outcome delivered, lost, timed out, in flight @param faults duplicate, out of order, corrupt, late */
function assertAccounts(trial: Trial, outcome: number[], faults: number[]): void {
  assert.deepEqual({ outcome: outcomeOf(trial), faults: faultsOf(trial) }, { outcome, faults })
}

function outcomeOf({ counts: { delivered, lost, timedOut, inFlightAtEnd } }: Trial): number[] {
  return [delivered, lost, timedOut, inFlightAtEnd]
}

test('a transport that behaves: everything is acknowledged once, each message by itself', async () => {
  const trial = await run({}, { settings: { connections: 7, workers: 2 } })
  assert.equal(trial.counts.scheduled, 200)
  assert.deepEqual(outcomeOf(trial), [200, 0, 0, 0])
  assert.deepEqual(faultsOf(trial), [0, 0, 0, 0])
  assert.equal(trial.latency.response?.count, 200)
  assert.equal(trial.latency.sendLag?.count, 200)
  assert.equal(trial.workload.histograms.oneWay?.count, 200)
  assert.equal(trial.workload.figures['acks.perMessage'], 1)
  assert.deepEqual(trial.bytes.payload, { up: 200 * 100, down: 200 * 48 }, 'an acknowledgement is a header')
  assert.deepEqual(trial.reasons, [])
})

test('an acknowledgement covers as many messages as wanted, and the rest after a while', async () => {
  const trial = await run({ ackEvery: 16 })
  assert.deepEqual(outcomeOf(trial), [200, 0, 0, 0])
  // 12 times 16, and 8 that wait.
  assert.equal(trial.workload.figures['acks.perMessage'], 13 / 200)
  assert.equal(trial.bytes.payload.down, 13 * 48)
  const kept = trial.workload.figures['unacknowledged.largest'] ?? 0
  assert.ok(kept >= 16 && kept < 32, `${kept}: those of a batch, and few under way beside them`)
})

test('the latency runs to the acknowledgement, the one-way time to the server', async () => {
  const waitNs = 30e6
  const { latency, workload } = await run({ ackEvery: 1000, ackAfter: waitNs })
  assert.ok((latency.response?.max ?? 0) >= waitNs, 'the first one waits for all of it')
  assert.ok((latency.response?.min ?? 0) < waitNs, 'a later one for what is left')
  assert.ok((workload.histograms.oneWay?.max ?? waitNs) < waitNs, 'none of them on its way up')
})

for (const ackEvery of [1, 8]) {
  test(`one acknowledgement for ${ackEvery}: a message lost on the way up is lost alone`, async () => {
    const trial = await run({ ackEvery }, { mischief: onTheWayUp(lose(20, 40, 41)) })
    assert.deepEqual(outcomeOf(trial), [197, 3, 0, 0])
    assert.deepEqual(trial.workload.details, { missingAtServer: 3 })
    assert.equal(trial.workload.histograms.oneWay?.count, 197)
  })

  test(`one acknowledgement for ${ackEvery}: one that is lost leaves all that it covers undelivered`, async () => {
    const trial = await run({ ackEvery }, { mischief: onTheWayDown(lose(10)) })
    assert.deepEqual(outcomeOf(trial), [200 - ackEvery, ackEvery, 0, 0])
    assert.deepEqual(trial.workload.details, { missingAtServer: 0 }, 'they had come')
  })

  test(`one acknowledgement for ${ackEvery}: damage on the way up is found at the server, whichever byte is hit`, async () => {
    for (const at of [0, 20, 99]) {
      const trial = await run({ ackEvery }, { mischief: onTheWayUp(spoil(at, 50, 60)) })
      assert.deepEqual(outcomeOf(trial), [198, 2, 0, 0])
      assert.deepEqual(faultsOf(trial), [0, 0, 2, 0])
      assert.equal(trial.reasons[0]?.code, 'corrupt')
    }
  })

  test(`one acknowledgement for ${ackEvery}: a damaged one covers nothing`, async () => {
    const trial = await run({ ackEvery }, { mischief: onTheWayDown(spoil(10, 3)) })
    assert.deepEqual(outcomeOf(trial), [200 - ackEvery, ackEvery, 0, 0])
    assert.deepEqual(faultsOf(trial), [0, 0, 1, 0])
  })

  test(`one acknowledgement for ${ackEvery}: what comes twice is counted, and acknowledged once`, async () => {
    const twice = (index: number, bytes: Uint8Array) => (index === 12 ? [bytes, bytes] : [bytes])
    const up = await run({ ackEvery }, { mischief: onTheWayUp(twice) })
    assertAccounts(up, [200, 0, 0, 0], [1, 0, 0, 0])
    const down = await run({ ackEvery }, { mischief: onTheWayDown(twice) })
    assertAccounts(down, [200, 0, 0, 0], [ackEvery, 0, 0, 0])
  })

  test(`one acknowledgement for ${ackEvery}: a message that is overtaken is out of order, and acknowledged`, async () => {
    const trial = await run({ ackEvery }, { mischief: onTheWayUp(overtaken(42)) })
    assertAccounts(trial, [200, 0, 0, 0], [0, 1, 0, 0])
  })
}

test('an unordered transport: overtaking is no fault', async () => {
  const trial = await run({ ackEvery: 8 }, { mischief: onTheWayUp(overtaken(42)), traits: { ordered: false } })
  assertAccounts(trial, [200, 0, 0, 0], [0, 0, 0, 0])
})

test('a transport that answers each message acknowledges each, damaged ones too', async () => {
  const trial = await run({ ackEvery: 8 }, { traits: { answers: 'each', push: false } })
  assert.deepEqual(outcomeOf(trial), [200, 0, 0, 0])
  assert.equal(trial.workload.figures['acks.perMessage'], 1)
  const damaged = await run({}, { traits: { answers: 'each', push: false }, mischief: onTheWayUp(spoil(0, 50)) })
  assert.equal(damaged.workload.figures['acks.perMessage'], 200 / 199, 'an empty one among them')
})

test('a transport that answers at the end: one acknowledgement a segment, and no channel is lost', async () => {
  const trial = await run({ segment: 20 }, { traits: { answers: 'end', push: false } })
  assertAccounts(trial, [200, 0, 0, 0], [0, 0, 0, 0])
  assert.equal(trial.workload.figures['acks.perMessage'], 10 / 200)
  assert.deepEqual(trial.reasons, [])
  assert.ok(!trial.warnings.some(({ code }) => code === 'channels-closed'))
})

test('the answers of two segments may overtake each other', async () => {
  const traits = { answers: 'end', push: false } as const
  const trial = await run({ segment: 20 }, { traits, mischief: onTheWayDown(overtaken(3)) })
  assertAccounts(trial, [200, 0, 0, 0], [0, 0, 0, 0])
})

test('a segment ends in time, and the last one with the load', async () => {
  // 40 messages each, then the last 40.
  const trial = await run({ segmentAfter: 20e6 }, { traits: { answers: 'end', push: false } })
  assert.deepEqual(outcomeOf(trial), [200, 0, 0, 0])
  assert.ok((trial.latency.response?.max ?? 0) >= 20e6)
  assert.ok((trial.latency.response?.max ?? 0) < 30e6, 'in virtual time: a step for each way')
})

test('what is missing in a segment is missing alone', async () => {
  const trial = await run(
    { segment: 20 },
    { traits: { answers: 'end', push: false }, mischief: onTheWayUp(lose(25, 30, 31)), settings: { timeoutNs: 50e6 } },
  )
  assert.equal(trial.counts.delivered, 197)
  assert.deepEqual(trial.workload.details, { missingAtServer: 3 })
})

test('a closed loop keeps to its number of messages without an acknowledgement', async () => {
  for (const answers of ['any', 'end'] as const) {
    let up = 0
    let most = 0
    const mischief: Mischief = (direction, _index, bytes) => {
      if (direction === 'up') most = Math.max(most, ++up)
      else up = 0
      return [bytes]
    }
    const load = { model: 'closed', inFlight: 4 } as const
    const trial = await run({ ackEvery: 4 }, { settings: { load }, traits: { answers }, mischief })
    assert.equal(most, 4)
    assert.equal(trial.workload.figures['unacknowledged.largest'], 4)
    assert.ok(trial.counts.delivered > 100)
    assert.equal(trial.counts.delivered, trial.counts.expected)
    assert.equal(trial.workload.figures['acks.perMessage'], 1 / 4)
  }
})

test('a closed loop goes on when acknowledgements are lost', async () => {
  const load = { model: 'closed', inFlight: 2 } as const
  const trial = await run({}, { settings: { load, timeoutNs: 10e6 }, mischief: onTheWayDown(lose(0, 1)) })
  assert.deepEqual([trial.counts.timedOut, trial.counts.lost], [2, 0])
  assert.ok(trial.counts.delivered > 0, 'it went on')
})

test('saturation fills a channel and no more', async () => {
  for (const answers of ['any', 'each', 'end'] as const) {
    const settings = { load: { model: 'saturate' }, highWaterBytes: 2000 } as const
    const trial = await run({ segment: 50 }, { settings, traits: { answers } })
    assert.equal(trial.workload.figures['buffer.largest'], 2000, answers)
    assert.ok(trial.counts.delivered > 200)
    assert.equal(trial.counts.delivered, trial.counts.expected)
  }
})

test('an acknowledgement of what was never sent is damaged', async () => {
  const write = acknowledgementWriter()
  const invent = (index: number, bytes: Uint8Array) => (index === 3 ? [write(0, [[3, 1000]])] : [bytes])
  const trial = await run({}, { mischief: onTheWayDown(invent) })
  assertAccounts(trial, [199, 1, 0, 0], [0, 0, 1, 0])
})

test('what waits for its batch when the window opens is no backlog', async () => {
  const settings = { warmupNs: 50e6 }
  const { warnings } = await run({ ackEvery: 1000, ackAfter: 20e6 }, { settings })
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['too-few-samples'],
  )
})

test('a message that reaches the server before it was due is a broken clock', () => {
  const report = { role: 'server' as const, group: '', usage, part: { got: [], found: { early: 2, missing: 0 } } }
  const told = { parameters: presets, settings: memorySettings, traits: memoryTransport().traits, reports: [report] }
  const [counts, apart] = [
    { expected: 1, delivered: 1 },
    { expected: 0, delivered: 0 },
  ]
  assert.match(upload.conclude?.({ ...told, counts, apart }).problems?.[0] ?? '', /^2 messages .* before they were due/)
  assert.deepEqual(upload.conclude?.({ ...told, counts, apart, reports: [] }).problems, [])
})

test('fewer messages in flight than an acknowledgement covers are refused', () => {
  const settings = { ...memorySettings, load: { model: 'closed', inFlight: 4 } as const }
  assert.deepEqual(upload.check?.(settings, { ...presets, ackEvery: 4 }), [])
  const [complaint] = upload.check?.(settings, { ...presets, ackEvery: 5 }) ?? []
  assert.deepEqual(complaint?.path, ['ackEvery'])
  assert.match(complaint?.text ?? '', /at most load\.inFlight, which is 4; /)
})
