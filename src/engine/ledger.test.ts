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
