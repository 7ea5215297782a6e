/** Clients and servers of gRPC that go by `proto/rtbench.proto` alone, for tests of ours. */
import type { TestContext } from 'node:test'
import * as grpcJs from '@grpc/grpc-js'
import type { Closed, Options, Receiver, ServerChannel, Transport } from '../src/transport.ts'

export const OPTIONS: Options = { kind: 'text', answers: 'each', highWaterBytes: 1000 }
const { OK } = grpcJs.status
const path = (method: string) => `/rtbench.v1.Transport/${method}`
const asIs = (bytes: Buffer) => bytes

// As the encoding has them: field 1 with a length, field 2 with a number.
export const frame = (text: string) => Buffer.from([0x0a, text.length, ...Buffer.from(text)])
const signal = (number: number) => Buffer.from([0x10, number])
export const [HALF_CLOSE, CLOSE, OPEN, ACK] = [1, 2, 3, 4].map(signal) as [Buffer, Buffer, Buffer, Buffer]
export const batch = (...frames: Buffer[]) =>
  Buffer.concat(frames.map((one) => Buffer.from([0x0a, one.length, ...one])))

/** Keeps what it hears. */
export class Ear implements Receiver {
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

export type Handlers = Record<string, grpcJs.UntypedHandleCall>

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
export async function connect(t: TestContext, transport: Transport, handlers: Handlers) {
  const dialer = transport.dial(await foreignServer(t, handlers), OPTIONS)
  t.after(() => dialer.close())
  const ear = new Ear()
  return { ear, channel: await dialer.connect(ear, {}) }
}

/** Our server, and somebody else's client. */
export async function listen(t: TestContext, transport: Transport) {
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

/** Nothing that passes waits for it. */
export const TIMEOUT = { timeout: 20_000 }

/** A status that a server may give. */
export const tooMany = { code: grpcJs.status.RESOURCE_EXHAUSTED, details: 'too many rooms' }
