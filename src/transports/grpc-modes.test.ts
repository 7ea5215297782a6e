/** The modes of gRPC with one stream or none, against clients and servers that go by `proto/rtbench.proto` alone. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as grpcJs from '@grpc/grpc-js'
import type { Closed, Options, Receiver, ServerChannel, Transport } from '../transport.ts'
import { grpcClientStream } from './grpc-client-stream.ts'
import { grpcServerStream } from './grpc-server-stream.ts'
import { grpcUnary } from './grpc-unary.ts'

const OPTIONS: Options = { kind: 'text', answers: 'each', highWaterBytes: 1000 }
const { OK, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION } = grpcJs.status
const path = (method: string) => `/rtbench.v1.Transport/${method}`
const asIs = (bytes: Buffer) => bytes

// As the encoding has them: field 1 with a length, field 2 with a number.
const frame = (text: string) => Buffer.from([0x0a, text.length, ...Buffer.from(text)])
const signal = (number: number) => Buffer.from([0x10, number])
const [HALF_CLOSE, CLOSE, OPEN, ACK] = [1, 2, 3, 4].map(signal) as [Buffer, Buffer, Buffer, Buffer]
const batch = (...frames: Buffer[]) => Buffer.concat(frames.map((one) => Buffer.from([0x0a, one.length, ...one])))

/** Keeps what it hears. */
class Ear implements Receiver {
  readonly messages: string[] = []
  readonly closings: Closed[] = []
  drains = 0
  readonly #waiting = new Set<() => void>()

  message(bytes: Uint8Array): void {
    this.messages.push(Buffer.from(bytes).toString())
    for (const look of this.#waiting) look()
  }

  drain(): void {
    this.drains++
  }

  closed(why: Closed): void {
    this.closings.push(why)
    for (const look of this.#waiting) look()
  }

  /** A test that waits for what never comes is ended by the runner. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return
    await new Promise<void>((resolve) => {
      this.#waiting.add(() => isTrue() && resolve())
    })
  }

  async hasClosed(): Promise<Closed> {
    await this.until(() => this.closings.length > 0)
    return this.closings[0] as Closed
  }
}

type Handlers = Record<string, grpcJs.UntypedHandleCall>

/** Somebody else's server. @returns where it listens */
async function foreignServer(t: TestContext, handlers: Handlers): Promise<string> {
  const server = new grpcJs.Server()
  for (const [method, handler] of Object.entries(handlers)) {
    const shape = { requestStream: method === 'Upload', responseStream: method === 'Subscribe' }
    const codecs = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    }
    server.addService({ [method]: { path: path(method), ...shape, ...codecs } }, { [method]: handler })
  }
  const port = await new Promise<number>((resolve, reject) => {
    const insecure = grpcJs.ServerCredentials.createInsecure()
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  t.after(() => server.forceShutdown())
  return `127.0.0.1:${port}`
}

/** Our client at somebody else's server. */
async function connect(t: TestContext, transport: Transport, handlers: Handlers) {
  const dialer = transport.dial(await foreignServer(t, handlers), OPTIONS)
  t.after(() => dialer.close())
  const ear = new Ear()
  return { ear, channel: await dialer.connect(ear, {}) }
}

/** Our server, and somebody else's client. */
async function listen(t: TestContext, transport: Transport) {
  const accepted: { channel: ServerChannel<unknown>; ear: Ear }[] = []
  const listener = await transport.listen(OPTIONS, (channel) => {
    const ear = new Ear()
    accepted.push({ channel, ear })
    return ear
  })
  const client = new grpcJs.Client(listener.address, grpcJs.credentials.createInsecure())
  t.after(async () => {
    client.close()
    await listener.close()
  })
  const metadataOf = (entries: Record<string, string>) => {
    const metadata = new grpcJs.Metadata()
    for (const [key, value] of Object.entries(entries)) metadata.set(`rtbench-${key}`, value)
    return metadata
  }
  return {
    accepted,
    listener,
    unary: (method: string, request: Buffer, entries: Record<string, string>) =>
      new Promise<{ code: number; answer?: Buffer }>((resolve) => {
        client.makeUnaryRequest(path(method), asIs, asIs, request, metadataOf(entries), (error, answer) =>
          resolve(answer === undefined ? { code: error?.code ?? OK } : { code: OK, answer }),
        )
      }),
    subscribe(entries: Record<string, string>) {
      const call = client.makeServerStreamRequest(path('Subscribe'), asIs, asIs, Buffer.alloc(0), metadataOf(entries))
      call.on('error', () => {})
      call.resume()
      return {
        call,
        opened: new Promise<unknown>((resolve) => call.once('metadata', resolve)),
        status: new Promise<number>((resolve) => call.once('status', ({ code }) => resolve(code))),
      }
    },
  }
}

const TIMEOUT = { timeout: 20_000 }
const tooMany = { code: grpcJs.status.RESOURCE_EXHAUSTED, details: 'too many rooms' }

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

describe('a grpc-client-stream client', TIMEOUT, () => {
  type Upload = grpcJs.ServerReadableStream<Buffer, Buffer>

  it('gets on with a server that counts and answers when the request ends', async (t) => {
    const { ear, channel } = await connect(t, grpcClientStream, {
      Upload: (call: Upload, respond: grpcJs.sendUnaryData<Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        let messages = 0
        call.on('data', (bytes: Buffer) => {
          if (bytes[0] !== HALF_CLOSE[0]) messages++
        })
        call.on('end', () => respond(null, frame(`${messages}`)))
      },
    })
    for (const text of ['one', '', 'three']) channel.send(Buffer.from(text))
    channel.end()
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
    assert.deepEqual(ear.messages, ['3'])
  })

  it('closes in order when the server answers before the end', async (t) => {
    const { ear } = await connect(t, grpcClientStream, {
      Upload: (call: Upload, respond: grpcJs.sendUnaryData<Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        respond(null, frame('enough'))
      },
    })
    assert.deepEqual(await ear.hasClosed(), { by: 'peer' })
    assert.deepEqual(ear.messages, ['enough'])
  })

  it('fails with the status that the server gave', async (t) => {
    const { ear } = await connect(t, grpcClientStream, {
      Upload: (call: Upload, respond: grpcJs.sendUnaryData<Buffer>) => {
        call.sendMetadata(new grpcJs.Metadata())
        respond(tooMany)
      },
    })
    assert.match(String((await ear.hasClosed()).error), /grpc: RESOURCE_EXHAUSTED: too many rooms/)
  })
})

for (const transport of [grpcUnary, grpcServerStream, grpcClientStream]) {
  it(`${transport.name} rejects where the service is missing`, TIMEOUT, async (t) => {
    await assert.rejects(connect(t, transport, {}), {
      message: new RegExp(`^${transport.name}: cannot connect to .*UNIMPLEMENTED`),
    })
  })
}
