import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  batchedBytes,
  decodeBatch,
  decodeFrame,
  encodeBatch,
  encodeFrame,
  encodeSignal,
  payloadBytes,
  Signal,
} from './grpc-frame.ts'

const bytes = (...values: number[]) => Buffer.from(values)

describe('the gRPC Frame', () => {
  it('carries messages of every length of the length', () => {
    for (const length of [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 20_000_000]) {
      const message = Buffer.alloc(length, 'frame ')
      const frame = encodeFrame(message)
      const content = decodeFrame(frame)
      assert.ok(content instanceof Buffer && content.equals(message), `${length} bytes`)
      assert.equal(payloadBytes(frame), length)
    }
  })

  // Worked out from the specification of the encoding, not from this code.
  const known = {
    'no field: an empty message': [bytes(), bytes()],
    'an explicit empty payload': [bytes(0x0a, 0), bytes()],
    'one byte': [bytes(0x0a, 1, 0x78), bytes(0x78)],
    'a length that takes more bytes than it needs': [bytes(0x0a, 0x81, 0x00, 0x78), bytes(0x78)],
    'a repeated payload: the last one counts': [bytes(0x0a, 1, 1, 0x0a, 1, 2), bytes(2)],
    'a signal': [bytes(0x10, 1), 1],
    'no signal, explicitly': [bytes(0x10, 0, 0x0a, 1, 9), bytes(9)],
    'an unknown varint': [bytes(0x18, 0xff, 0x01, 0x0a, 1, 7), bytes(7)],
    'an unknown varint of 64 bits': [bytes(0x18, ...Array(9).fill(0xff), 1, 0x0a, 1, 7), bytes(7)],
    'an unknown field of 64 bits': [bytes(0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 1, 7), bytes(7)],
    'an unknown field with a length': [bytes(0x1a, 2, 1, 2, 0x0a, 1, 7), bytes(7)],
    'an unknown field of 32 bits, behind': [bytes(0x0a, 1, 7, 0x1d, 1, 2, 3, 4), bytes(7)],
    'an unknown field with a large number': [bytes(0x82, 0x7d, 2, 1, 2, 0x0a, 1, 7), bytes(7)],
    'the payload with another wire type': [bytes(0x08, 5, 0x0a, 1, 7), bytes(7)],
  }
  for (const [name, [frame, content]] of Object.entries(known)) {
    it(`reads ${name}`, () => assert.deepEqual(decodeFrame(frame as Buffer), content))
  }

  const malformed = {
    'a tag alone': bytes(0x0a),
    'a payload that is too short': bytes(0x0a, 2, 1),
    'a length that goes on': bytes(0x0a, 0x80),
    'a length beyond the frame': bytes(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1),
    'a number of more than 64 bits': bytes(0x18, ...Array(10).fill(0xff), 1),
    'field number 0': bytes(0x02, 0),
    'a group': bytes(0x1b, 0x1c),
    'a fixed field that is too short': bytes(0x1d, 1, 2, 3),
  }
  for (const [name, frame] of Object.entries(malformed)) {
    it(`refuses ${name}`, () => assert.throws(() => decodeFrame(frame), /a Frame /))
  }

  it('carries signals', () => {
    for (const signal of Object.values(Signal)) assert.equal(decodeFrame(encodeSignal(signal)), signal)
  })

  it('copies on the way in and only looks on the way out', () => {
    const message = Buffer.from('as it was')
    const frame = encodeFrame(message)
    message.fill('x')
    const content = decodeFrame(frame)
    assert.equal(String(content), 'as it was')
    assert.ok(content instanceof Buffer && content.buffer === frame.buffer)
  })
})

describe('the gRPC Batch', () => {
  it('carries frames in their order, empty ones and signals among them', () => {
    const texts = ['one', '', 'x'.repeat(127), 'y'.repeat(128), '', 'z'.repeat(70_000)]
    const frames = [...texts.map((text) => encodeFrame(Buffer.from(text))), encodeSignal(Signal.close)]
    const batch = encodeBatch(frames)
    assert.equal(
      batch.length,
      frames.reduce((sum, frame) => sum + batchedBytes(frame), 0),
    )
    assert.deepEqual(
      decodeBatch(batch).map((content) => (typeof content === 'number' ? content : String(content))),
      [...texts, Signal.close],
    )
    assert.deepEqual(decodeBatch(encodeBatch([])), [])
  })

  // Worked out from the specification of the encoding, not from this code.
  it('reads what others write', () => {
    const known = bytes(0x0a, 3, 0x0a, 1, 0x78, 0x10, 5, 0x0a, 0, 0x0a, 2, 0x10, 2, 0x1a, 1, 9)
    assert.deepEqual(decodeBatch(known), [bytes(0x78), bytes(), 2])
    assert.deepEqual(
      encodeBatch([bytes(0x0a, 1, 0x78), bytes(), bytes(0x10, 2)]),
      bytes(0x0a, 3, 0x0a, 1, 0x78, 0x0a, 0, 0x0a, 2, 0x10, 2),
    )
  })

  it('refuses what is malformed, within its frames, too', () => {
    for (const malformed of [bytes(0x0a), bytes(0x0a, 2, 1), bytes(0x0a, 2, 0x0a, 9), bytes(0x02, 0)]) {
      assert.throws(() => decodeBatch(malformed), /a Frame /)
    }
  })
})
