import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings } from '../../test/outcome-fixture.ts'
import { composer, type PayloadKind } from '../message.ts'
import { FaultyWay, Lottery } from './handicap-fault.ts'

const host = { settings, measures: (ns: number) => ns >= 1000, after: () => () => {} }

const headers = (count: number, source = 3) =>
  Array.from({ length: count }, (_, sequence) => ({
    source,
    sequence,
    intendedNs: 2000,
    kind: 0,
    lagNs: 0,
    position: 0,
  }))

for (const [kind, sizeBytes] of [
  ['text', 48],
  ['text', 500],
  ['json', 200],
  ['binary', 100],
] as const satisfies ReadonlyArray<readonly [PayloadKind, number]>) {
  test(`a ${kind} message of ${sizeBytes} bytes says whose it is and whether it counts`, () => {
    const lottery = new Lottery(host, { lose: 0.5 }, 1)
    const { stamp } = composer({ kind, sizeBytes })
    const stampOf = (changes: object) => {
      const [header] = headers(1)
      assert.ok(header)
      return lottery.stampOf(stamp({ ...header, ...changes }))
    }
    assert.deepEqual(stampOf({ sequence: 9 }), { source: 3, sequence: 9, counts: true })
    assert.equal(stampOf({ intendedNs: 999 })?.counts, false)
    assert.equal(stampOf({ kind: 1 })?.counts, false)
  })
}

test('what is no message of a source is left alone', () => {
  const lottery = new Lottery(host, { lose: 1 }, 1)
  for (const bytes of ['', '{', '{}', 'x'.repeat(48)]) assert.equal(lottery.stampOf(Buffer.from(bytes)), undefined)
})

test('as many messages are hit as the shares say, others for another seed or channel', () => {
  const fates = (seed: number, lane: number) => {
    const lottery = new Lottery(host, { lose: 0.1, duplicate: 0.2, reorder: 0.3 }, seed)
    return headers(20_000).map((header) => lottery.draw({ ...header, counts: true }, lane))
  }
  const one = fates(1, 0)
  for (const [fate, share] of [
    ['lose', 0.1],
    ['duplicate', 0.2],
    ['reorder', 0.3],
    ['pass', 0.4],
  ] as const) {
    const found = one.filter((each) => each === fate).length / one.length
    assert.ok(Math.abs(found - share) < 0.015, `${fate}: ${found}`)
  }
  assert.deepEqual(fates(1, 0), one)
  for (const other of [fates(2, 0), fates(1, 1)]) {
    const same = other.filter((fate, at) => fate === one[at]).length / one.length
    assert.ok(same > 0.2 && same < 0.4, `independent ones agree in 30 %, these in ${same}`)
  }
})

test('only a later message of the same source overtakes, and only that counts', () => {
  const lottery = new Lottery(host, { reorder: 1 }, 1)
  const passed: string[] = []
  const way = new FaultyWay<string>(
    lottery,
    0,
    (item) => item,
    (item) => passed.push(item),
  )
  const stamp = (source: number, counts = true) => ({ source, sequence: 0, counts })
  way.put('a0', stamp(1))
  way.put('join', undefined)
  way.put('b0', stamp(2, false))
  assert.deepEqual([passed, lottery.injected.reordered], [['join', 'b0'], 0])
  way.put('a1', stamp(1))
  assert.deepEqual([passed, lottery.injected.reordered], [['join', 'b0', 'a1', 'a0'], 1])
  way.put('a2', stamp(1))
  way.flush()
  assert.deepEqual(passed.slice(4), ['a2'])
  assert.equal(lottery.injected.reordered, 1, 'what nothing followed was not overtaken')
})
