/** The echo workload and the ledger on a transport in memory, which can be made to misbehave. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Recording } from '../src/recording.ts'
import type { Counts } from '../src/result.ts'
import type { Settings } from '../src/scenario.ts'
import { echo } from '../src/workloads/echo.ts'
import { onTheWayDown as onTheWayBack, runInMemory } from './memory-rig.ts'
import type { Mischief } from './memory-transport.ts'

interface Account {
  readonly ledger: Counts
  readonly recording: Recording
}

/** Both halves in this process, over `mischief`. */
async function run(changes: Partial<Settings>, mischief?: Mischief, settleNs = 200e6): Promise<Account> {
  const { trial, recordings } = await runInMemory(echo, {
    settings: changes,
    settleNs,
    ...(mischief && { mischief }),
  })
  return { ledger: trial.counts, recording: recordings[1] as Recording }
}

function delivered(recording: Recording): number {
  return recording.slices.reduce((sum, { response }) => sum + response.count, 0)
}

test('a transport that behaves: everything sent is delivered once, in order', async () => {
  const { ledger, recording } = await run({ connections: 7 })
  assert.equal(ledger.scheduled, 200)
  assert.equal(ledger.delivered, 200)
  assert.equal(delivered(recording), 200)
  assert.equal(recording.sendLag?.count, 200)
  assert.equal(recording.negative, 0)
  const { lost, timedOut, inFlightAtEnd, duplicate, outOfOrder, corrupt, late } = ledger
  assert.deepEqual([lost, timedOut, inFlightAtEnd, duplicate, outOfOrder, corrupt, late], [0, 0, 0, 0, 0, 0, 0])
})

test('loss is counted exactly, and the lost are in no histogram', async () => {
  const { ledger, recording } = await run(
    {},
    onTheWayBack((index, bytes) => ([10, 20, 21].includes(index) ? [] : [bytes])),
  )
  assert.deepEqual([ledger.lost, ledger.delivered, ledger.inFlightAtEnd], [3, 197, 0])
  assert.equal(delivered(recording), 197)
})

test('loss on the way up counts the same', async () => {
  const { ledger } = await run({}, (direction, index, bytes) => (direction === 'up' && index === 5 ? [] : [bytes]))
  assert.deepEqual([ledger.lost, ledger.delivered], [1, 199])
})

test('the missing tail of an open channel is in flight, not lost', async () => {
  const { ledger } = await run(
    {},
    onTheWayBack((index, bytes) => (index >= 190 ? [] : [bytes])),
  )
  assert.deepEqual([ledger.lost, ledger.inFlightAtEnd, ledger.delivered], [0, 10, 190])
})

test('what is still missing when its timeout has passed is timed out', async () => {
  const { ledger } = await run(
    { timeoutNs: 50e6 },
    onTheWayBack((index, bytes) => (index === 20 || index >= 190 ? [] : [bytes])),
  )
  assert.deepEqual([ledger.lost, ledger.timedOut, ledger.inFlightAtEnd, ledger.delivered], [1, 10, 0, 189])
})

test('duplicates are counted and recorded once', async () => {
  const { ledger, recording } = await run(
    {},
    onTheWayBack((index, bytes) => (index % 50 === 0 ? [bytes, bytes, bytes] : [bytes])),
  )
  assert.deepEqual([ledger.duplicate, ledger.delivered, ledger.lost], [8, 200, 0])
  assert.equal(delivered(recording), 200)
})

test('reordering is counted and loses nothing', async () => {
  let held: Uint8Array | undefined
  const { ledger } = await run(
    {},
    onTheWayBack((index, bytes) => {
      if (index % 100 === 40) {
        held = bytes
        return []
      }
      const released = held ? [bytes, held] : [bytes]
      held = undefined
      return released
    }),
  )
  assert.deepEqual([ledger.outOfOrder, ledger.delivered, ledger.lost, ledger.duplicate], [2, 200, 0, 0])
})

test('corruption is counted and the message lost, whichever byte is hit', async () => {
  const spoil = (at: number) => (bytes: Uint8Array) => {
    const copy = Uint8Array.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 4
    return [copy]
  }
  const { ledger, recording } = await run(
    {},
    onTheWayBack((index, bytes) => {
      if (index === 50) return spoil(99)(bytes)
      if (index === 60) return spoil(20)(bytes)
      if (index === 70) return [bytes.subarray(0, 60)]
      if (index === 199) return spoil(0)(bytes)
      return [bytes]
    }),
  )
  assert.deepEqual([ledger.corrupt, ledger.lost, ledger.delivered, ledger.inFlightAtEnd], [4, 4, 196, 0])
  assert.equal(delivered(recording), 196)
})

test('what comes after its timeout is late and timed out, not delivered', async () => {
  let held: Uint8Array | undefined
  const { ledger, recording } = await run(
    { timeoutNs: 30e6 },
    onTheWayBack((index, bytes) => {
      if (index === 100) {
        held = bytes
        return []
      }
      // 80 messages at 2,000/s later: 40 ms.
      return index === 180 && held ? [bytes, held] : [bytes]
    }),
  )
  assert.deepEqual([ledger.late, ledger.timedOut, ledger.lost, ledger.delivered], [1, 1, 0, 199])
  assert.equal(delivered(recording), 199)
})

test('a closed loop keeps to its number in flight, and a lost answer does not stop it', async () => {
  let up = 0
  let down = 0
  let most = 0
  const { ledger } = await run(
    { load: { model: 'closed', inFlight: 4 }, timeoutNs: 20e6 },
    (direction, index, bytes) => {
      if (direction === 'up') most = Math.max(most, ++up - down)
      else down++
      return direction === 'down' && index === 7 ? [] : [bytes]
    },
  )
  assert.ok(most <= 4, `${most} under way`)
  assert.equal(ledger.expected - ledger.delivered, 1)
  assert.ok(ledger.delivered > 100, `${ledger.delivered} delivered, most of them after one was lost`)
})

test('a closed loop whose every answer is lost goes on after the timeout', async () => {
  const { ledger } = await run(
    { load: { model: 'closed', inFlight: 2 }, timeoutNs: 10e6 },
    onTheWayBack((index, bytes) => (index < 2 ? [] : [bytes])),
  )
  assert.equal(ledger.timedOut, 2)
  assert.equal(ledger.lost, 0)
  assert.ok(ledger.delivered > 0, 'it went on')
})

test('saturation sends until the channel is full, and no further', async () => {
  let up = 0
  let down = 0
  let most = 0
  const { ledger } = await run({ load: { model: 'saturate' }, highWaterBytes: 2000 }, (direction, _index, bytes) => {
    if (direction === 'up') most = Math.max(most, ++up - down)
    else down++
    return [bytes]
  })
  // Messages of 100 bytes: the 20th fills the channel.
  assert.equal(most, 20)
  assert.ok(ledger.delivered > 200)
  assert.equal(ledger.expected, ledger.delivered)
})
