import assert from 'node:assert/strict'
import test from 'node:test'
import {
  composer,
  HEADER_BYTES,
  type Header,
  type JsonShape,
  messageReader,
  minimumPayloadBytes,
  type PayloadKind,
} from './message.ts'

const kinds: readonly PayloadKind[] = ['text', 'json', 'binary']
const zero: Header = { kind: 0, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
const largest: Header = {
  kind: 31,
  source: 2 ** 30 - 1,
  sequence: 2 ** 40 - 1,
  intendedNs: Number.MAX_SAFE_INTEGER,
  lagNs: 2 ** 40 - 1,
  position: 2 ** 40 - 1,
}

for (const kind of kinds) {
  test(`${kind}: every field comes back as it was stamped, at the smallest size and above`, () => {
    for (const sizeBytes of [minimumPayloadBytes(kind), minimumPayloadBytes(kind) + 1, 128, 4096]) {
      const { stamp } = composer({ sizeBytes, kind })
      const reader = messageReader({ sizeBytes, kind })
      for (const header of [zero, largest, { ...zero, sequence: 2 ** 20, intendedNs: 2 ** 30, lagNs: 1 }]) {
        const bytes = stamp(header)
        assert.equal(bytes.length, sizeBytes)
        assert.equal(reader.read(bytes), 'good')
        assert.deepEqual(reader.header, header)
      }
    }
  })

  test(`${kind}: no single changed byte goes unseen`, () => {
    const payload = { sizeBytes: 200, kind }
    const reader = messageReader(payload)
    const good = Buffer.from(composer(payload).stamp({ ...zero, source: 5, sequence: 77, intendedNs: 123_456_789 }))
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good)
      bad[at] = (bad[at] ?? 0) ^ 1
      assert.notEqual(reader.read(bad), 'good', `byte ${at}`)
    }
    assert.notEqual(reader.read(good.subarray(0, 199)), 'good', 'one byte short')
    assert.notEqual(reader.read(Buffer.concat([good, Buffer.from('x')])), 'good', 'one byte long')
    assert.equal(reader.read(good), 'good')
  })
}

test('a damaged body still says which message it was, a damaged head does not', () => {
  const payload = { sizeBytes: 100, kind: 'text' } as const
  const reader = messageReader(payload)
  const bytes = Buffer.from(composer(payload).stamp({ ...zero, sequence: 9 }))
  const tail = Buffer.from(bytes)
  tail[99] = 0
  assert.equal(reader.read(tail), 'damaged')
  assert.equal(reader.header.sequence, 9)
  const head = Buffer.from(bytes)
  head[10] = (head[10] ?? 0) ^ 1
  assert.equal(reader.read(head), 'unreadable')
  assert.equal(reader.read(new Uint8Array()), 'unreadable')
})

test('text messages are printable, json messages parse', () => {
  const text = Buffer.from(composer({ sizeBytes: 300, kind: 'text' }).stamp(largest)).toString('latin1')
  assert.match(text, /^[0-9a-v]{300}$/)
  const json = JSON.parse(Buffer.from(composer({ sizeBytes: 300, kind: 'json' }).stamp(largest)).toString()) as {
    h: string
    d: string
  }
  assert.equal(json.h.length, HEADER_BYTES)
  assert.deepEqual(Object.keys(json), ['h', 'd'])
})

test('a payload that cannot hold the header is refused', () => {
  for (const kind of kinds) {
    assert.throws(() => composer({ sizeBytes: minimumPayloadBytes(kind) - 1, kind }), RangeError)
  }
})

const chat: JsonShape = {
  copies: [
    { field: 'userId', of: 'source' },
    { field: 'timestamp', of: 'intended' },
  ],
  body: 'content',
}

test('a shape: the message is JSON with its fields, whatever the header says', () => {
  const smallest = minimumPayloadBytes('json', chat)
  for (const sizeBytes of [smallest, smallest + 1, 400]) {
    const { stamp } = composer({ sizeBytes, kind: 'json' }, chat)
    const reader = messageReader({ sizeBytes, kind: 'json' }, chat)
    for (const header of [zero, largest]) {
      const bytes = stamp(header)
      assert.equal(bytes.length, sizeBytes)
      assert.equal(reader.read(bytes), 'good')
      assert.deepEqual(reader.header, header)
      const { h, userId, timestamp, content, ...more } = JSON.parse(Buffer.from(bytes).toString())
      assert.deepEqual([userId, timestamp], [h.slice(1, 7), h.slice(15, 27)])
      assert.equal(content.length, sizeBytes - smallest)
      assert.deepEqual(more, {})
    }
  }
  assert.throws(() => composer({ sizeBytes: smallest - 1, kind: 'json' }, chat), /at least/)
})

test('a shape: no single changed byte goes unseen', () => {
  const payload = { sizeBytes: 250, kind: 'json' } as const
  const reader = messageReader(payload, chat)
  const good = Buffer.from(composer(payload, chat).stamp({ ...zero, source: 5, intendedNs: 123_456_789 }))
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good)
    bad[at] = (bad[at] ?? 0) ^ 1
    assert.notEqual(reader.read(bad), 'good', `byte ${at}`)
  }
})
