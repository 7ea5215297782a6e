/** The server half of the SSE transport: one event stream a channel, and its POSTs. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { flushAfterTurn } from '../sockets/flush.ts'
import { FrameReader, type FrameSink } from '../sockets/frames.ts'
import { Heart } from '../sockets/heartbeat.ts'
import { listenOnLoopback, stopListening } from '../sockets/loopback.ts'
import { noDelayOf } from '../sockets/no-delay.ts'
import type { Envelope, Sink } from '../sockets/outbox.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Closed, Hello, Listener, Options, Receiver, ServerChannel } from '../transport.ts'
import { CLOSE_EVENT, PATH, SseChannel } from './sse-channel.ts'
import { base64Of, eventBytes, idLineOf, writeEvent } from './sse-framing.ts'

/** Says nothing, but that the server is there. */
const COMMENT = ':\n\n'
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

/** A message as an event in a chunk of its own, for any number of channels. */
export interface Encoded {
  readonly event: Buffer
  readonly payloadBytes: number
}

export async function listen(options: Options, accept: (channel: ServerChannel<Encoded>) => Receiver) {
  const meter = wireMeter()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const greeting = options.retryMs === undefined ? COMMENT : `retry: ${options.retryMs}\n\n`
  const channels = new Map<string, SseServerChannel>()

  const open = (id: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse) => {
    let hello: Hello
    try {
      hello = JSON.parse(query.get('hello') ?? '{}')
    } catch {
      refuse(response, 400, 'the hello is no JSON')
      return
    }
    if (request.httpVersion !== '1.1') {
      refuse(response, 505, 'a stream is sent in the chunks of HTTP/1.1')
      return
    }
    if (channels.has(id)) {
      refuse(response, 409, 'the channel is open already')
      return
    }
    const channel = new SseServerChannel(request, response, hello, options, () => channels.delete(id))
    channels.set(id, channel)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(greeting)
    channel.open(accept(channel), heart)
  }

  const server = http.createServer({
    noDelay: noDelayOf(options),
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 0,
  })
  server.on('connection', (socket: Socket) => meter.add(socket))
  server.on('request', (request, response) => {
    response.on('error', () => {}) // Its channel hears of 'close'.
    const url = request.url ?? ''
    const queryAt = url.indexOf('?')
    const path = queryAt === -1 ? url : url.slice(0, queryAt)
    if (!path.startsWith(PATH)) {
      refuse(response, 404, `there is only ${PATH}<id>`)
      return
    }
    const id = path.slice(PATH.length)
    if (request.method === 'GET') {
      open(id, new URLSearchParams(url.slice(path.length + 1)), request, response)
      return
    }
    const channel = channels.get(id)
    if (!channel) refuse(response, 404, 'there is no such channel')
    else if (request.method === 'POST') channel.receive(request, response)
    else if (request.method === 'DELETE') channel.goodbye(response)
    else refuse(response, 405, 'GET, POST or DELETE')
  })
  const listener: Listener<Encoded> = {
    address: await listenOnLoopback(server, options.port),
    encode(message, id) {
      const text = options.kind === 'text' ? message : base64Of(message)
      const idLine = idLineOf(id)
      const event = Buffer.allocUnsafe(chunk.headBytes + eventBytes(text, idLine) + chunk.tailBytes)
      writeEvent(event, chunk.headBytes, text, idLine)
      chunk.fill(event, event.length)
      return { event, payloadBytes: message.length }
    },
    wire: () => meter.read('server'),
    async close() {
      heart?.stop()
      for (const channel of channels.values()) channel.destroy()
      await stopListening(server, meter)
    },
  }
  return listener
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`)
}

class SseServerChannel extends SseChannel implements ServerChannel<Encoded>, FrameSink {
  readonly hello: Hello
  readonly lastEventId?: string
  readonly peer: string
  readonly #response: ServerResponse
  /** The POST that is being read, or the last one. */
  #post: IncomingMessage | undefined
  readonly #reader = new FrameReader(MAX_MESSAGE_BYTES, this)
  #paused = false
  #clientIsDone = false

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    hello: Hello,
    options: Options,
    gone: (why: Closed) => void,
  ) {
    super(sinkOf(response), options, flushAfterTurn, gone)
    this.hello = hello
    const lastEventId = request.headers['last-event-id']
    // A header is UTF-8 here, which Node reads as latin1.
    if (typeof lastEventId === 'string') this.lastEventId = Buffer.from(lastEventId, 'latin1').toString()
    this.peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`
    this.#response = response
    response.once('close', () =>
      this.closed(response.writableFinished ? undefined : 'the peer went away without a goodbye'),
    )
  }

  send(message: Uint8Array, id?: string): boolean {
    if (this.ended) return false
    const text = this.options.kind === 'text' ? message : base64Of(message)
    const idLine = idLineOf(id)
    const at = this.outbox.reserve(eventBytes(text, idLine), message.length)
    writeEvent(this.outbox.buffer, at, text, idLine)
    return !this.outbox.full
  }

  sendEncoded({ event, payloadBytes }: Encoded): boolean {
    if (this.ended) return false
    this.outbox.share(event, payloadBytes)
    return !this.outbox.full
  }

  pause(): void {
    if (this.closing) return
    this.#paused = true
    this.#post?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#post?.resume()
  }

  /** The stream's own socket hears nothing from the client: SSE has no answer to a comment. */
  get bytesRead(): number {
    return 0
  }

  get isPaused(): boolean {
    return this.#paused
  }

  /** Behind what the client does not take, it would only pile up. */
  beat(): void {
    if (this.ended || this.#response.writableLength > 0) return
    const at = this.outbox.reserve(COMMENT.length, 0)
    this.outbox.buffer.write(COMMENT, at, 'latin1')
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    this.#post = request
    if (this.#paused) request.pause()
    request.on('data', (chunk: Buffer) => this.#reader.feed(chunk, chunk.length))
    request.on('error', (error) => this.fail(error.message))
    request.on('end', () => {
      if (this.#reader.isBetweenFrames) {
        response.writeHead(204).end()
      } else {
        refuse(response, 400, 'the body ended within a message')
        this.fail('a POST ended within a message')
      }
    })
  }

  framed(message: Buffer): void {
    this.deliver(message)
  }

  signalled(length: number): void {
    this.fail(`a message of ${length} bytes was announced, the limit is ${MAX_MESSAGE_BYTES}`)
  }

  get deaf(): boolean {
    return this.isCut
  }

  /** The client has sent all that it had. */
  goodbye(response: ServerResponse): void {
    this.#clientIsDone = true
    if (this.closing) this.outbox.finish()
    else this.closeForPeer()
    response.writeHead(204).end()
  }

  protected sayGoodbye(): void {
    if (this.#clientIsDone) {
      this.outbox.finish()
      return
    }
    // The answer is a DELETE, and the answer to that is the end of the stream.
    const event = `event: ${CLOSE_EVENT}\ndata:\n\n`
    const at = this.outbox.reserve(event.length, 0)
    this.outbox.buffer.write(event, at, 'latin1')
  }

  protected cut(): void {
    this.#post?.socket.destroy()
    this.#response.destroy()
  }
}

/** A chunk of a response, RFC 9112 section 7.1: its size in hexadecimal digits, of which the first may be zeros. */
const chunk: Envelope = {
  headBytes: 10,
  tailBytes: 2,
  fill(buffer, bytes) {
    const size = bytes - chunk.headBytes - chunk.tailBytes
    buffer.write(`${size.toString(16).padStart(8, '0')}\r\n`, 0, 'latin1')
    buffer.write('\r\n', bytes - chunk.tailBytes, 'latin1')
  },
}

/** Writes its own chunks behind the head of the response: `response.write` makes four writes of each. */
function sinkOf(response: ServerResponse): Sink {
  const { socket } = response
  if (!socket) throw new Error('sse: the response has lost its socket')
  return {
    get writableLength() {
      return socket.writableLength
    },
    write: (bytes, written) => socket.write(bytes, written),
    end: () => response.end(),
    envelope: chunk,
  }
}
