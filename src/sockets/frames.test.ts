import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FRAME_HEAD_BYTES, FrameReader, type FrameSink, frame } from './frames.ts'

const MAX_BYTES = 1000

function recorder(): FrameSink & { heard: string[]; deaf: boolean } {
  const heard: string[] = []
  return {
    heard,
    deaf: false,
    framed: (bytes) => heard.push(bytes.toString()),
    signalled: (length) => heard.push(`signal ${length}`),
  }
}

describe('FrameReader', () => {
  const texts = ['', 'a', 'some words', '', 'x'.repeat(MAX_BYTES), 'last']
  const stream = Buffer.concat(texts.map((text) => frame(Buffer.from(text))))

  it('finds the same frames however the stream is cut', () => {
    for (let size = 1; size <= stream.length; size += size < 20 ? 1 : 97) {
      const sink = recorder()
      const reader = new FrameReader(MAX_BYTES, sink)
      for (let at = 0; at < stream.length; at += size) {
        const chunk = stream.subarray(at, at + size)
        reader.feed(chunk, chunk.length)
      }
      assert.deepEqual(sink.heard, texts, `cut into chunks of ${size}`)
    }
  })

  it('does not keep the chunk, which the next read overwrites', () => {
    const sink = recorder()
    const reader = new FrameReader(MAX_BYTES, sink)
    const chunk = Buffer.alloc(7)
    for (let at = 0; at < stream.length; at += chunk.length) {
      reader.feed(chunk, stream.copy(chunk, 0, at))
      chunk.fill(0xff)
    }
    assert.deepEqual(sink.heard, texts)
  })

  it('reads only as much of the chunk as was filled', () => {
    const sink = recorder()
    new FrameReader(MAX_BYTES, sink).feed(stream, FRAME_HEAD_BYTES)
    assert.deepEqual(sink.heard, [''])
  })

  it('passes on a length above the limit as a signal without a body', () => {
    const sink = recorder()
    const head = Buffer.alloc(FRAME_HEAD_BYTES)
    head.writeUInt32BE(0xffff_ffff)
    const bytes = Buffer.concat([head, frame(Buffer.from('next'))])
    new FrameReader(MAX_BYTES, sink).feed(bytes, bytes.length)
    assert.deepEqual(sink.heard, ['signal 4294967295', 'next'])
  })

  it('stops within a chunk when nobody listens any more', () => {
    const sink = recorder()
    const framed = sink.framed
    sink.framed = (bytes) => {
      framed(bytes)
      sink.deaf = true
    }
    new FrameReader(MAX_BYTES, sink).feed(stream, stream.length)
    assert.deepEqual(sink.heard, [''])
  })
})
