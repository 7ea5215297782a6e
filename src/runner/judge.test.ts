import assert from 'node:assert/strict'
import test from 'node:test'
import {
  gotOf,
  handedOver,
  outcomeOf,
  recordingOf,
  sentOf,
  settings,
  usage,
  window,
} from '../../test/outcome-fixture.ts'
import type { Role } from '../control.ts'
import type { Ledger } from '../engine/ledger.ts'
import type { Latency } from '../result.ts'
import type { Settings } from '../scenario.ts'
import type { Got } from '../workload.ts'
import type { Evidence } from './evidence.ts'
import { dueOf, judge } from './judge.ts'
import type { TrialOutcome } from './trial.ts'

/** 10,000 messages over ten seconds, 1000/s, all of them delivered: nothing to be said against it. */
const MESSAGES = 10_000
const RATE = 1000

const goodLedger: Ledger = {
  scheduled: MESSAGES,
  sent: MESSAGES,
  skipped: 0,
  errors: {},
  expected: MESSAGES,
  delivered: MESSAGES,
  lost: 0,
  timedOut: 0,
  inFlightAtEnd: 0,
  unaccounted: 0,
  duplicate: 0,
  outOfOrder: 0,
  corrupt: 0,
  replayed: 0,
  late: 0,
}
const goodResponse: Latency = {
  count: MESSAGES,
  min: 50_000,
  max: 900_000,
  sum: 1e9,
  p50: 80_000,
  p90: 90_000,
  p99: 100_000,
  p999: 200_000,
  hdr: '',
}
const goodLag: Latency = { ...goodResponse, p99: 20_000, max: 30_000 }
const WARM_UP = 100

/** What a row changes of the good evidence. */
interface Change {
  readonly ledger?: Partial<Ledger>
  readonly apart?: Partial<Evidence['apart']>
  readonly response?: Partial<Latency>
  readonly lag?: Partial<Latency> | null
  readonly settings?: Partial<Settings>
  readonly outcome?: Partial<TrialOutcome>
  readonly got?: readonly Got[]
  /** Messages before the window. */
  readonly warmup?: number
  readonly achievedPerSec?: number
  readonly replayedPerSec?: number
  readonly negative?: number
  readonly carriedOver?: number
  readonly conclusion?: Evidence['conclusion']
  readonly samplesFor?: Evidence['samplesFor']
  readonly excursions?: Partial<Evidence['excursions']>
  readonly timeline?: Evidence['timeline']
  readonly processes?: Evidence['processes']
  readonly machine?: Evidence['machine']
  readonly frozen?: Evidence['frozen']
}

function evidenceOf(change: Change): Evidence {
  const { warmup = WARM_UP, got = [], lag = {} } = change
  return {
    outcome: outcomeOf({
      sents: [sentOf(0, MESSAGES, { from: warmup - 40 }), sentOf(1, 0, { from: 40 })],
      reports: [handedOver('server'), handedOver('client', { part: { got } })],
      ...change.outcome,
    }),
    ledger: { ...goodLedger, ...change.ledger },
    apart: { expected: 0, delivered: 0, achievedPerSec: 0, ...change.apart },
    settings: { ...settings, connections: 200, durationNs: 10e9, warmupMessages: 100, ...change.settings },
    latency: {
      response: { ...goodResponse, ...change.response },
      service: goodResponse,
      sendLag: lag && { ...goodLag, ...lag },
    },
    excursions: { p99: 9, p999: 9, ...change.excursions },
    timeline: change.timeline ?? [],
    sliceNs: 1e9,
    processes: change.processes ?? [],
    machine: change.machine ?? null,
    frozen: change.frozen ?? [],
    achievedPerSec: change.achievedPerSec ?? RATE,
    replayedPerSec: change.replayedPerSec ?? 0,
    negative: change.negative ?? 0,
    carriedOver: change.carriedOver ?? 0,
    conclusion: change.conclusion ?? {},
    samplesFor: change.samplesFor ?? 'p99',
  }
}

/** So many messages did not leave, and all the others came. */
const unsent = (count: number): Change => ({
  ledger: { sent: MESSAGES - count, skipped: count, expected: MESSAGES - count, delivered: MESSAGES - count },
  response: { count: MESSAGES - count },
})
/** So many messages were sent, and the rest of the ledger follows. */
const only = (count: number): Change => ({
  ledger: { scheduled: count, sent: count, expected: count, delivered: count },
  response: { count },
  achievedPerSec: count / 10,
})
const undelivered = (fate: 'lost' | 'timedOut' | 'inFlightAtEnd', count: number): Change => ({
  ledger: { [fate]: count, delivered: MESSAGES - count },
  response: { count: MESSAGES - count },
})
const closed = (count: number, because?: string): Change => ({
  got: Array.from({ length: 200 }, (_, number) =>
    gotOf(number, 50, {
      state: number >= count ? 'open' : 'closed',
      // Not the first one: whoever says why is heard.
      ...(because !== undefined && number === count - 1 ? { closedBecause: because } : {}),
    }),
  ),
})
const closedLoop: Change['settings'] = { load: { model: 'closed', inFlight: 1 } }

/** One side without time to spare. */
const busy = (side: Role): Change => ({
  processes: (['server', 'client'] as const).map((role) => ({
    ...usage,
    role,
    group: '',
    eventLoopUtilization: role === side ? 0.99 : 0.6,
  })),
})
/** Twelve slices of a window of twelve seconds. */
const courseOf = (...p50s: readonly number[]): Evidence['timeline'] =>
  p50s.flatMap((p50, third) =>
    [0, 1, 2, 3].map((slice) => ({ atNs: (third * 4 + slice) * 1e9, delivered: 833, p50, p99: null, max: null })),
  )

const rows: ReadonlyArray<readonly [name: string, Change, reasons: readonly string[], warnings: readonly string[]]> = [
  ['nothing wrong', {}, [], []],
  ['one damaged message', { ledger: { corrupt: 1 } }, ['corrupt'], []],
  ['duplicates, reordering and lateness alone', { ledger: { duplicate: 9, outOfOrder: 9, late: 9 } }, [], []],
  ['a sample below zero', { negative: 1, response: { count: MESSAGES - 1 } }, ['negative-latency'], []],
  ['a message in no account', { ledger: { unaccounted: 1 } }, ['unaccounted'], []],
  ['a delivery without a sample', { response: { count: MESSAGES - 1 } }, ['unaccounted'], []],
  ['a sample without a delivery', { response: { count: MESSAGES + 1 } }, ['unaccounted'], []],
  ['a replayed message has no sample', { ledger: { replayed: 1 }, response: { count: MESSAGES - 1 } }, [], []],

  ['one connection of 200 lost', closed(1), [], ['channels-closed']],
  ['1 % of the connections lost', closed(2), [], ['channels-closed']],
  ['more than 1 % of the connections lost', closed(3), ['channels-closed'], ['channels-closed']],
  ['2 connections lost that had no account', { conclusion: { lost: { count: 2 } } }, [], ['channels-closed']],
  [
    'more of them than have an account, and more than 1 %',
    { ...closed(1), conclusion: { lost: { count: 3 } } },
    ['channels-closed'],
    ['channels-closed'],
  ],
  ['fewer of them than have an account', { ...closed(2), conclusion: { lost: { count: 1 } } }, [], ['channels-closed']],
  [
    'a connection that subscribes to several sources, lost',
    { got: [0, 1, 2].map((source) => gotOf(source, 1, { subscriber: 7, state: 'closed' })) },
    [],
    ['channels-closed'],
  ],

  ['1 % unsent', unsent(100), [], []],
  ['more than 1 % unsent', unsent(101), [], ['offered-rate-missed']],
  ['5 % unsent', unsent(500), [], ['offered-rate-missed']],
  ['more than 5 % unsent', unsent(501), ['load-not-reached'], ['offered-rate-missed']],
  ['95 % received in time', { achievedPerSec: 950 }, [], []],
  ['less than 95 % received in time', { achievedPerSec: 949.9 }, [], ['offered-rate-missed']],
  ['90 % received in time', { achievedPerSec: 900 }, [], ['offered-rate-missed']],
  ['less than 90 % received in time', { achievedPerSec: 899.9 }, ['load-not-reached'], ['offered-rate-missed']],
  [
    'replays that came after the window, because their subscribers were away',
    { ledger: { replayed: 4000 }, response: { count: MESSAGES - 4000 }, achievedPerSec: 700, replayedPerSec: 100 },
    [],
    [],
  ],
  [
    'replays within the window make up for nothing',
    { ledger: { replayed: 4000 }, response: { count: MESSAGES - 4000 }, achievedPerSec: 900, replayedPerSec: 400 },
    ['load-not-reached'],
    ['offered-rate-missed'],
  ],
  ['a closed loop offers no rate', { ...unsent(501), achievedPerSec: 1, settings: closedLoop, lag: null }, [], []],

  ['2 % left over by the warm-up', { carriedOver: 200 }, [], []],
  ['more than 2 % left over by the warm-up', { carriedOver: 201 }, [], ['start-backlog']],
  ['what waits on purpose is no backlog', { carriedOver: 701, conclusion: { intended: { waiting: 501 } } }, [], []],
  ['nor does it make a load not reached', { achievedPerSec: 850, conclusion: { intended: { waiting: 1500 } } }, [], []],
  [
    'what is received late beyond that does',
    { achievedPerSec: 760, conclusion: { intended: { waiting: 1500 } } },
    ['load-not-reached'],
    ['offered-rate-missed'],
  ],
  ['more than that is one', { carriedOver: 702, conclusion: { intended: { waiting: 501 } } }, [], ['start-backlog']],
  ['a closed loop always leaves some over', { carriedOver: 201, settings: closedLoop, lag: null }, [], []],

  ['one lost', undelivered('lost', 1), [], ['undelivered']],
  ['one timed out', undelivered('timedOut', 1), [], ['undelivered']],
  ['5 % undelivered', undelivered('timedOut', MESSAGES * 0.05), [], ['undelivered']],
  ['more than 5 % undelivered', undelivered('timedOut', MESSAGES * 0.05 + 1), ['undelivered'], ['undelivered']],
  ['one in flight at the end', undelivered('inFlightAtEnd', 1), [], ['undelivered']],
  [
    'nothing delivered',
    { ledger: { delivered: 0, lost: MESSAGES }, response: { count: 0 } },
    ['nothing-delivered'],
    ['undelivered', 'too-few-samples'],
  ],
  [
    'one delivered is not nothing',
    { ledger: { delivered: 1, lost: MESSAGES - 1 }, response: { count: 1 } },
    ['undelivered'],
    ['undelivered', 'too-few-samples'],
  ],

  ['enough samples for a p99', only(1000), [], []],
  ['too few samples for a p99', only(999), [], ['too-few-samples']],

  ['a lag of 5 ms beside slow responses', { lag: { p99: 5e6 }, response: { p99: 1e9 } }, [], []],
  ['a lag above 5 ms', { lag: { p99: 5e6 + 1 }, response: { p99: 1e9 } }, [], ['generator-saturated']],
  ['a lag of 1 ms that is all of the response', { lag: { p99: 1e6 }, response: { p99: 1e6 } }, [], []],
  ['a lag above 1 ms that is half of the response', { lag: { p99: 1e6 + 1 }, response: { p99: 2e6 + 2 } }, [], []],
  [
    'a lag above 1 ms and half of the response',
    { lag: { p99: 1e6 + 1 }, response: { p99: 2e6 } },
    [],
    ['generator-saturated'],
  ],
  ['a p99 within bounds, whatever the largest', { lag: { p99: 20_000, max: 9e9 }, response: { p99: 1e9 } }, [], []],
  [
    'without a p99 the highest percentile with samples',
    { lag: { p99: null, p90: 5e6 + 1, max: 9e9 }, response: { p99: 1e9, p90: 1e9 } },
    [],
    ['generator-saturated'],
  ],
  ['without a p99, one stall alone', { lag: { p99: null, p90: 5e6, max: 9e9 }, response: { p90: 1e9 } }, [], []],
  ['fewer samples than any percentile needs', { lag: { p50: null, p90: null, p99: null, max: 9e9 } }, [], []],
  ['a lag beside the largest response', { lag: { p99: 1.5e6 }, response: { p99: null, max: 1e9 } }, [], []],
  [
    'a lag that is much of the largest response',
    { lag: { p99: 1.5e6 }, response: { p99: null, max: 2e6 } },
    [],
    ['generator-saturated'],
  ],
  ['no samples of lag', { lag: { p99: null, max: null } }, [], []],

  ['a busy client in a closed loop', { ...busy('client'), settings: closedLoop, lag: null }, [], ['client-bound']],
  ['a busy server in a closed loop', { ...busy('server'), settings: closedLoop, lag: null }, [], []],
  ['a busy client that keeps its rate', busy('client'), [], []],
  [
    'a busy client, and not all was received',
    { ...busy('client'), achievedPerSec: 949.9 },
    [],
    ['offered-rate-missed', 'client-bound'],
  ],
  [
    'a busy client, and so late that it says so itself',
    { ...busy('client'), lag: { p99: 6e6 } },
    [],
    ['generator-saturated'],
  ],
  [
    'a p50 that falls to the end',
    { timeline: courseOf(150_000, 120_000, 100_000), settings: { durationNs: 12e9 }, achievedPerSec: 1000 },
    [],
    ['not-steady'],
  ],
  [
    'a p50 that stays',
    { timeline: courseOf(100_000, 100_000, 101_000), settings: { durationNs: 12e9 }, achievedPerSec: 1000 },
    [],
    [],
  ],
  [
    'a machine with other work to do',
    { machine: { stealShare: 0.2, foreignShare: 0, clockDriftNs: 0 } },
    [],
    ['cpu-steal'],
  ],

  ['80 % of the warm-up', { warmup: 80 }, [], []],
  ['less than 80 % of the warm-up', { warmup: 79 }, [], ['short-warm-up']],
  [
    'less than 80 % of the warm-up, in a closed loop',
    { warmup: 79, settings: { load: { model: 'closed', inFlight: 4 } } },
    [],
    ['short-warm-up'],
  ],
  [
    'less than 80 % of the warm-up, under saturation',
    { warmup: 79, settings: { load: { model: 'saturate' } } },
    [],
    ['short-warm-up'],
  ],
  [
    'a source that goes on in another process has warmed up once',
    {
      outcome: { sents: [sentOf(0, MESSAGES / 2, { from: 79 }), sentOf(0, MESSAGES / 2, { from: 79 + MESSAGES / 2 })] },
    },
    [],
    ['short-warm-up'],
  ],

  [
    'a death explains all the rest',
    {
      outcome: { reasons: [{ code: 'server-died', message: 'the server process was killed by SIGKILL' }] },
      ledger: { corrupt: 1, unaccounted: 5, delivered: 0 },
      negative: 3,
      achievedPerSec: 0,
    },
    ['server-died'],
    ['offered-rate-missed'],
  ],
  [
    'nothing was measured, so nothing is doubtful about it',
    {
      outcome: { window: null, sents: [], reasons: [{ code: 'connect-failed', message: 'refused' }] },
      ledger: { scheduled: 0, sent: 0, expected: 0, delivered: 0 },
      response: { count: 0 },
      achievedPerSec: 0,
    },
    ['connect-failed'],
    [],
  ],
]

/** One side sent on schedule; the other one received. */
function pacedBy(side: Role): Partial<TrialOutcome> {
  const sample = { intendedNs: window.warmNs, nowNs: window.warmNs, lagNs: 0 }
  const reports = (['server', 'client'] as const).map((role) =>
    handedOver(role, role === side ? { recording: recordingOf([sample]) } : {}),
  )
  return { reports }
}

const codes = (list: ReadonlyArray<{ readonly code: string }>) => list.map(({ code }) => code)

for (const [name, change, reasons, warnings] of rows) {
  test(`${name}: ${[...reasons, ...warnings].join(', ') || 'no word'}`, () => {
    const judged = judge(evidenceOf(change))
    assert.deepEqual(codes(judged.reasons), reasons)
    assert.deepEqual(codes(judged.warnings), warnings)
    assert.equal(judged.verdict, reasons.length > 0 ? 'invalid' : warnings.length > 0 ? 'suspect' : 'valid')
  })
}

const said: ReadonlyArray<readonly [name: string, Change, code: string, message: RegExp]> = [
  ['how many connections were lost', closed(2), 'channels-closed', /^2 of 200 connections were lost$/],
  [
    'what closed one of them',
    closed(2, 'read ECONNRESET'),
    'channels-closed',
    /^2 of 200 connections were lost, e\.g\.: read ECONNRESET$/,
  ],
  ['what closed so many of them', closed(9, 'read ECONNRESET'), 'channels-closed', /^9 of 200 .*: read ECONNRESET$/],
  ['which of them were not delivered', undelivered('timedOut', 4), 'undelivered', /^0 lost, 4 timed out, 0 still/],
  ['the share that was not sent', unsent(501), 'load-not-reached', /^5\.0 % of the offered/],
  ['how far the receipts fell behind', { achievedPerSec: 700 }, 'load-not-reached', /^700\/s were received of 1000\/s/],
  ['both lengths of the warm-up', { warmup: 79 }, 'short-warm-up', /^79 messages before the window, 100 wanted$/],
  ['how many samples there are', only(999), 'too-few-samples', /^999 messages .* needs 1000$/],
  [
    'how many samples a lower percentile needs',
    { ...only(19), samplesFor: 'p50' },
    'too-few-samples',
    /^19 messages .* p50, which needs 20$/,
  ],
  [
    'the lag at the percentile that matters',
    { lag: { p50: 6e6 }, samplesFor: 'p50' },
    'generator-saturated',
    /^send lag p50 is 6\.0 ms/,
  ],
  [
    'why, as the workload knows it',
    { conclusion: { lost: { count: 9, because: 'silent' } } },
    'channels-closed',
    /silent$/,
  ],
  ['the p99 of the lag', { lag: { p99: 7.3e6 } }, 'generator-saturated', /^send lag p99 is 7\.3 ms/],
  ['that there was no p99', { lag: { p99: null, p90: 8e6 } }, 'generator-saturated', /^send lag p90 is 8\.0 ms/],
  ...(['server', 'client'] as const).map(
    (side) =>
      [
        `that the ${side} was late`,
        { lag: { p99: 8e6 }, outcome: pacedBy(side) },
        'generator-saturated',
        new RegExp(`: the ${side} could not keep to the schedule`),
      ] as const,
  ),
  ['deliveries and samples that differ', { response: { count: 9000 } }, 'unaccounted', /^10000 .* 9000 was recorded$/],
]

for (const [name, change, code, message] of said) {
  test(`${code} says ${name}`, () => {
    const { reasons, warnings } = judge(evidenceOf(change))
    const found = [...reasons, ...warnings].filter((one) => one.code === code)
    assert.ok(found.length > 0)
    for (const one of found) assert.match(one.message, message)
  })
}

test('the fixture has a window, so that warnings are looked for at all', () => {
  assert.equal(evidenceOf({}).outcome.window, window)
})

test('few distinct events are told of, and make no trial suspect', () => {
  const judged = judge(evidenceOf({ excursions: { p999: 4 } }))
  assert.deepEqual([judged.verdict, codes(judged.warnings)], ['valid', ['few-excursions']])
  assert.equal(judged.warnings[0]?.message, 'distinct slow moments behind p99.9: 4; 5 are wanted')
  assert.deepEqual(judge(evidenceOf({ excursions: { p99: null, p999: 5 } })).warnings, [])
})

test('who was the limit is said of what was measured, and of nothing else', () => {
  assert.equal(judge(evidenceOf(busy('server'))).bottleneck?.who, 'server')
  assert.equal(judge(evidenceOf({ ...busy('server'), outcome: { window: null } })).bottleneck, null)
})

test('due is what was expected, replays apart, and what should have been sent and was not', () => {
  assert.equal(dueOf({ expected: 100, replayed: 10, skipped: 20, errors: { 'channel-closed': 3, other: 4 } }), 117)
})
