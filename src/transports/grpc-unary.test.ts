/** Unary calls, against clients and servers that go by `proto/rtbench.proto` alone. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as grpcJs from '@grpc/grpc-js'
import {
  ACK,
  CLOSE,
  connect,
  Ear,
  frame,
  HALF_CLOSE,
  listen,
  OPEN,
  OPTIONS,
  TIMEOUT,
  tooMany,
} from '../../test/grpc-rig.ts'
import { grpcUnary } from './grpc-unary.ts'

const { OK, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS } = grpcJs.status

describe('a grpc-unary client', TIMEOUT, () => {
  const echo: grpcJs.handleUnaryCall<Buffer, Buffer> = (call, respond) => respond(null, call.request)

  it('gets on with a server that returns every frame, signals among them', async (t) => {
    const { ear, channel } = await connect(t, grpcUnary, { Call: echo })
    for (const text of ['one', '', 'three']) channel.send(Buffer.from(text))
    await ear.until(() => ear.messages.length === 3)
    channel.close()
    assert.deepEqual(await ear.hasClosed(), { by: 'self' })
    assert.deepEqual(ear.messages.sort(), ['', 'one', 'three'])
  })

  it('names its channel in every call, and in the last one how many messages there were', async (t) => {
    const heard: (readonly [string, unknown, unknown])[] = []
    const { ear, channel } = await connect(t, grpcUnary, {
      Call: ({ request, metadata }: grpcJs.ServerUnaryCall<Buffer, Buffer>, respond: grpcJs.sendUnaryData<Buffer>) => {
        heard.push([request.toString('hex'), metadata.get('rtbench-channel')[0], metadata.get('rtbench-sent')[0]])
        respond(null, ACK)
      },
    })
    channel.send(Buffer.from('x'))
    channel.close()
    await ear.hasClosed()
    const id = heard[0]?.[1]
    assert.ok(typeof id === 'string' && id.length > 8)
    const expected = [OPEN, frame('x'), CLOSE].map((one, at) => [one.toString('hex'), id, at === 2 ? '1' : undefined])
    assert.deepEqual(heard, expected)
    assert.deepEqual(ear.messages, [], 'an ACK is no message')
  })

  it('counts a message as queued until its call is answered', async (t) => {
    const unanswered: (() => void)[] = []
    const answered = new Ear()
    const { ear, channel } = await connect(t, grpcUnary, {
      Call: ({ request }: grpcJs.ServerUnaryCall<Buffer, Buffer>, respond: grpcJs.sendUnaryData<Buffer>) => {
        if (request.equals(OPEN)) return respond(null, ACK)
        unanswered.push(() => respond(null, ACK))
        answered.message(request)
      },
    })
    assert.equal(channel.send(Buffer.alloc(600, 'x')), true)
    assert.equal(channel.send(Buffer.alloc(600, 'x')), false)
    await answered.until(() => unanswered.length === 2)
    assert.deepEqual([channel.queuedBytes(), channel.full, ear.drains], [1200, true, 0])
    unanswered.shift()?.()
    while (channel.full) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([channel.queuedBytes(), ear.drains], [600, 1])
    unanswered.shift()?.()
    while (channel.queuedBytes() > 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(ear.drains, 1)
  })

  it('closes in order when the server answers that it closed', async (t) => {
    const { ear, channel } = await connect(t, grpcUnary, {
      Call: ({ request }: grpcJs.ServerUnaryCall<Buffer, Buffer>, respond: grpcJs.sendUnaryData<Buffer>) =>
        respond(null, request.equals(OPEN) ? ACK : CLOSE),
    })
    channel.send(Buffer.from('x'))
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
  })

  it('fails with the status that the server gave, and with an answer that is no Frame', async (t) => {
    for (const [answer, says] of [
      [tooMany, /grpc: RESOURCE_EXHAUSTED: too many rooms/],
      [Buffer.from([0x0a, 9]), /grpc: .*/],
    ] as const) {
      const { ear, channel } = await connect(t, grpcUnary, {
        Call: ({ request }: grpcJs.ServerUnaryCall<Buffer, Buffer>, respond: grpcJs.sendUnaryData<Buffer>) => {
          if (request.equals(OPEN)) respond(null, ACK)
          else if ('code' in answer) respond(answer)
          else respond(null, answer)
        },
      })
      channel.send(Buffer.from('x'))
      const { by, error } = await ear.hasClosed()
      assert.equal(by, 'peer')
      assert.match(String(error), says)
    }
  })

  it('is refused by a server that took the place of its own', async (t) => {
    const first = await listen(t, grpcUnary)
    const dialer = grpcUnary.dial(first.listener.address, OPTIONS)
    t.after(() => dialer.close())
    const ear = new Ear()
    const channel = await dialer.connect(ear, {})
    await first.listener.close()
    const port = Number(first.listener.address.split(':').at(-1))
    const second = await grpcUnary.listen({ ...OPTIONS, port }, () => assert.fail('accepted'))
    t.after(() => second.close())
    channel.send(Buffer.from('x'))
    const { by, error } = await ear.hasClosed()
    assert.equal(by, 'peer')
    // Whether it has noticed by then that its connection is gone is a matter of luck.
    assert.match(String(error), /NOT_FOUND: there is no such channel|UNAVAILABLE: /)
  })
})

describe('a grpc-unary server', TIMEOUT, () => {
  it('answers in the order of the messages', async (t) => {
    const { unary, accepted } = await listen(t, grpcUnary)
    assert.deepEqual(await unary('Call', OPEN, { channel: 'a' }), { code: OK, answer: ACK })
    const [side] = accepted
    const answers = ['one', 'two'].map((text) => unary('Call', frame(text), { channel: 'a' }))
    await side?.ear.until(() => side.ear.messages.length === 2)
    for (const text of side?.ear.messages ?? []) side?.channel.send(Buffer.from(`${text}!`))
    assert.deepEqual(await Promise.all(answers), [
      { code: OK, answer: frame('one!') },
      { code: OK, answer: frame('two!') },
    ])
  })

  it('waits for messages that the goodbye has overtaken, then answers all that is unanswered', async (t) => {
    const { unary, accepted } = await listen(t, grpcUnary)
    await unary('Call', OPEN, { channel: 'a' })
    const ear = accepted[0]?.ear ?? assert.fail()
    const first = unary('Call', frame('first'), { channel: 'a' })
    await ear.until(() => ear.messages.length === 1)
    const goodbye = unary('Call', CLOSE, { channel: 'a', sent: '2' })
    await unary('Call', OPEN, { channel: 'b' })
    assert.deepEqual(ear.closings, [])
    const second = unary('Call', frame('second'), { channel: 'a' })
    assert.deepEqual(await Promise.all([first, second, goodbye]), Array(3).fill({ code: OK, answer: ACK }))
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
    assert.deepEqual(ear.messages, ['first', 'second'])
  })

  it('answers that it closed', async (t) => {
    const { unary, accepted } = await listen(t, grpcUnary)
    await unary('Call', OPEN, { channel: 'a' })
    const { channel, ear } = accepted[0] ?? assert.fail()
    const pending = unary('Call', frame('x'), { channel: 'a' })
    await ear.until(() => ear.messages.length === 1)
    channel.close()
    for (const answer of [await pending, await unary('Call', frame('y'), { channel: 'a' })]) {
      assert.deepEqual(answer, { code: OK, answer: CLOSE })
    }
    assert.deepEqual(await unary('Call', CLOSE, { channel: 'a', sent: '2' }), { code: OK, answer: CLOSE })
    assert.deepEqual(await ear.hasClosed(), { by: 'self' })
  })

  it('refuses what is against the agreement', async (t) => {
    const { unary, accepted } = await listen(t, grpcUnary)
    const codeOf = async (...call: Parameters<typeof unary>) => (await unary(...call)).code
    assert.equal(await codeOf('Call', OPEN, {}), INVALID_ARGUMENT, 'no channel')
    assert.equal(await codeOf('Call', frame('x'), { channel: 'a' }), NOT_FOUND, 'not opened')
    assert.equal(await codeOf('Call', OPEN, { channel: 'a', hello: '%7Bnot' }), INVALID_ARGUMENT, 'malformed hello')
    assert.equal(await codeOf('Call', frame('x'), { channel: 'a' }), NOT_FOUND, 'not let in')
    assert.equal(accepted.length, 0)
    assert.equal(await codeOf('Call', OPEN, { channel: 'a' }), OK)
    assert.equal(await codeOf('Call', OPEN, { channel: 'a' }), ALREADY_EXISTS)
    assert.equal(await codeOf('Call', CLOSE, { channel: 'a' }), INVALID_ARGUMENT, 'no rtbench-sent')
    assert.equal(await codeOf('Call', HALF_CLOSE, { channel: 'a' }), INVALID_ARGUMENT, 'another signal')
    assert.deepEqual(accepted[0]?.ear.closings, [])
    await unary('Call', Buffer.from([0x0a, 9]), { channel: 'a' })
    assert.match(String((await accepted[0]?.ear.hasClosed())?.error), /a Frame ends within a field/)
  })
})

it('a client rejects where the service is missing', TIMEOUT, async (t) => {
  await assert.rejects(connect(t, grpcUnary, {}), { message: /^grpc-unary: cannot connect to .*UNIMPLEMENTED/ })
})
