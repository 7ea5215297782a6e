import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base64Of, EventReader, eventBytes, idLineOf, writeEvent } from './sse-framing.ts'

function eventOf(text: string | Buffer, id?: string): Buffer {
  const bytes = Buffer.from(text)
  const event = Buffer.alloc(eventBytes(bytes, idLineOf(id)), '?')
  writeEvent(event, 0, bytes, idLineOf(id))
  return event
}

/** Reads a stream that comes in pieces of the sizes that `pieceBytes` gives. */
function read(stream: Buffer, pieceBytes: () => number = () => stream.length): { data: string; id?: string }[] {
  const events: { data: string; id?: string }[] = []
  const reader = new EventReader({
    onEvent: ({ data, id }) => events.push(id === undefined ? { data } : { data, id }),
  })
  for (let at = 0; at < stream.length; ) {
    const end = at + Math.max(1, pieceBytes())
    reader.feed(stream.subarray(at, end))
    at = end
  }
  return events
}

/** mulberry32: the same numbers at each run, in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const SNIPPETS = [
  '',
  'a',
  ' ',
  '\n',
  '\n\n',
  ':',
  'data: ',
  'id: 1',
  'event',
  '\0',
  '\ufeff',
  'ß',
  '漢',
  '😀',
  'word '.repeat(9),
]

describe('an event', () => {
  const table: [string, string, string | undefined][] = [
    ['', 'data: \n\n', undefined],
    ['x', 'data: x\n\n', undefined],
    [' x', 'data:  x\n\n', undefined],
    ['a\nb', 'data: a\ndata: b\n\n', undefined],
    ['\n', 'data: \ndata: \n\n', undefined],
    ['a\n', 'data: a\ndata: \n\n', undefined],
    ['x', 'id: 17-ü\ndata: x\n\n', '17-ü'],
    ['x', 'id: \ndata: x\n\n', ''],
    ['x', 'data: x\n\n', 'two\nlines'],
    ['x', 'data: x\n\n', 'a\rb'],
    ['x', 'data: x\n\n', 'a\0b'],
  ]
  for (const [message, wire, id] of table) {
    const named = id === undefined ? '' : ` with the id ${JSON.stringify(id)}`
    it(`of ${JSON.stringify(message)}${named}`, () => assert.equal(String(eventOf(message, id)), wire))
  }

  it('arrives with its id', () => {
    assert.deepEqual(read(Buffer.concat([eventOf('x', '17-ü'), eventOf('y')])), [
      { data: 'x', id: '17-ü' },
      { data: 'y' },
    ])
  })

  it('of any text comes back, in pieces of any size', () => {
    const random = seeded(20)
    const pick = () => SNIPPETS[Math.floor(random() * SNIPPETS.length)] ?? ''
    for (let round = 0; round < 300; round++) {
      const texts = Array.from({ length: 1 + random() * 8 }, () => Array.from({ length: random() * 12 }, pick).join(''))
      const stream = Buffer.concat([Buffer.from(':\n\n'), ...texts.map((text) => eventOf(text))])
      const largest = 1 + random() * (round % 3 === 0 ? 3 : 200)
      const got = read(stream, () => Math.floor(random() * largest))
      assert.deepEqual(
        got.map(({ data }) => data),
        texts,
      )
    }
  })

  it('of any bytes comes back by way of base64', () => {
    const random = seeded(21)
    for (let round = 0; round < 100; round++) {
      const bytes = Buffer.from(Array.from({ length: random() * 200 }, () => Math.floor(random() * 256)))
      const [event] = read(eventOf(base64Of(bytes)))
      assert.deepEqual(Buffer.from(event?.data ?? '?', 'base64'), bytes)
    }
  })

  it('stream may begin with a byte order mark', () => {
    assert.deepEqual(read(Buffer.from('\ufeffdata: \ufeffx\n\n')), [{ data: '\ufeffx' }])
  })
})
