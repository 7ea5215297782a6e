import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Heart, silenceOf, Watch, type Watched } from './heartbeat.ts'

class Patient implements Watched {
  bytesRead = 100
  isPaused = false
  beats = 0
  heards = 0
  silences = 0
  beat(): void {
    this.beats++
  }
  heard(): void {
    this.heards++
  }
  silent(): void {
    this.silences++
  }
}

/** Somebody whose beats are sent by the peer. */
class Listening implements Watched {
  bytesRead = 100
  isPaused = false
  silences = 0
  silent(): void {
    this.silences++
  }
}

/** What comes between two looks: bytes, nothing, or nothing while paused. */
type Between = 'bytes' | 'nothing' | 'pause'

/** @returns after how many looks it was declared silent, if at all */
function looksUntilSilent(
  watched: Patient | Listening,
  missed: number,
  ...between: readonly Between[]
): number | undefined {
  const portion = new Set<Watch>()
  const watch = new Watch(watched, portion)
  portion.add(watch)
  for (const [at, what] of between.entries()) {
    if (what === 'bytes') watched.bytesRead++
    watched.isPaused = what === 'pause'
    watch.look(missed)
    if (watched.silences > 0) {
      assert.equal(portion.size, 0, 'it is still watched')
      return at + 1
    }
  }
  return undefined
}

describe('a look', () => {
  const never = undefined
  const cases: [string, () => Patient | Listening, number, Between[], number | undefined][] = [
    ['the first one comes before any beat', () => new Patient(), 1, ['nothing'], never],
    ['one beat missed', () => new Patient(), 1, ['nothing', 'nothing'], 2],
    ['three in a row', () => new Patient(), 3, ['bytes', 'nothing', 'nothing', 'nothing'], 4],
    ['two of three', () => new Patient(), 3, ['bytes', 'nothing', 'nothing', 'bytes', 'nothing', 'nothing'], never],
    ['paused', () => new Patient(), 1, ['bytes', 'pause', 'pause', 'pause'], never],
    ['silent after a pause', () => new Patient(), 2, ['pause', 'pause', 'nothing', 'nothing'], 4],
    [
      'a beat of the peer falls between two looks',
      () => new Listening(),
      1,
      ['bytes', 'nothing', 'bytes', 'nothing'],
      never,
    ],
    ['no beat of the peer', () => new Listening(), 1, ['bytes', 'nothing', 'nothing'], 3],
  ]
  for (const [what, patient, missed, between, expected] of cases) {
    it(what, () => assert.equal(looksUntilSilent(patient(), missed, ...between), expected))
  }

  it('asks for a beat each time, and tells what was heard', () => {
    const patient = new Patient()
    assert.equal(looksUntilSilent(patient, 2, 'bytes', 'nothing', 'pause', 'bytes'), undefined)
    assert.deepEqual([patient.beats, patient.heards], [4, 2])
  })
})

describe('a heart', () => {
  it('asks everybody once a round, in portions', async (t) => {
    const heart = new Heart({ everyMs: 200, missed: 1 })
    t.after(() => heart.stop())
    const patients = Array.from({ length: 9 }, () => new Patient())
    for (const patient of patients) heart.watch(patient)
    const beats = () => patients.map((patient) => patient.beats)
    while (Math.max(...beats()) === 0) await sleep(1)
    const first = beats().filter((count) => count > 0).length
    assert.ok(first < patients.length, `${first} of 9 in one portion`)
    while (Math.min(...beats()) === 0) await sleep(1)
    assert.ok(Math.max(...beats()) <= 2)
  })

  it('asks nobody whose watch is stopped, and nobody at all when it is stopped itself', async () => {
    const heart = new Heart({ everyMs: 1, missed: 1 })
    const [one, other] = [new Patient(), new Patient()]
    heart.watch(one).stop()
    heart.watch(other)
    while (other.beats === 0) await sleep(1)
    heart.stop()
    const { beats } = other
    await sleep(20)
    assert.deepEqual([one.beats, other.beats], [0, beats])
  })
})

it('says what was missed', () => {
  assert.equal(silenceOf({ everyMs: 500, missed: 1 }), 'the peer is silent: a heartbeat missed, one every 500 ms')
  assert.equal(silenceOf({ everyMs: 500, missed: 3 }), 'the peer is silent: 3 heartbeats missed, one every 500 ms')
})
