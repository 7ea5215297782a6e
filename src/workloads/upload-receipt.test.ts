import assert from 'node:assert/strict'
import test from 'node:test'
import { memorySettings } from '../../test/memory-rig.ts'
import { memoryTransport } from '../../test/memory-transport.ts'
import { VirtualTime } from '../../test/virtual-time.ts'
import { composer } from '../message.ts'
import { engineHost } from '../runner/host.ts'
import type { ServerChannel } from '../transport.ts'
import { receiptDesk } from './upload-receipt.ts'

const CHANNEL = 2

/** A channel that only remembers; the test says when it is full. */
class Fake implements ServerChannel<unknown> {
  readonly hello = { channel: String(CHANNEL) }
  readonly peer = ''
  readonly sent: Uint8Array[] = []
  readonly done: string[] = []
  full = false

  send(message: Uint8Array): boolean {
    this.sent.push(Uint8Array.from(message))
    return !this.full
  }

  sendEncoded(): boolean {
    return false
  }

  queuedBytes(): number {
    return 0
  }

  pause(): void {
    this.done.push('pause')
  }

  resume(): void {
    this.done.push('resume')
  }

  end(): void {}

  close(): void {
    this.done.push('close')
  }

  destroy(): void {}
}

function rig(every: number, afterNs: number) {
  const time = new VirtualTime()
  const none = { first: 0, step: 1, end: 0 }
  const { host } = engineHost<unknown>(
    {
      ...{ role: 'server', index: 0, group: '', channels: none, connections: 4, workers: 1, epochNs: '0' },
      ...{ transport: 'memory', workload: 'upload', settings: memorySettings, seed: 1, checks: false },
    },
    memoryTransport().traits,
    time,
    () => time.alarm(),
  )
  const channel = new Fake()
  const receiver = receiptDesk(host, { every, afterNs }, () => {})(channel)
  const { stamp } = composer(memorySettings.payload)
  const arrive = (sequence: number, source = CHANNEL) =>
    receiver.message(stamp({ kind: 0, source, sequence, intendedNs: 0, lagNs: 0, position: 0 }))
  return { time, host, channel, receiver, arrive }
}

test('who does not read acknowledgements is not read from', () => {
  const { channel, receiver, arrive } = rig(1, 1e6)
  arrive(0)
  assert.deepEqual(channel.done, [])
  channel.full = true
  arrive(1)
  assert.deepEqual(channel.done, ['pause'])
  channel.full = false
  receiver.drain?.()
  assert.deepEqual(channel.done, ['pause', 'resume'])
})

test('a message of another connection is damaged', () => {
  const { host, channel, arrive } = rig(1, 1e6)
  arrive(0, CHANNEL + 1)
  assert.equal(host.inbox.got()[0]?.corrupt, 1)
  assert.equal(channel.sent[0]?.length, 0, 'answered, and not acknowledged')
})

test('the time to wait begins anew with each batch', () => {
  const { time, channel, arrive } = rig(2, 10e6)
  arrive(0)
  time.advance(6e6)
  arrive(1)
  assert.equal(channel.sent.length, 1, 'enough for one')
  arrive(2)
  time.advance(15e6)
  assert.equal(channel.sent.length, 1, 'it has waited for 9 ms')
  time.advance(16e6)
  assert.equal(channel.sent.length, 2)
  time.advance(100e6)
  assert.equal(channel.sent.length, 2, 'nothing is left to be said')
})

test('a channel that closed is not written to any more', () => {
  const { time, channel, receiver, arrive } = rig(2, 10e6)
  arrive(0)
  receiver.closed({ by: 'peer' })
  time.advance(100e6)
  assert.equal(channel.sent.length, 0)
})

test('the end of a channel is answered at once, and closes it', () => {
  const { channel, receiver, arrive } = rig(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  arrive(0)
  arrive(1)
  assert.equal(channel.sent.length, 0)
  receiver.end?.()
  assert.equal(channel.sent.length, 1)
  assert.deepEqual(channel.done, ['close'])
})
