/** Fan-out and the two legs of its ledger on a transport in memory, which can be made to misbehave. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { ParametersOf } from '../src/parameter.ts'
import type { Trial } from '../src/result.ts'
import type { Settings } from '../src/scenario.ts'
import { fanOut } from '../src/workloads/fan-out.ts'
import { type MemoryTrial, memorySettings, onTheWayDown, parametersFor, runInMemory } from './memory-rig.ts'
import type { Mischief } from './memory-transport.ts'
import { checkLedger, faultsOf, noFaults } from './result-checks.ts'

type Given = ParametersOf<typeof fanOut.parameters>

/** 200 messages in 100 ms to ten subscribers in one room; tests change what they are about. */
const small: Given = {
  subscribers: 10,
  publishers: 1,
  rooms: 1,
  strategy: 'immediate',
  slow: undefined,
  buffer: { limit: undefined, policy: undefined },
}
const MESSAGES = 200

async function run(
  changes: Partial<Given>,
  mischief?: Mischief,
  settings: Partial<Settings> = {},
): Promise<MemoryTrial> {
  const parameters = parametersFor(fanOut, { ...small, ...changes })
  const outcome = await runInMemory(fanOut, { parameters, settings, ...(mischief && { mischief }) })
  checkLedger(outcome.trial)
  return outcome
}

function figure({ workload }: Trial, name: string): number {
  const value = workload.figures[name]
  assert.ok(typeof value === 'number', `${name} is ${value}`)
  return value
}

const onTheWayUp =
  (act: (index: number, bytes: Uint8Array) => Uint8Array[]): Mischief =>
  (direction, index, bytes) =>
    direction === 'up' ? act(index, bytes) : [bytes]

test('every subscriber of a room gets every message of every publisher, once and in the order of the room', async () => {
  const { trial } = await run({ subscribers: 9, publishers: 3, rooms: 2 }, undefined, { workers: 2 })
  const { scheduled, sent, expected, delivered } = trial.counts
  assert.deepEqual([scheduled, sent], [MESSAGES, MESSAGES], 'the rate is the total over publishers')
  // 5 subscribers in one room, 4 in the other; each room gets half of the messages, up to the last three of the schedule.
  assert.ok(Math.abs(expected - 100 * 5 - 100 * 4) <= 3, `${expected} expected`)
  assert.equal(delivered, expected)
  assert.deepEqual(faultsOf(trial.counts), noFaults)
  assert.equal(trial.latency.response?.count, expected)
  assert.equal(figure(trial, 'completeness'), 1)
})

test('the publishers have a process of their own, whatever the number of workers', async () => {
  const { trial } = await run({ publishers: 2 }, undefined, { workers: 3 })
  const groups = trial.processes.map(({ group }) => group).sort()
  assert.deepEqual(groups, ['', 'publisher', 'subscriber', 'subscriber', 'subscriber'])
})

test('the warm-up is in no account, where the messages of several publishers cross its end', async () => {
  const { trial } = await run({ publishers: 3 }, undefined, { warmupNs: 50e6 })
  assert.deepEqual([trial.counts.scheduled, trial.counts.expected], [MESSAGES, MESSAGES * 10])
  assert.deepEqual(faultsOf(trial.counts), noFaults)
})

test('loss on the way up is found by the account of the publisher, and nobody else misses it', async () => {
  const { trial } = await run(
    {},
    onTheWayUp((index, bytes) => ([10, 20, 21].includes(index) ? [] : [bytes])),
  )
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, lost: 3 })
  assert.equal(trial.counts.delivered, (MESSAGES - 3) * 10)
})

test('loss on the way down is counted by each subscriber', async () => {
  const { trial } = await run(
    {},
    onTheWayDown((index, bytes) => ([100, 205, 999].includes(index) ? [] : [bytes])),
  )
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, lost: 3 })
  assert.equal(trial.counts.delivered, MESSAGES * 10 - 3)
})

test('what comes twice on the way up is published once, and counted', async () => {
  const { trial } = await run(
    {},
    onTheWayUp((index, bytes) => (index % 50 === 0 ? [bytes, bytes] : [bytes])),
  )
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, duplicate: 4 })
  assert.equal(trial.counts.delivered, MESSAGES * 10)
})

test('what comes twice on the way down is counted', async () => {
  const { trial } = await run(
    {},
    onTheWayDown((index, bytes) => (index % 500 === 0 ? [bytes, bytes] : [bytes])),
  )
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, duplicate: 4 })
})

for (const [leg, on] of [
  ['up', onTheWayUp],
  ['down', onTheWayDown],
] as const) {
  test(`damage on the way ${leg} is found, whichever byte is hit`, async () => {
    const { trial } = await run(
      {},
      on((index, bytes) => {
        if (![30, 60, 90].includes(index)) return [bytes]
        const at = index === 30 ? 99 : index === 60 ? 20 : 40
        bytes[at] = (bytes[at] ?? 0) ^ 4
        return [bytes]
      }),
    )
    assert.deepEqual(faultsOf(trial.counts), { ...noFaults, corrupt: 3, lost: 3 })
    assert.equal(trial.verdict, 'invalid')
  })

  test(`messages that overtake each other on the way ${leg} are found, and none is lost`, async () => {
    const held = new Map<number, Uint8Array>()
    const { trial } = await run(
      { subscribers: 1 },
      on((index, bytes) => {
        if (index % 100 === 40) {
          held.set(index, bytes)
          return []
        }
        const late = held.get(index - 1)
        return late ? [bytes, late] : [bytes]
      }),
    )
    assert.deepEqual(faultsOf(trial.counts), { ...noFaults, outOfOrder: 2 })
    assert.equal(trial.counts.delivered, MESSAGES)
  })
}

test('a message of another room is damage', async () => {
  let other: Uint8Array | undefined
  const { trial } = await run(
    { subscribers: 2, rooms: 2 },
    onTheWayDown((index, bytes) => {
      // The rooms take turns, so two messages on is the same subscriber's, and one on the other's.
      if (index === 50) other = bytes
      return index === 51 && other ? [other] : [bytes]
    }),
  )
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, corrupt: 1, lost: 1 })
})

test('spread, fairness: in no time at all everybody gets everything at the same time', async () => {
  const { trial } = await run({ subscribers: 10, rooms: 1 }, undefined, { workers: 2 })
  assert.equal(figure(trial, 'fairness'), 1)
  assert.equal(figure(trial, 'spread.p50'), 0)
  assert.equal(trial.workload.details.spreadSamples, MESSAGES, 'joined over two processes')
})

test('spread, fairness: a subscriber that gets each message a millisecond later shows', async () => {
  let kept: Uint8Array[] = []
  const later: Mischief = onTheWayDown((index, bytes) => {
    if (index % 10 !== 9) return [bytes]
    // The tenth subscriber gets the message before.
    const due = kept
    kept = [bytes]
    return due
  })
  const { trial } = await run({}, later)
  assert.ok(figure(trial, 'fairness') < 1)
  assert.ok(figure(trial, 'spread.p50') >= 0.5e6, 'the distance of two messages')
  assert.equal(trial.counts.inFlightAtEnd, 1)
  assert.equal(trial.workload.details.spreadSamples, MESSAGES - 1, 'one was not got by all')
})

test('spread, fairness: one who gets nothing is not left out of either', async () => {
  const { trial } = await run(
    {},
    onTheWayDown((index, bytes) => (index % 10 === 9 ? [] : [bytes])),
  )
  const { figures, details } = trial.workload
  assert.deepEqual([figures['spread.p50'], figures.fairness], [null, null])
  assert.deepEqual([details.spreadSamples, details.spreadsDue], [0, MESSAGES])
})

/** How many messages left the server in each step of time. */
function writes() {
  const byTime = new Map<number, number>()
  const state = { nowNs: () => 0 }
  const count = onTheWayDown((_, bytes) => {
    const nowNs = state.nowNs()
    byTime.set(nowNs, (byTime.get(nowNs) ?? 0) + 1)
    return [bytes]
  })
  return { state, count, byTime }
}

async function runCounted(strategy: Given['strategy']) {
  const { state, count, byTime } = writes()
  const { trial } = await runInMemory(fanOut, {
    parameters: parametersFor(fanOut, { ...small, subscribers: 1, strategy }),
    mischief: count,
    measuring: (time) => {
      state.nowNs = () => time.nowNs()
    },
  })
  checkLedger(trial)
  return { trial, byTime }
}

test('batch: the same messages leave in fewer writes, and wait for each other', async () => {
  const single = await runCounted('immediate')
  const batched = await runCounted({ batch: { every: 5e6, max: 1000 } })
  assert.deepEqual(batched.trial.counts, single.trial.counts)
  assert.deepEqual(faultsOf(batched.trial.counts), noFaults)
  assert.ok(batched.byTime.size * 5 <= single.byTime.size, `${batched.byTime.size} of ${single.byTime.size} writes`)
  const [waited, at] = [batched.trial.latency.response, single.trial.latency.response]
  assert.ok((waited?.p50 ?? 0) > (at?.p50 ?? 0), 'what it costs')
})

test('batch: max messages do not wait', async () => {
  const { trial, byTime } = await runCounted({ batch: { every: 10e9, max: 10 } })
  assert.deepEqual(faultsOf(trial.counts), noFaults)
  assert.ok(
    [...byTime.values()].every((count) => count % 10 === 0),
    JSON.stringify([...byTime.values()]),
  )
})

test('batch: the last ones, too few for a batch, leave at the end', async () => {
  const { trial } = await runCounted({ batch: { every: 10e9, max: 150 } })
  assert.equal(trial.counts.delivered, MESSAGES)
})

const slow = { subscribers: 2, pause: 20e6 }
const LIMIT_BYTES = 1000

test('slow subscribers: their latency is apart, and the others do not feel it', async () => {
  const { trial } = await run({ slow })
  const alone = await run({})
  assert.deepEqual(faultsOf(trial.counts), noFaults)
  assert.equal(trial.latency.response?.count, MESSAGES * 8)
  assert.equal(trial.workload.histograms.slow?.count, MESSAGES * 2)
  assert.equal(trial.latency.response?.max, alone.trial.latency.response?.max)
  assert.ok((trial.workload.histograms.slow?.p50 ?? 0) > (trial.latency.response?.max ?? 0))
  assert.ok(figure(trial, 'buffer.largest') > 2 * LIMIT_BYTES, 'nothing bounds it')
  assert.equal(trial.verdict, 'valid', 'a fifth of all is received after the window, and that is what was asked for')
})

test('drop: the buffer is bounded, what was left out is counted and told, and the others get everything', async () => {
  const { trial } = await run({ slow, buffer: { policy: 'drop', limit: LIMIT_BYTES } })
  const dropped = figure(trial, 'dropped')
  assert.ok(dropped > 0)
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, lost: dropped }, 'lost, and not waited for')
  assert.equal(trial.counts.expected - trial.counts.delivered, dropped)
  assert.equal(trial.latency.response?.count, MESSAGES * 8)
  assert.equal(trial.verdict, 'valid', 'what a policy leaves out is no fault')
  // A notice that something was dropped is a message, too.
  assert.ok(figure(trial, 'buffer.largest') <= LIMIT_BYTES + 200)
  assert.ok(figure(trial, 'completeness') < 1)
})

test('disconnect: who does not keep up is cut, which is intended, and the others get everything', async () => {
  const { trial } = await run({ slow, buffer: { policy: 'disconnect', limit: LIMIT_BYTES } })
  assert.equal(figure(trial, 'disconnected'), 2)
  const { expected, delivered, lost } = trial.counts
  assert.equal(expected - delivered, lost)
  assert.equal(trial.workload.details.notDeliveredAfterCut, lost)
  assert.equal(trial.verdict, 'valid', 'what a policy cuts is no fault')
  assert.equal(trial.latency.response?.count, MESSAGES * 8)
  assert.ok(figure(trial, 'buffer.largest') <= LIMIT_BYTES + 200)
})

test('block: publishers wait for the slowest, and nothing is lost', async () => {
  const changes = { slow, buffer: { policy: 'block', limit: LIMIT_BYTES } } as const
  const { trial } = await run(changes, undefined, { highWaterBytes: LIMIT_BYTES })
  assert.ok(figure(trial, 'blocked') > 0)
  assert.ok(figure(trial, 'buffer.largest') < 2 * LIMIT_BYTES, `${figure(trial, 'buffer.largest')} bytes`)
  assert.equal(trial.counts.lost, 0)
  assert.equal(trial.counts.expected, trial.counts.delivered)
})

test('saturate: blocks unless told otherwise, so that the server holds little', async () => {
  const { trial } = await run({ subscribers: 4 }, undefined, { load: { model: 'saturate' }, highWaterBytes: 2000 })
  assert.deepEqual(faultsOf(trial.counts), noFaults)
  assert.ok(trial.counts.delivered > MESSAGES * 4, `${trial.counts.delivered} delivered`)
  assert.ok(figure(trial, 'buffer.largest') <= 4000, `${figure(trial, 'buffer.largest')} bytes`)
})

test('saturate: a publisher publishes to every room in turn, however little room there is at a time', async () => {
  for (const highWaterBytes of [1, 2000]) {
    const load = { load: { model: 'saturate' }, highWaterBytes } as const
    const { trial } = await run({ subscribers: 3, publishers: 2, rooms: 3 }, undefined, load)
    const published = trial.workload.details.published as number[]
    assert.equal(published.length, 3)
    const [least, most] = [Math.min(...published), Math.max(...published)]
    assert.ok(least > 0 && most - least <= 2, `${published}`)
    assert.equal(trial.counts.delivered, trial.counts.expected)
  }
})

test('the contradictions are named with their keys', () => {
  const paths = (changes: Partial<Given>, settings: Partial<Settings> = {}) =>
    fanOut.check?.({ ...memorySettings, ...settings }, { ...small, ...changes }).map(({ path }) => path.join('.'))
  assert.deepEqual(paths({}), [])
  assert.deepEqual(paths({ rooms: 11 }), ['rooms'])
  assert.deepEqual(paths({ rooms: 10, slow: { subscribers: 10, pause: 1e6 } }), ['slow.subscribers'])
  assert.deepEqual(paths({ buffer: { policy: 'block', limit: 1000 } }), ['buffer.limit'])
  assert.deepEqual(paths({ buffer: { policy: 'drop', limit: 1000 } }), [])
  assert.deepEqual(paths({ buffer: { policy: 'none', limit: undefined } }, { load: { model: 'saturate' } }), [
    'buffer.policy',
  ])
})
