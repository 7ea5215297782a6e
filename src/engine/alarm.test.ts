import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { VirtualTime } from '../../test/virtual-time.ts'
import { type Activity, fineAlarm } from './alarm.ts'

const MS = 1e6
/** More turns of the event loop than any wait needs. */
const MANY = 20

/** An alarm whose clock and coarse timers stand still until the test moves them; turns of the loop are real. */
function stage(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const time = new VirtualTime()
  const activity: Activity = { messages: 0, spinNs: 0 }
  const alarm = fineAlarm(time, activity)
  t.after(() => alarm.clear())
  const rung: string[] = []
  return {
    time,
    activity,
    alarm,
    rung,
    ringing: (name: string) => () => {
      rung.push(name)
    },
    /** Time passes on the clock and for timers alike. */
    pass(ms: number) {
      time.present += ms * MS
      t.mock.timers.tick(ms)
    },
    async turns(count: number) {
      for (let done = 0; done < count; done++) await turn()
    },
  }
}

for (const [name, distanceNs] of [
  ['far', 10 * MS],
  ['near', 0.9 * MS],
  ['at the edge of what a timer waits for', 2.2 * MS],
] as const) {
  test(`an instant that is ${name}: never rings before it, once at it`, async (t) => {
    const { time, alarm, rung, ringing, turns } = stage(t)
    time.present = 5 * MS
    alarm.at(time.present + distanceNs, ringing('a'))
    // The coarse timer is as early as can be: its clock has not moved at all.
    t.mock.timers.tick(Math.ceil(distanceNs / MS))
    await turns(MANY)
    assert.deepEqual(rung, [])
    time.present += distanceNs - 1
    await turns(MANY)
    assert.deepEqual(rung, [], 'a nanosecond too early')
    time.present += 1
    await turns(1)
    assert.deepEqual(rung, ['a'])
    time.present += 100 * MS
    await turns(MANY)
    assert.deepEqual(rung, ['a'], 'once')
  })
}

test('an instant in the past rings in the next turn, and not within the call', async (t) => {
  const { time, alarm, rung, ringing, turns } = stage(t)
  time.present = 5 * MS
  alarm.at(3 * MS, ringing('a'))
  assert.deepEqual(rung, [])
  await turns(1)
  assert.deepEqual(rung, ['a'])
})

test('a distant instant is waited for by a timer, which spins only for the last of the way', async (t) => {
  const { activity, alarm, rung, ringing, pass, turns } = stage(t)
  alarm.at(10 * MS, ringing('a'))
  for (let ms = 1; ms < 8; ms++) {
    pass(1)
    await turns(1)
  }
  assert.equal(activity.spinNs, 0)
  pass(1)
  for (let ms = 9; ms <= 10; ms++) {
    pass(1)
    await turns(1)
  }
  assert.deepEqual(rung, ['a'])
  assert.equal(activity.spinNs, 2 * MS, 'from 8 ms, when the timer was up, to 10 ms')
})

/** Turn after turn of one wait: how long it took, what was handled in it, and what of it was spent in waiting, ns. */
const spent: ReadonlyArray<readonly [name: string, turnNs: number, messages: number, spinNs: number]> = [
  ['a turn that only waited', 100, 0, 100],
  ['another one', 110, 0, 110],
  ['a turn in which messages were handled', 120, 3, 0],
  ['a long one in which a message was handled', 9000, 1, 0],
  ['a turn that waited again', 130, 0, 130],
  ['one of five times the shortest', 500, 0, 500],
  ['a longer one, that was not on a CPU for all of it', 70_000, 0, 500],
  ['the shortest yet', 50, 0, 50],
  ['a longer one, measured by that', 70_000, 0, 250],
]

test('what is booked as spinning is the turns that waited, and no more of a long one than is plausible', async (t) => {
  const { time, activity, alarm, ringing, turns } = stage(t)
  alarm.at(1 * MS, ringing('a'))
  for (const [name, turnNs, messages, spinNs] of spent) {
    const before = activity.spinNs
    time.present += turnNs
    activity.messages += messages
    await turns(1)
    assert.equal(activity.spinNs - before, spinNs, name)
  }
})

test('the turn after a ring that sent holds the writes, and is no waiting', async (t) => {
  const { time, activity, alarm, rung, turns } = stage(t)
  const spins: number[] = []
  const ring = () => {
    rung.push('a')
    activity.messages += 2
    alarm.at(time.present + 0.5 * MS, ring)
  }
  alarm.at(100, ring)
  for (let step = 0; step < 4; step++) {
    const before = activity.spinNs
    time.present += 100
    await turns(1)
    spins.push(activity.spinNs - before)
  }
  assert.deepEqual(rung, ['a'])
  assert.deepEqual(spins, [100, 0, 100, 100], 'waited, rang at its end; wrote; waited')
})

test('around waits by a timer alone: it spins for nothing', async (t) => {
  const { time, activity, alarm, rung, ringing, pass, turns } = stage(t)
  alarm.around(4 * MS, ringing('a'))
  pass(3)
  await turns(MANY)
  assert.deepEqual(rung, [])
  pass(1)
  assert.deepEqual(rung, ['a'], 'by the timer, without a turn')
  await turns(MANY)
  alarm.around(time.present - 1 * MS, ringing('b'))
  pass(1)
  assert.deepEqual(rung, ['a', 'b'], 'one in the past')
  assert.equal(activity.spinNs, 0)
})

type Stage = ReturnType<typeof stage>

const waits: ReadonlyArray<readonly [name: string, begin: (on: Stage) => Promise<void>]> = [
  ['by a timer', async ({ alarm, ringing }) => alarm.at(10 * MS, ringing('old'))],
  [
    'finely',
    async ({ alarm, ringing, turns }) => {
      alarm.at(1 * MS, ringing('old'))
      await turns(2)
    },
  ],
  [
    'finely, after a timer',
    async ({ alarm, ringing, pass, turns }) => {
      alarm.at(10 * MS, ringing('old'))
      pass(9)
      await turns(2)
    },
  ],
  ['around', async ({ alarm, ringing }) => alarm.around(2 * MS, ringing('old'))],
]

const endings: ReadonlyArray<readonly [name: string, end: (on: Stage) => void, rung: readonly string[]]> = [
  ['cleared', ({ alarm }) => alarm.clear(), []],
  ['replaced by a fine one', ({ alarm, time, ringing }) => alarm.at(time.present + 30 * MS, ringing('new')), ['new']],
  [
    'replaced by a coarse one',
    ({ alarm, time, ringing }) => alarm.around(time.present + 30 * MS, ringing('new')),
    ['new'],
  ],
]

for (const [how, begin] of waits) {
  for (const [ending, end, expected] of endings) {
    test(`an alarm that waits ${how} and is ${ending} never rings`, async (t) => {
      const on = stage(t)
      await begin(on)
      end(on)
      for (let ms = 0; ms < 40; ms++) {
        on.pass(1)
        await on.turns(1)
      }
      assert.deepEqual(on.rung, expected)
      const { spinNs } = on.activity
      await on.turns(MANY)
      assert.equal(on.activity.spinNs, spinNs, 'nothing waits any longer')
    })
  }
}
