import assert from 'node:assert/strict'
import test from 'node:test'
import type { Channel, Closed, Receiver } from '../transport.ts'
import { Segments } from './upload-segments.ts'

/** A channel that only counts; the test says what becomes of it. */
class Fake implements Channel {
  sent = 0
  ended = false
  full = false
  readonly receiver: Receiver

  constructor(receiver: Receiver) {
    this.receiver = receiver
  }

  send(): boolean {
    this.sent++
    return !this.full
  }

  queuedBytes(): number {
    return this.sent
  }

  end(): void {
    this.ended = true
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
  destroy(): void {}
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const MESSAGE = new Uint8Array(1)

async function rig(messages: number) {
  const channels: Fake[] = []
  const told = { drains: 0, closed: [] as Closed[] }
  const next = { refused: undefined as Error | undefined }
  const age = { now: () => {}, waiting: 0 }
  const segments = new Segments(
    async (receiver) => {
      if (next.refused) throw next.refused
      const channel = new Fake(receiver)
      channels.push(channel)
      return channel
    },
    { message() {}, drain: () => told.drains++, closed: (why) => told.closed.push(why) },
    {
      messages,
      old(run) {
        age.now = run
        age.waiting++
        return () => age.waiting--
      },
    },
  )
  await segments.open()
  const send = (count: number) => {
    for (let sent = 0; sent < count; sent++) segments.send(MESSAGE)
  }
  return { segments, channels, told, next, age, send, sent: () => channels.map((channel) => channel.sent) }
}

test('so many messages a channel, and the next is open before it ends', async () => {
  const { channels, send, sent, told } = await rig(3)
  assert.equal(channels.length, 2)
  send(3)
  assert.equal(channels[0]?.ended, true)
  await turn()
  send(2)
  assert.deepEqual(sent(), [3, 2, 0], 'one ahead')
  channels[0]?.receiver.closed({ by: 'peer' })
  assert.deepEqual(told.closed, [], 'it ended as it was meant to')
})

test('while answers are under way there are four channels and no more; then the line is full', async () => {
  const { segments, channels, send, told } = await rig(1)
  for (let segment = 0; segment < 4; segment++) {
    assert.equal(segments.full, false)
    send(1)
    await turn()
  }
  assert.equal(channels.length, 4)
  assert.equal(segments.full, true)
  assert.equal(told.drains, 0)
  channels[0]?.receiver.closed({ by: 'peer' })
  await turn()
  assert.equal(channels.length, 5)
  assert.equal(segments.full, false)
  assert.equal(told.drains, 1, 'there is room again')
})

test('a segment ends by its age, too; room in the next one is told when this one was full', async () => {
  const { segments, channels, age, send, sent, told } = await rig(10)
  send(1)
  assert.equal(age.waiting, 1)
  const [first] = channels
  assert.ok(first)
  first.full = true
  assert.equal(segments.full, true)
  age.now()
  assert.equal(first.ended, true)
  assert.equal(segments.full, false)
  assert.equal(told.drains, 1)
  first.receiver.drain?.()
  assert.equal(told.drains, 1, 'what an ended channel says about room is of no interest')
  send(1)
  assert.deepEqual(sent().slice(0, 2), [1, 1])
})

test('the end of all ends the segment that has begun, and only that', async () => {
  const begun = await rig(10)
  begun.send(4)
  begun.segments.end()
  assert.deepEqual(
    begun.channels.map(({ ended }) => ended),
    [true, false],
  )
  await turn()
  assert.equal(begun.channels.length, 2, 'nothing is opened ahead any more')
  assert.equal(begun.age.waiting, 0)
  const empty = await rig(10)
  empty.segments.end()
  assert.ok(empty.channels.every(({ ended }) => !ended))
})

test('a channel that is cut, before its end or while its answer is under way, is lost, once', async () => {
  const error = new Error('cut')
  const open = await rig(10)
  open.send(1)
  for (const channel of open.channels) channel.receiver.closed({ by: 'peer', error })
  assert.deepEqual(open.told.closed, [{ by: 'peer', error }])
  const ending = await rig(1)
  ending.send(1)
  ending.channels[0]?.receiver.closed({ by: 'peer', error })
  assert.deepEqual(ending.told.closed, [{ by: 'peer', error }])
})

test('a channel that cannot be opened ahead is lost', async () => {
  const { next, send, told } = await rig(1)
  next.refused = new Error('nobody listens there')
  send(1)
  await turn()
  assert.deepEqual(told.closed, [{ by: 'peer', error: next.refused }])
})
