/** The client half of the SSE transport: a GET that stays, and POSTs on a second connection. */
import { randomUUID } from 'node:crypto'
import net from 'node:net'
import { type buildConnector, Client, type Dispatcher } from 'undici'
import { flushAfterEvent } from '../sockets/flush.ts'
import { FRAME_HEAD_BYTES } from '../sockets/frames.ts'
import { Heart } from '../sockets/heartbeat.ts'
import { parseAddress, sourceOf } from '../sockets/loopback.ts'
import { noDelayOf } from '../sockets/no-delay.ts'
import type { Sink } from '../sockets/outbox.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Channel, Closed, Dialer, Hello, Options } from '../transport.ts'
import { CLOSE_EVENT, PATH, SseChannel } from './sse-channel.ts'
import { EventReader } from './sse-framing.ts'

/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000
const POST_HEADERS = ['content-type', 'application/octet-stream']
/** An idle connection for POSTs stays as long as its channel. */
const KEEP_ALIVE_MS = 24 * 3600 * 1000

export function dial(address: string, options: Options): Dialer {
  const meter = wireMeter()
  const channels = new Set<SseClientChannel>()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const ends = { ...parseAddress(address), ...sourceOf(options) }
  const noDelay = noDelayOf(options)
  const connector =
    (onSocket?: (socket: net.Socket) => void): buildConnector.connector =>
    (_, callback) => {
      const socket = net.connect({ ...ends, noDelay })
      meter.add(socket)
      onSocket?.(socket)
      const failed = (error: Error) => callback(error, null)
      socket.once('error', failed)
      socket.once('connect', () => {
        socket.off('error', failed)
        callback(null, socket)
      })
    }
  const limits = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS }
  const newClient: NewClient = (onSocket) =>
    new Client(`http://${address}`, { ...limits, connect: connector(onSocket) })

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        const handshake = setTimeout(() => channel.fail('the server does not answer'), HANDSHAKE_MS)
        const accepted = () => {
          clearTimeout(handshake)
          channel.open(receiver, heart)
          resolve(channel)
        }
        const gone = ({ error }: Closed) => {
          clearTimeout(handshake)
          channels.delete(channel)
          // A promise that was kept is not broken by this.
          reject(new Error(`sse: cannot connect to ${address}: ${error?.message ?? 'closed meanwhile'}`))
        }
        const channel = new SseClientChannel(newClient, options, accepted, gone)
        channels.add(channel)
        channel.connect(hello, lastEventId)
      })
    },
    wire: () => meter.read('client'),
    async close() {
      heart?.stop()
      for (const channel of channels) channel.destroy()
      await meter.destroyAll()
    },
  }
}

/** @param onSocket told of the socket that the client connects with */
type NewClient = (onSocket?: (socket: net.Socket) => void) => Client

class SseClientChannel extends SseChannel {
  retryMs?: number
  readonly #path = PATH + randomUUID()
  readonly #accepted: () => void
  readonly #stream: Client
  readonly #poster: Poster
  #controller: Dispatcher.DispatchController | undefined
  #socket: net.Socket | undefined
  #paused = false
  #streamEnded = false

  constructor(newClient: NewClient, options: Options, accepted: () => void, gone: (why: Closed) => void) {
    const poster = new Poster(newClient)
    super(poster, options, flushAfterEvent, (why) => {
      this.#destroyClients()
      gone(why)
    })
    this.#accepted = accepted
    this.#stream = newClient((socket) => {
      this.#socket = socket
    })
    this.#poster = poster
    poster.open(this.#path, {
      failed: (reason) => this.fail(reason),
      ended: () => this.#closeWhenBothEnded(),
    })
  }

  connect(hello: Hello, lastEventId?: string): void {
    const isText = this.options.kind === 'text'
    const reader = new EventReader({
      onEvent: ({ event, data }) => {
        if (event === CLOSE_EVENT) this.closeForPeer()
        else this.deliver(Buffer.from(data, isText ? 'utf8' : 'base64'))
      },
      onRetry: (retryMs) => {
        this.retryMs = retryMs
      },
      onComment: () => {
        if (this.options.heartbeat && !this.isCut) this.receiver?.heard?.()
      },
    })
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    // A header is UTF-8 here, and undici writes latin1.
    if (lastEventId !== undefined) headers['last-event-id'] = Buffer.from(lastEventId).toString('latin1')
    const path = `${this.#path}?hello=${encodeURIComponent(JSON.stringify(hello))}`
    this.#stream.dispatch(
      { method: 'GET', path, headers },
      {
        onRequestStart: (controller) => {
          this.#controller = controller
        },
        onResponseStart: (_, status) => {
          if (status === 200) this.#accepted()
          else this.fail(`the server answered with status ${status}`)
        },
        onResponseData: (_, chunk) => reader.feed(chunk),
        onResponseEnd: () => {
          this.#streamEnded = true
          this.#closeWhenBothEnded()
        },
        onResponseError: (_, error) => this.closed(error.message),
      },
    )
  }

  send(message: Uint8Array): boolean {
    if (this.ended) return false
    const at = this.outbox.reserve(FRAME_HEAD_BYTES + message.length, message.length)
    this.outbox.buffer.writeUInt32BE(message.length, at)
    this.outbox.buffer.set(message, at + FRAME_HEAD_BYTES)
    return !this.outbox.full
  }

  pause(): void {
    if (this.closing) return
    this.#paused = true
    this.#controller?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#controller?.resume()
  }

  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0
  }

  get isPaused(): boolean {
    return this.#paused
  }

  silent(): void {
    this.failForSilence()
  }

  protected sayGoodbye(): void {
    this.outbox.finish()
  }

  protected cut(): void {
    this.#destroyClients()
    // Else the stream's own end tells.
    if (this.#streamEnded) queueMicrotask(() => this.closed())
  }

  /** A server may end the stream without being asked; then nothing is left to wait for. */
  #closeWhenBothEnded(): void {
    if (this.#streamEnded && !this.#poster.isEnding) this.closed()
  }

  #destroyClients(): void {
    this.#stream.destroy().catch(() => {})
    this.#poster.destroy()
  }
}

/** Sends what an outbox gathered in POSTs, one after the other; its end is a DELETE. */
class Poster implements Sink {
  /** Bytes of POSTs that are not answered. */
  writableLength = 0
  /** The DELETE is not answered. */
  isEnding = false
  readonly #newClient: NewClient
  #client: Client | undefined
  #path = ''
  /** What to do when the requests under way are answered, the oldest first. */
  readonly #waiting: (() => void)[] = []
  #status = 0
  #owner = { failed(_reason: string) {}, ended() {} }

  constructor(newClient: NewClient) {
    this.#newClient = newClient
  }

  open(path: string, owner: { failed(reason: string): void; ended(): void }): void {
    this.#path = path
    this.#owner = owner
  }

  write(body: Buffer, written: () => void): void {
    this.writableLength += body.length
    this.#request('POST', body, () => {
      this.writableLength -= body.length
      written()
    })
  }

  end(): void {
    this.isEnding = true
    this.#request('DELETE', null, () => {
      this.isEnding = false
      this.#owner.ended()
    })
  }

  destroy(): void {
    this.#client?.destroy().catch(() => {})
  }

  #request(method: 'POST' | 'DELETE', body: Buffer | null, done: () => void): void {
    this.#client ??= this.#newClient()
    this.#waiting.push(done)
    this.#client.dispatch({ method, path: this.#path, body, headers: body && POST_HEADERS }, this.#answers)
  }

  /** One for all requests: they are answered in order. */
  readonly #answers: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart: (_, status) => {
      this.#status = status
    },
    onResponseData() {},
    onResponseEnd: () => {
      if (this.#status === 204) this.#waiting.shift()?.()
      else this.#owner.failed(`the server answered with status ${this.#status}, not 204`)
    },
    onResponseError: (_, error) => this.#owner.failed(error.message),
  }
}
