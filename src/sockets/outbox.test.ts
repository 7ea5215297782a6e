import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { CorkedSocket } from './corked-socket.ts'
import { type Flush, flushAfterEvent, flushAfterTurn } from './flush.ts'
import { Outbox } from './outbox.ts'

/** A socket whose writes are recorded, and end when the test says so. */
class FakeSocket extends Socket {
  readonly writes: string[] = []
  /** Not set: the system takes every write at once. */
  busy = false
  #done: (() => void) | undefined

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#take(chunk.toString(), done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#take(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString(), done)
  }

  release(): void {
    this.busy = false
    this.#done?.()
  }

  #take(text: string, done: () => void): void {
    if (text) this.writes.push(text)
    if (this.busy) this.#done = done
    else done()
  }
}

type Kind = 'outbox' | 'shared' | 'mixed' | 'corked' | 'frames'

function setUp(kind: Kind, highWaterBytes = 10, flush: Flush = flushAfterTurn) {
  const socket = new FakeSocket()
  const seen = { drains: 0 }
  const drained = () => {
    seen.drains++
  }
  if (kind === 'outbox' || kind === 'shared' || kind === 'mixed') {
    const outbox = new Outbox(socket, highWaterBytes, flush, drained)
    let puts = 0
    const put = (text: string) => {
      if (kind === 'shared' || (kind === 'mixed' && puts++ % 2 === 0)) {
        outbox.share(Buffer.from(text), text.length)
        return
      }
      const at = outbox.reserve(text.length, text.length)
      outbox.buffer.write(text, at)
    }
    return { socket, box: outbox, put, seen }
  }
  const corked = new CorkedSocket(socket, highWaterBytes, flush, drained)
  const put = (text: string) => {
    if (kind === 'frames') {
      corked.write(Buffer.from(text), text.length)
      return
    }
    corked.take(text.length)
    socket.write(Buffer.from(text))
  }
  return { socket, box: corked, put, seen }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

const names = {
  outbox: 'Outbox',
  shared: 'Outbox with shared messages',
  mixed: 'Outbox with shared messages and others',
  corked: 'CorkedSocket',
  frames: 'CorkedSocket with whole frames',
} as const

for (const kind of ['outbox', 'shared', 'mixed', 'corked', 'frames'] as const) {
  describe(names[kind], () => {
    it('writes once a tick, in order', async () => {
      const { socket, put } = setUp(kind)
      for (const text of ['a', '', 'b'.repeat(5000), 'c']) put(text)
      assert.deepEqual(socket.writes, [])
      await turn()
      assert.deepEqual(socket.writes, [`a${'b'.repeat(5000)}c`])
      put('d')
      await turn()
      assert.deepEqual(socket.writes.slice(1), ['d'])
    })

    it('counts what the socket has not passed on, and drains once', async () => {
      const { socket, box, put, seen } = setUp(kind)
      socket.busy = true
      put('12345')
      assert.deepEqual([box.queuedBytes, box.full], [5, false])
      put('67890')
      assert.deepEqual([box.queuedBytes, box.full], [10, true])
      await turn()
      assert.deepEqual([box.queuedBytes, box.full, seen.drains], [10, true, 0])
      put('more')
      await turn()
      assert.equal(box.queuedBytes, 14)
      socket.release()
      await turn()
      await turn()
      assert.deepEqual([box.queuedBytes, box.full, seen.drains], [0, false, 1])
      assert.equal(socket.writes.join(''), '1234567890more')
    })

    it('does not drain what was not full', async () => {
      const { put, seen } = setUp(kind)
      put('123456789')
      await turn()
      put('123456789')
      await turn()
      assert.equal(seen.drains, 0)
    })
  })
}

it('several boxes share one turn', async () => {
  const boxes = Array.from({ length: 3 }, () => setUp('outbox'))
  for (const { put } of boxes) put('x')
  await turn()
  assert.deepEqual(
    boxes.map(({ socket }) => socket.writes),
    [['x'], ['x'], ['x']],
  )
})

it('writes after the event or after the turn, as it is told', async () => {
  const early = setUp('outbox', 10, flushAfterEvent)
  const late = setUp('outbox', 10, flushAfterTurn)
  for (const { put } of [early, late]) put('x')
  assert.deepEqual(early.socket.writes, [])
  await new Promise((resolve) => process.nextTick(resolve))
  assert.deepEqual([early.socket.writes, late.socket.writes], [['x'], []])
  await turn()
  assert.deepEqual(late.socket.writes, ['x'])
})

it('a frame that was taken comes before what the library writes next', async () => {
  const socket = new FakeSocket()
  const corked = new CorkedSocket(socket, 10, flushAfterTurn, () => {})
  corked.write(Buffer.from('frame '), 6)
  corked.release()
  socket.write(Buffer.from('close'))
  await turn()
  assert.equal(socket.writes.join(''), 'frame close')
  assert.equal(corked.queuedBytes, 0)
})

it('frames and writes of the library keep their order', async () => {
  const socket = new FakeSocket()
  const corked = new CorkedSocket(socket, 10, flushAfterTurn, () => {})
  corked.write(Buffer.from('1'), 1)
  corked.take(1)
  socket.write(Buffer.from('2'))
  corked.write(Buffer.from('3'), 1)
  await turn()
  assert.deepEqual(socket.writes, ['123'])
})

it('an envelope stands around each write, however much the buffer grew', async () => {
  const socket = new FakeSocket()
  const envelope = {
    headBytes: 6,
    tailBytes: 1,
    fill(buffer: Buffer, bytes: number) {
      buffer.write(`${String(bytes - 7).padStart(5, '0')}:`, 0)
      buffer.write('.', bytes - 1)
    },
  }
  const sink = {
    get writableLength() {
      return socket.writableLength
    },
    write: (bytes: Buffer, written: () => void) => socket.write(bytes, written),
    end: () => socket.end(),
    envelope,
  }
  const outbox = new Outbox(sink, 10, flushAfterTurn, () => {})
  const put = (text: string) => {
    const at = outbox.reserve(text.length, text.length)
    outbox.buffer.write(text, at)
  }
  const long = 'b'.repeat(9000)
  for (const text of ['a', long]) put(text)
  await turn()
  put('c'.repeat(4096 - envelope.headBytes))
  await turn()
  assert.deepEqual(socket.writes, [`09001:a${long}.`, `04090:${'c'.repeat(4090)}.`])

  const message = Buffer.from('00006:shared.')
  outbox.share(message, 6)
  await turn()
  assert.equal(socket.writes[2], '00006:shared.')
  for (let count = 0; count < 2; count++) outbox.share(message, 6)
  put('d')
  await turn()
  assert.equal(socket.writes[3], '00013:sharedsharedd.')
})
