import assert from 'node:assert/strict'
import test from 'node:test'
import type { Header } from '../message.ts'
import { Account } from './account.ts'
import { Recorder } from './recorder.ts'
import { noTraffic } from './traffic.ts'

const MS = 1e6
/** The window is [100 ms, 200 ms). */
const window = { startNs: 0, warmNs: 100 * MS, endNs: 200 * MS }
const BYTES = 64

/** An account of subscriber 3 and source 7, on a clock that the test moves. */
function rig(options: ConstructorParameters<typeof Account>[3] = {}) {
  const clock = { presentNs: 150 * MS, nowNs: () => clock.presentNs }
  const recorder = new Recorder(true)
  recorder.open(window)
  const traffic = noTraffic()
  const activity = { messages: 0, spinNs: 0 }
  const account = new Account({ clock, recorder, activity, traffic, timeoutNs: 50 * MS }, 3, 7, options)
  const header = (sequence: number, change: Partial<Header> = {}): Header => {
    return { kind: 0, source: 7, sequence, intendedNs: clock.presentNs - MS, lagNs: 0, position: 0, ...change }
  }
  const take = (...sequences: number[]) => sequences.map((sequence) => account.take(header(sequence), BYTES))
  return { account, clock, recorder, traffic, activity, header, take }
}

function delivered(recorder: Recorder): number {
  return recorder.finish().slices.reduce((sum, { response }) => sum + response.count, 0)
}

test('messages in order: all taken, recorded and counted', () => {
  const { account, recorder, traffic, activity, take } = rig()
  assert.deepEqual(take(0, 1, 2), [true, true, true])
  const { subscriber, source, next, missing, state } = account.got()
  assert.deepEqual(
    { subscriber, source, next, missing, state },
    { subscriber: 3, source: 7, next: 3, missing: [], state: 'open' },
  )
  assert.deepEqual([traffic.receivedBytes, activity.messages], [3 * BYTES, 3])
  assert.equal(delivered(recorder), 3)
})

test('one that only passes on records no latency', () => {
  const { account, recorder, take } = rig({ relay: true })
  assert.deepEqual(take(0, 2, 1, 1), [true, true, true, false])
  assert.deepEqual([account.got().relay, account.got().outOfOrder, account.got().duplicate], [true, 1, 1])
  const { receivedInside } = recorder.finish()
  assert.deepEqual([receivedInside, delivered(recorder)], [0, 0])
})

test('messages that may overtake each other are not out of order', () => {
  const { account, take } = rig({ ordered: false })
  assert.deepEqual(take(2, 0, 1), [true, true, true])
  const { outOfOrder, missing, next, ordered } = account.got()
  assert.deepEqual([outOfOrder, missing, next, ordered], [0, [], 3, false])
})

test('a member that comes and goes is owed what lies between', () => {
  const { account, take } = rig()
  account.joined(10)
  take(10, 11)
  account.left(12)
  assert.equal(account.complete({ source: 7, from: 0, to: 100 }), true, 'nothing more is owed')
  account.joined(40)
  take(40)
  const { owed, missing, next, state } = account.got()
  assert.deepEqual(owed, [
    [10, 12],
    [40, Number.POSITIVE_INFINITY],
  ])
  assert.deepEqual([missing, next, state], [[], 41, 'open'])
  assert.equal(account.complete({ source: 7, from: 0, to: 41 }), true)
  assert.equal(account.complete({ source: 7, from: 0, to: 42 }), false)
})

test('a member that left before anything came is owed nothing', () => {
  const { account } = rig()
  account.joined(5)
  account.left(5)
  assert.deepEqual([account.got().owed, account.got().state], [[], 'left'])
  account.closed({ by: 'peer' })
  assert.equal(account.got().state, 'left', 'who left on purpose was not cut off')
})

test('a replay is delivered once, with a histogram of its own', () => {
  const { account, recorder, header, take } = rig()
  take(0)
  assert.equal(account.takeReplayed(header(1), BYTES), true)
  assert.equal(account.takeReplayed(header(1), BYTES), false)
  assert.equal(account.takeReplayed(header(2, { intendedNs: 50 * MS }), BYTES), true, 'of the warm-up')
  take(3)
  const { replayed, duplicate, next, missing, late } = account.got()
  assert.deepEqual(
    { replayed, duplicate, next, missing, late },
    { replayed: 1, duplicate: 1, next: 4, missing: [], late: 1 },
  )
  const { histograms } = recorder.finish()
  assert.equal(histograms.replayed?.count, 1)
  assert.equal(delivered(recorder), 2)
})

test('what comes after it was given up is late; what is late by itself is answered still', () => {
  const { account, clock, header, take } = rig()
  account.giveUp(2)
  assert.deepEqual(take(0), [false])
  clock.presentNs = 190 * MS
  assert.equal(account.take(header(2, { intendedNs: 120 * MS }), BYTES), true)
  assert.deepEqual([account.got().late, account.got().timedOut], [2, [[0, 3]]])
})

test('a message of somebody else and a damaged one are corrupt', () => {
  const { account, header } = rig()
  assert.equal(account.take(header(0, { source: 8 }), BYTES), false)
  account.damaged(BYTES)
  account.damaged(BYTES, header(4))
  const { corrupt, unreadable, missing, next } = account.got()
  assert.deepEqual([corrupt, unreadable, missing, next], [3, 1, [[0, 5]], 5])
})

test('who is cut off says why', () => {
  const { account } = rig()
  account.closed({ by: 'heartbeat', error: new Error('the peer fell silent') })
  assert.deepEqual([account.got().state, account.got().closedBecause], ['closed', 'the peer fell silent'])
  assert.equal(account.complete({ source: 7, from: 0, to: 1 }), true)
})

test('what the sender says will not come is lost at once, and nobody waits for it', () => {
  const { account, take } = rig()
  take(0, 1)
  account.forgone(5)
  account.forgone(3)
  const { missing, timedOut, next } = account.got()
  assert.deepEqual([missing, timedOut, next], [[[2, 5]], [], 5])
  assert.equal(account.complete({ source: 7, from: 0, to: 5 }), true)
  assert.equal(account.complete({ source: 7, from: 0, to: 6 }), false, 'what follows is waited for')
  take(5, 7)
  assert.equal(account.complete({ source: 7, from: 0, to: 8 }), false, 'and so is what was not given up')
})
