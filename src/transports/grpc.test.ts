import assert from 'node:assert/strict'
import http from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import * as grpcJs from '@grpc/grpc-js'
import { listenOnLoopback } from '../sockets/loopback.ts'
import type { Closed, Receiver } from '../transport.ts'
import { grpc } from './grpc.ts'

const OPTIONS = { kind: 'text', answers: 'each', highWaterBytes: 64 * 1024 } as const
const METHOD = '/rtbench.v1.Transport/Exchange'
const asIs = (bytes: Buffer) => bytes

/** Somebody else's server, which knows nothing of signals. */
async function foreign(t: TestContext, exchange?: (call: grpcJs.ServerDuplexStream<Buffer, Buffer>) => void) {
  const server = new grpcJs.Server()
  const shape = { path: METHOD, requestStream: true, responseStream: true }
  const codecs = {
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  }
  if (exchange) server.addService({ exchange: { ...shape, ...codecs } }, { exchange })
  const port = await new Promise<number>((resolve, reject) => {
    const insecure = grpcJs.ServerCredentials.createInsecure()
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  const dialer = grpc.dial(`127.0.0.1:${port}`, OPTIONS)
  t.after(async () => {
    await dialer.close()
    server.forceShutdown()
  })
  return dialer
}

function listening(): { receiver: Receiver; messages: string[]; closed: Promise<Closed> } {
  const messages: string[] = []
  let receiver: Receiver | undefined
  const closed = new Promise<Closed>((resolve) => {
    receiver = { message: (bytes) => messages.push(Buffer.from(bytes).toString()), closed: resolve }
  })
  if (!receiver) throw new Error('a promise runs its function at once')
  return { receiver, messages, closed }
}

describe('a grpc client', () => {
  it('gets on with a server that echoes and ends when the request ends', async (t) => {
    const dialer = await foreign(t, (call) => {
      call.sendMetadata(new grpcJs.Metadata())
      call.on('data', (frame) => call.write(frame))
      call.on('end', () => call.end())
    })
    const { receiver, messages, closed } = listening()
    const channel = await dialer.connect(receiver, {})
    for (const text of ['one', '', 'three']) channel.send(Buffer.from(text))
    channel.close()
    assert.deepEqual(await closed, { by: 'self' })
    assert.deepEqual(messages, ['one', '', 'three'])
  })

  it('closes in order when the server just ends the call', async (t) => {
    const dialer = await foreign(t, (call) => {
      call.sendMetadata(new grpcJs.Metadata())
      call.write(Buffer.from([0x0a, 1, 0x78]))
      call.end()
    })
    const { receiver, messages, closed } = listening()
    await dialer.connect(receiver, {})
    assert.deepEqual(await closed, { by: 'peer' })
    assert.deepEqual(messages, ['x'])
  })

  it('fails with the status that the server gave', async (t) => {
    const dialer = await foreign(t, (call) => {
      call.sendMetadata(new grpcJs.Metadata())
      call.emit('error', { code: grpcJs.status.RESOURCE_EXHAUSTED, details: 'too many rooms' })
    })
    const { receiver, closed } = listening()
    await dialer.connect(receiver, {})
    assert.match(String((await closed).error), /grpc: RESOURCE_EXHAUSTED: too many rooms/)
  })

  it('fails at a frame that is none', async (t) => {
    const dialer = await foreign(t, (call) => {
      call.sendMetadata(new grpcJs.Metadata())
      call.write(Buffer.from([0x0a, 9, 0x78]))
    })
    const { receiver, closed } = listening()
    await dialer.connect(receiver, {})
    const { by, error } = await closed
    assert.equal(by, 'peer')
    assert.match(String(error), /Frame/)
  })

  it('rejects where the service is missing', async (t) => {
    const dialer = await foreign(t)
    await assert.rejects(dialer.connect(listening().receiver, {}), /^Error: grpc: cannot connect to .*UNIMPLEMENTED/)
  })

  it('rejects where somebody speaks HTTP/1', async (t) => {
    const server = http.createServer((_, response) => response.end())
    const dialer = grpc.dial(await listenOnLoopback(server), OPTIONS)
    t.after(async () => {
      await dialer.close()
      server.close()
    })
    await assert.rejects(dialer.connect(listening().receiver, {}), /^Error: grpc: cannot connect to /)
  })
})

describe('a grpc server', () => {
  const open = (t: TestContext, address: string, metadata = new grpcJs.Metadata()) => {
    const client = new grpcJs.Client(address, grpcJs.credentials.createInsecure())
    t.after(() => client.close())
    const call = client.makeBidiStreamRequest(METHOD, asIs, asIs, metadata)
    call.on('error', () => {})
    call.resume()
    return call
  }
  const statusOf = (call: grpcJs.ClientDuplexStream<Buffer, Buffer>) =>
    new Promise<number>((resolve) => call.once('status', ({ code }) => resolve(code)))

  it('refuses a malformed hello without accepting it', async (t) => {
    const listener = await grpc.listen(OPTIONS, () => assert.fail('accepted'))
    t.after(() => listener.close())
    const metadata = new grpcJs.Metadata()
    metadata.set('rtbench-hello', '%7Bnot')
    assert.equal(await statusOf(open(t, listener.address, metadata)), grpcJs.status.INVALID_ARGUMENT)
  })

  it('cuts a client whose frame is none, and tells its owner', async (t) => {
    const { receiver, closed } = listening()
    const listener = await grpc.listen(OPTIONS, () => receiver)
    t.after(() => listener.close())
    const call = open(t, listener.address)
    const status = statusOf(call)
    call.write(Buffer.from([0x0a, 9, 0x78]))
    assert.equal(await status, grpcJs.status.INTERNAL)
    assert.ok((await closed).error instanceof Error)
  })
})
