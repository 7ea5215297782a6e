/** A stream down and unary calls up, against clients and servers that go by `proto/rtbench.proto` alone. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as grpcJs from '@grpc/grpc-js'
import { batch, CLOSE, connect, Ear, frame, type Handlers, listen, TIMEOUT, tooMany } from '../../test/grpc-rig.ts'
import { grpcServerStream } from './grpc-server-stream.ts'

const { OK, INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION } = grpcJs.status

describe('a grpc-server-stream client', TIMEOUT, () => {
  /** A server that keeps what is published, and answers when it is told to. */
  const publishing = () => {
    const batches: Buffer[] = []
    const respond: (() => void)[] = []
    const ear = new Ear()
    const calls: grpcJs.ServerWritableStream<Buffer, Buffer>[] = []
    const handlers: Handlers = {
      Subscribe: (call: grpcJs.ServerWritableStream<Buffer, Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        calls.push(call)
      },
      Publish: (call: grpcJs.ServerUnaryCall<Buffer, Buffer>, answer: grpcJs.sendUnaryData<Buffer>) => {
        batches.push(call.request)
        respond.push(() => answer(null, Buffer.alloc(0)))
        ear.message(Buffer.alloc(0))
      },
    }
    return { batches, respond, ear, calls, handlers }
  }

  it('has one Publish under way, and all that gathered meanwhile in the next', async (t) => {
    const { batches, respond, ear, calls, handlers } = publishing()
    const client = await connect(t, grpcServerStream, handlers)
    client.channel.send(Buffer.from('one'))
    await ear.until(() => batches.length === 1)
    for (const text of ['two', '', 'four']) client.channel.send(Buffer.from(text))
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(batches.length, 1)
    assert.equal(client.channel.queuedBytes(), 'onetwofour'.length)
    respond.shift()?.()
    await ear.until(() => batches.length === 2)
    assert.equal(client.channel.queuedBytes(), 'twofour'.length)
    respond.shift()?.()
    client.channel.close()
    await ear.until(() => batches.length === 3)
    assert.deepEqual(batches, [batch(frame('one')), batch(frame('two'), Buffer.alloc(0), frame('four')), batch(CLOSE)])
    calls[0]?.write(frame('the rest'))
    calls[0]?.end()
    assert.deepEqual(await client.ear.hasClosed(), { by: 'self' })
    assert.deepEqual(client.ear.messages, ['the rest'])
  })

  it('keeps a Batch below the size that servers take', async (t) => {
    const { batches, respond, ear, handlers } = publishing()
    const { channel } = await connect(t, grpcServerStream, handlers)
    const sizes = [400_000, 400_000, 400_000, 1_500_000, 10]
    for (const size of sizes) channel.send(Buffer.alloc(size, 'x'))
    while (batches.length < 4) {
      const count = batches.length
      respond.shift()?.()
      await ear.until(() => batches.length > count)
    }
    const inThousands = batches.map(({ length }) => Math.round(length / 1000))
    assert.deepEqual(inThousands, [800, 400, 1500, 0])
  })

  it('fails when a Publish fails', async (t) => {
    const { handlers } = publishing()
    const Publish = (_: unknown, answer: grpcJs.sendUnaryData<Buffer>) => answer(tooMany)
    const { ear, channel } = await connect(t, grpcServerStream, { ...handlers, Publish })
    channel.send(Buffer.from('x'))
    const { by, error } = await ear.hasClosed()
    assert.equal(by, 'peer')
    assert.match(String(error), /grpc: RESOURCE_EXHAUSTED: too many rooms/)
  })
})

describe('a grpc-server-stream server', TIMEOUT, () => {
  it('reads the frames of a Batch in order, and answers when it has read them', async (t) => {
    const { unary, subscribe, accepted } = await listen(t, grpcServerStream)
    const { opened, status } = subscribe({ channel: 'a' })
    await opened
    const { channel, ear } = accepted[0] ?? assert.fail()
    channel.pause()
    let isAnswered = false
    const answer = unary('Publish', batch(frame('one'), Buffer.alloc(0), frame('three')), { channel: 'a' })
    answer.then(() => {
      isAnswered = true
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.deepEqual([isAnswered, ear.messages], [false, []])
    const early = await unary('Publish', batch(frame('early')), { channel: 'a' })
    assert.equal(early.code, FAILED_PRECONDITION, 'the one before it is not answered')
    channel.resume()
    assert.deepEqual(await answer, { code: OK, answer: Buffer.alloc(0) })
    assert.deepEqual(ear.messages, ['one', '', 'three'])
    await unary('Publish', batch(frame('four'), CLOSE), { channel: 'a' })
    assert.equal(await status, OK)
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
    assert.equal(ear.messages.at(-1), 'four')
  })

  it('refuses what is against the agreement', async (t) => {
    const { unary, subscribe, accepted } = await listen(t, grpcServerStream)
    assert.equal(await subscribe({}).status, INVALID_ARGUMENT, 'no channel')
    assert.equal(await subscribe({ channel: 'a', hello: '%7Bnot' }).status, INVALID_ARGUMENT, 'malformed hello')
    assert.equal((await unary('Publish', batch(), { channel: 'a' })).code, NOT_FOUND)
    assert.equal(accepted.length, 0)
    await subscribe({ channel: 'a' }).opened
    assert.equal(await subscribe({ channel: 'a' }).status, INVALID_ARGUMENT, 'the same channel again')
    assert.deepEqual(accepted[0]?.ear.closings, [])
    await unary('Publish', Buffer.from([0x0a, 9]), { channel: 'a' })
    assert.match(String((await accepted[0]?.ear.hasClosed())?.error), /ends within a field/)
  })
})

it('a client rejects where the service is missing', TIMEOUT, async (t) => {
  await assert.rejects(connect(t, grpcServerStream, {}), {
    message: /^grpc-server-stream: cannot connect to .*UNIMPLEMENTED/,
  })
})
