import assert from 'node:assert/strict'
import test from 'node:test'
import type { Got, Sent } from '../workload.ts'
import { joinLedger, type Ledger } from './ledger.ts'

const sent = (from: number, to: number, more: Partial<Sent> = {}): Sent => ({
  source: 1,
  from,
  to,
  scheduled: to - from,
  sent: to - from,
  skipped: 0,
  errors: {},
  ...more,
})

const got = (next: number, more: Partial<Got> = {}): Got => ({
  subscriber: 1,
  source: 1,
  owed: [[0, Number.POSITIVE_INFINITY]],
  next,
  missing: [],
  timedOut: [],
  state: 'open',
  ordered: true,
  relay: false,
  replayed: 0,
  duplicate: 0,
  outOfOrder: 0,
  corrupt: 0,
  unreadable: 0,
  late: 0,
  ...more,
})

interface Case {
  readonly name: string
  readonly sents: Sent[]
  readonly gots: Got[]
  readonly gone?: number
  readonly is: Partial<Ledger>
}

const cases: Case[] = [
  { name: 'all delivered', sents: [sent(10, 110)], gots: [got(110)], is: { expected: 100, delivered: 100, lost: 0 } },
  {
    name: 'the warm-up does not count',
    sents: [sent(50, 60)],
    gots: [got(60, { missing: [[0, 50]] })],
    is: { delivered: 10, lost: 0 },
  },
  {
    name: 'messages after the window do not count',
    sents: [sent(0, 10)],
    gots: [got(40, { missing: [[20, 30]] })],
    is: { delivered: 10, lost: 0 },
  },
  {
    name: 'a gap is lost',
    sents: [sent(0, 100)],
    gots: [
      got(100, {
        missing: [
          [10, 13],
          [50, 51],
        ],
      }),
    ],
    is: { delivered: 96, lost: 4 },
  },
  {
    name: 'a tail on an open channel is in flight',
    sents: [sent(0, 100)],
    gots: [got(90)],
    is: { delivered: 90, inFlightAtEnd: 10, lost: 0 },
  },
  {
    name: 'a tail on a closed channel is lost',
    sents: [sent(0, 100)],
    gots: [got(90, { state: 'closed' })],
    is: { delivered: 90, inFlightAtEnd: 0, lost: 10 },
  },
  {
    name: 'what was given up is timed out, not lost',
    sents: [sent(0, 100)],
    gots: [
      got(95, {
        missing: [[10, 20]],
        timedOut: [
          [12, 15],
          [97, 100],
        ],
      }),
    ],
    is: { timedOut: 6, lost: 7, inFlightAtEnd: 2, delivered: 85 },
  },
  {
    name: 'a late message is timed out, not delivered',
    sents: [sent(0, 10)],
    gots: [got(10, { timedOut: [[3, 4]], late: 1 })],
    is: { delivered: 9, timedOut: 1, late: 1 },
  },
  {
    name: 'a damaged tail is lost, not in flight',
    sents: [sent(0, 10)],
    gots: [got(8, { corrupt: 1, unreadable: 1 })],
    is: { delivered: 8, lost: 1, inFlightAtEnd: 1, corrupt: 1 },
  },
  {
    name: 'two subscribers of one source are owed each their own',
    sents: [sent(0, 10)],
    gots: [got(10), got(8, { subscriber: 2 })],
    is: { expected: 20, delivered: 18, inFlightAtEnd: 2 },
  },
  {
    name: 'a subscriber that joined later is owed less',
    sents: [sent(0, 10)],
    gots: [got(10, { owed: [[6, Number.POSITIVE_INFINITY]] })],
    is: { expected: 4, delivered: 4 },
  },
  {
    name: 'skipped and failed sends are scheduled and not expected',
    sents: [sent(0, 10, { scheduled: 16, skipped: 4, errors: { 'channel-closed': 2 } })],
    gots: [got(10)],
    is: { scheduled: 16, skipped: 4, expected: 10, delivered: 10 },
  },
  {
    name: 'a dead process takes its accounts along',
    sents: [sent(0, 10)],
    gots: [got(10)],
    gone: 25,
    is: { expected: 35, delivered: 10, unaccounted: 25 },
  },
  {
    name: 'a source that nobody keeps an account of',
    sents: [sent(0, 10), sent(5, 25, { source: 2 })],
    gots: [got(10)],
    is: { expected: 30, delivered: 10, unaccounted: 20 },
  },
  {
    name: 'of a source whose window has holes only what is in them counts',
    sents: [
      sent(0, 100, {
        ranges: [
          [10, 20],
          [30, 40],
        ],
      }),
    ],
    gots: [got(35, { missing: [[5, 12]] })],
    is: { expected: 20, delivered: 13, lost: 2, inFlightAtEnd: 5 },
  },
  {
    name: 'a member is owed what was said while it was there',
    sents: [sent(0, 100)],
    gots: [
      got(80, {
        owed: [
          [10, 30],
          [60, 80],
        ],
        missing: [
          [28, 29],
          [30, 60],
        ],
        state: 'left',
      }),
    ],
    is: { expected: 40, delivered: 39, lost: 1, inFlightAtEnd: 0 },
  },
  {
    name: 'what a member had not got when it left is lost',
    sents: [sent(0, 100)],
    gots: [got(25, { owed: [[0, 30]], state: 'left' })],
    is: { expected: 30, delivered: 25, lost: 5 },
  },
  {
    name: 'where messages may overtake each other, a gap on an open channel is in flight',
    sents: [sent(0, 10)],
    gots: [got(8, { missing: [[2, 4]], ordered: false })],
    is: { delivered: 6, inFlightAtEnd: 4, lost: 0 },
  },
  {
    name: 'and on a closed one it is lost',
    sents: [sent(0, 10)],
    gots: [got(8, { missing: [[2, 4]], ordered: false, state: 'closed' })],
    is: { delivered: 6, inFlightAtEnd: 0, lost: 4 },
  },
  {
    name: 'of one that only passes on, what failed counts, and nothing else',
    sents: [sent(0, 10), sent(0, 9, { source: 2, relay: true })],
    gots: [got(10, { missing: [[4, 5]], relay: true }), got(9, { source: 2 })],
    is: { scheduled: 10, sent: 10, expected: 10, delivered: 9, lost: 1 },
  },
  {
    name: 'what all of an audience should have got is known when some of it is gone',
    sents: [sent(0, 10, { relay: true, audience: 3 })],
    gots: [got(10), got(10, { subscriber: 2 })],
    is: { scheduled: 0, expected: 30, delivered: 20, unaccounted: 10 },
  },
  {
    name: 'a source that went on in another process has sent in two parts',
    sents: [sent(0, 10), sent(10, 30)],
    gots: [got(30, { missing: [[8, 12]], replayed: 3 })],
    is: { scheduled: 30, expected: 30, delivered: 26, lost: 4, replayed: 3 },
  },
  { name: 'nothing at all', sents: [], gots: [], is: { expected: 0, delivered: 0 } },
]

for (const { name, sents, gots, gone, is } of cases) {
  test('what belongs to receivers whose latencies are apart is told beside the sums that it is part of', () => {
    const { expected, delivered, apart } = joinLedger(
      [sent(0, 100, { relay: true, audience: 2 })],
      [got(100), got(90, { subscriber: 2, apart: true })],
    )
    assert.deepEqual(
      { expected, delivered, apart },
      { expected: 200, delivered: 190, apart: { expected: 100, delivered: 90 } },
    )
  })

  test(name, () => {
    const ledger = joinLedger(sents, gots, gone)
    for (const [field, value] of Object.entries(is)) assert.equal(ledger[field as keyof Ledger], value, field)
    const { expected, delivered, lost, timedOut, inFlightAtEnd, unaccounted } = ledger
    assert.equal(expected, delivered + lost + timedOut + inFlightAtEnd + unaccounted, 'the delivery side closes')
    const errors = Object.values(ledger.errors).reduce((sum, count) => sum + count, 0)
    assert.equal(ledger.scheduled, ledger.sent + ledger.skipped + errors, 'the send side closes')
  })
}
