import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualTime } from '../../test/virtual-time.ts'
import type { Sent, Source, Window } from '../workload.ts'
import { closedLoop } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import { Recorder } from './recorder.ts'
import { uniformSchedule } from './schedule.ts'
import { Sender } from './sender.ts'
import { noTraffic } from './traffic.ts'

interface Emission {
  readonly source: number
  readonly sequence: number
  readonly intendedNs: number
  readonly lagNs: number
}

class Probe implements Source {
  open = true
  full = false
  readonly abandoned: number[] = []
  readonly number: number
  private readonly log: Emission[]

  constructor(number: number, log: Emission[]) {
    this.number = number
    this.log = log
  }

  emit(sequence: number, intendedNs: number, lagNs: number): number {
    this.log.push({ source: this.number, sequence, intendedNs, lagNs })
    return 64
  }

  abandon(to: number): void {
    this.abandoned.push(to)
  }
}

const MS = 1e6
const window: Window = { startNs: 10 * MS, warmNs: 20 * MS, endNs: 60 * MS }

function stage(numbers: readonly number[]) {
  const log: Emission[] = []
  const sources = numbers.map((number) => new Probe(number, log))
  const recorder = new Recorder(true)
  recorder.open(window)
  const traffic = noTraffic()
  const sender = new Sender(recorder, { messages: 0, spinNs: 0 }, traffic)
  return { log, sources, sender, traffic, time: new VirtualTime() }
}

const sumOf = (sents: readonly Sent[], field: 'scheduled' | 'sent' | 'skipped') =>
  sents.reduce((sum, sent) => sum + sent[field], 0)

test('open loop: absolute schedule, whatever the lateness of the alarm', async () => {
  const { log, sources, sender, time } = stage([0, 1])
  const pace = openLoop(sender, sources, 2, uniformSchedule(1000), time, time.alarm())
  const ended = pace.run(window)
  time.advance(100 * MS, 700_000)
  const sents = await ended
  assert.equal(log.length, 50)
  for (const [index, { source, intendedNs, lagNs }] of log.entries()) {
    assert.equal(intendedNs, window.startNs + index * MS, 'intended times do not move with the lateness')
    assert.equal(lagNs, 700_000)
    assert.equal(source, index % 2)
  }
  assert.equal(sumOf(sents, 'scheduled'), 40)
  assert.equal(sumOf(sents, 'sent'), 40)
  assert.deepEqual([sents[0]?.from, sents[0]?.to], [5, 25], 'the warm-up comes before the window')
})

test('open loop: the load does not depend on how many processes share it', async () => {
  const everywhere: Emission[] = []
  for (const numbers of [
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]) {
    const { log, sources, sender, time } = stage(numbers)
    const ended = openLoop(sender, sources, 7, uniformSchedule(997), time, time.alarm()).run(window)
    time.advance(100 * MS)
    await ended
    everywhere.push(...log)
  }
  const { log, sources, sender, time } = stage([0, 1, 2, 3, 4, 5, 6])
  const ended = openLoop(sender, sources, 7, uniformSchedule(997), time, time.alarm()).run(window)
  time.advance(100 * MS)
  await ended
  const byTime = (one: Emission, other: Emission) => one.intendedNs - other.intendedNs
  assert.deepEqual(everywhere.sort(byTime), log)
})

test('open loop: a full channel keeps the intended times, and what never finds room is skipped', async () => {
  const { log, sources, sender, time } = stage([0])
  const pace = openLoop(sender, sources, 1, uniformSchedule(1000), time, time.alarm())
  const ended = pace.run(window)
  const [source] = sources
  assert.ok(source)
  time.advance(30 * MS)
  source.full = true
  time.advance(40 * MS)
  assert.equal(log.length, 21)
  source.full = false
  pace.drained(0)
  assert.equal(log.length, 31)
  assert.equal(log.at(-10)?.lagNs, 9 * MS, 'the first that waited is the latest')
  source.full = true
  time.advance(100 * MS)
  const [sent] = await ended
  assert.deepEqual(
    { scheduled: sent?.scheduled, sent: sent?.sent, skipped: sent?.skipped },
    { scheduled: 40, sent: 21, skipped: 19 },
  )
})

test('open loop: messages due on a closed channel are errors, and a cut ends the account there', async () => {
  const { sources, sender, time } = stage([0])
  const pace = openLoop(sender, sources, 1, uniformSchedule(1000), time, time.alarm())
  const ended = pace.run(window)
  time.advance(30 * MS)
  if (sources[0]) sources[0].open = false
  time.advance(35 * MS)
  pace.cut()
  const [sent] = await ended
  assert.equal(sent?.scheduled, 16)
  assert.equal(sent?.sent, 11)
  assert.deepEqual(sent?.errors, { 'channel-closed': 5 })
})

test('closed loop: never more under way than asked for, and an answer makes room for one', async () => {
  const { log, sources, sender, time } = stage([0, 1])
  const pace = closedLoop(sender, sources, 3, 1e12, time, time.alarm())
  const ended = pace.run(window)
  time.advance(window.startNs)
  assert.equal(log.length, 6)
  pace.answered(1)
  assert.deepEqual(log.at(-1), { source: 1, sequence: 3, intendedNs: window.startNs, lagNs: 0 })
  if (sources[0]) sources[0].full = true
  pace.answered(0)
  assert.equal(log.length, 7, 'no room')
  if (sources[0]) sources[0].full = false
  pace.drained(0)
  pace.drained(0)
  assert.equal(log.length, 8, 'one place, one message')
  time.advance(window.warmNs + 1)
  pace.answered(0)
  time.advance(window.endNs + 1)
  pace.answered(0)
  pace.cut()
  pace.answered(0)
  assert.equal(log.length, 9, 'nothing after the end')
  const sents = await ended
  assert.deepEqual(
    sents.map(({ from, to, scheduled, sent }) => ({ from, to, scheduled, sent })),
    [
      { from: 4, to: 5, scheduled: 1, sent: 1 },
      { from: 4, to: 4, scheduled: 0, sent: 0 },
    ],
  )
})

test('open loop: a channel that closes turns what waited for room into errors, not into skipped messages', async () => {
  const { sources, sender, time } = stage([0])
  const pace = openLoop(sender, sources, 1, uniformSchedule(1000), time, time.alarm())
  const ended = pace.run(window)
  const [source] = sources
  assert.ok(source)
  source.full = true
  time.advance(30 * MS)
  source.open = false
  time.advance(100 * MS)
  const [sent] = await ended
  assert.deepEqual([sent?.scheduled, sent?.sent, sent?.skipped, sent?.errors['channel-closed']], [40, 0, 0, 40])
})

test('open loop: a process without sources just waits for the end, and a number out of range is a fault', async () => {
  const { sender, time } = stage([])
  const ended = openLoop(sender, [], 5, uniformSchedule(1000), time, time.alarm()).run(window)
  time.advance(100 * MS)
  assert.deepEqual(await ended, [])
  const far = stage([5])
  assert.throws(() => openLoop(far.sender, far.sources, 5, uniformSchedule(1000), time, time.alarm()), RangeError)
})

test('open loop: a generator that is far behind stops soon after the end and counts the rest as skipped', async () => {
  const { log, sources, sender, time } = stage([0])
  const ended = openLoop(sender, sources, 1, uniformSchedule(100_000), time, time.alarm()).run(window)
  // The process does not get to run until long after the end.
  time.advance(window.startNs, 200 * MS)
  const [sent] = await ended
  assert.equal(sent?.scheduled, 4000)
  assert.equal(sent?.skipped, 4000)
  assert.equal(log.length, 0)
})

test('closed loop: a source that falls silent is given up and starts anew', async () => {
  const { log, sources, sender, time } = stage([0, 1])
  const pace = closedLoop(sender, sources, 2, 8 * MS, time, time.alarm())
  const ended = pace.run(window)
  time.advance(window.startNs)
  for (let ms = 11; ms < 30; ms++) {
    time.advance(ms * MS)
    pace.answered(1)
  }
  assert.deepEqual(sources[0]?.abandoned, [2, 4])
  assert.deepEqual(sources[1]?.abandoned, [])
  assert.equal(log.filter(({ source }) => source === 0).length, 6)
  pace.cut()
  await ended
})
