/**
 * Messages over WebSocket, with the `ws` package on both sides: text frames for text, binary frames for binary, no
 * compression. Sockets are corked while a tick sends, so that its frames leave in one write.
 */
import http from 'node:http'
import net from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'
import { messageOf } from '../errors.ts'
import { type Flushable, flushAfterTick } from '../outbox.ts'
import type {
  Channel,
  Closed,
  Dialer,
  Hello,
  Listener,
  Options,
  Receiver,
  ServerChannel,
  Transport,
} from '../transport.ts'
import { wireMeter } from '../wire.ts'

/** A whole frame of a server, which does not mask. */
export interface Frame {
  readonly bytes: Buffer
  readonly payloadBytes: number
}

/** Connection storms overflow the usual 511. */
const BACKLOG = 4096
/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000
/** A close gives up when no byte has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000
/** The code that `ws` gives to a channel that ended without a closing handshake, RFC 6455 section 7.1.5. */
const ABNORMAL = 1006
const LAST_EVENT_ID = 'last-event-id'
const NOTHING = Buffer.alloc(0)

const LIBRARY_OPTIONS = {
  perMessageDeflate: false,
  maxPayload: 64 * 1024 * 1024,
  // The library's limit would cut a slow reader amid its last messages; `CLOSE_IDLE_MS` does not.
  closeTimeout: 2 ** 31 - 1,
}

export const ws: Transport<Frame> = {
  name: 'ws',
  summary: 'WebSocket with the ws package on both sides, without compression.',
  traits: {
    push: true,
    ordered: true,
    halfClose: false,
    textOnly: false,
    answers: 'any',
    seesPeerClose: true,
    socketsPerChannel: 1,
  },
  listen,
  dial,
}

async function listen(options: Options, accept: (channel: ServerChannel<Frame>) => Receiver) {
  const meter = wireMeter()
  const upgrader = new WebSocketServer({ ...LIBRARY_OPTIONS, noServer: true, clientTracking: false })
  const server = http.createServer({ noDelay: true }, (_request, response) => {
    response.writeHead(426, { connection: 'close' }).end('This server speaks WebSocket only.\n')
  })
  server.on('connection', (socket) => meter.add(socket))
  server.on('upgrade', (request: http.IncomingMessage, _socket, head: Buffer) => {
    const { socket } = request
    upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      const channel = new ServerWsChannel(webSocket, socket, options, request)
      channel.open(accept(channel))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, resolve)
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('ws: the server is not bound to a port')

  const listener: Listener<Frame> = {
    address: `${bound.address}:${bound.port}`,
    encode: (message) => frame(message, options.kind),
    wire: () => meter.read('server'),
    async close() {
      const unbound = new Promise<void>((resolve) => server.close(() => resolve()))
      await meter.destroyAll()
      await unbound
    },
  }
  return listener
}

function dial(address: string, options: Options): Dialer {
  const meter = wireMeter()
  const { hostname: host, port } = new URL(`tcp://${address}`)

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        const socket = net.connect({ host, port: Number(port), noDelay: true })
        meter.add(socket)
        const webSocket = new WebSocket(`ws://${address}/?${new URLSearchParams(hello)}`, {
          ...LIBRARY_OPTIONS,
          createConnection: () => socket,
          generateMask,
          handshakeTimeout: HANDSHAKE_MS,
          headers: lastEventId === undefined ? {} : { [LAST_EVENT_ID]: encodeURIComponent(lastEventId) },
        })
        const refused = (error: Error) => reject(new Error(`ws: cannot connect to ${address}: ${messageOf(error)}`))
        webSocket.once('error', refused)
        webSocket.once('open', () => {
          webSocket.off('error', refused)
          const channel = new WsChannel(webSocket, socket, options)
          channel.open(receiver)
          resolve(channel)
        })
      })
    },
    wire: () => meter.read('client'),
    close: () => meter.destroyAll(),
  }
}

/** Random, but never zero: under a zero mask `ws` would keep the caller's bytes instead of a masked copy. */
function generateMask(mask: Buffer): void {
  mask.writeUInt32BE(1 + Math.floor(Math.random() * 0xffff_ffff))
}

/** A server's frame, RFC 6455 section 5.2: not fragmented, not masked. */
function frame(message: Uint8Array, kind: Options['kind']): Frame {
  const payloadBytes = message.length
  const headBytes = payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10
  const bytes = Buffer.allocUnsafe(headBytes + payloadBytes)
  bytes.writeUInt8(0x80 | (kind === 'text' ? 1 : 2), 0)
  if (headBytes === 2) {
    bytes.writeUInt8(payloadBytes, 1)
  } else if (headBytes === 4) {
    bytes.writeUInt8(126, 1)
    bytes.writeUInt16BE(payloadBytes, 2)
  } else {
    bytes.writeUInt8(127, 1)
    bytes.writeBigUInt64BE(BigInt(payloadBytes), 2)
  }
  bytes.set(message, headBytes)
  return { bytes, payloadBytes }
}

/** What both ends have in common; as it is, the client's. */
class WsChannel implements Channel, Flushable {
  protected readonly webSocket: WebSocket
  protected readonly socket: net.Socket
  protected readonly kind: Options['kind']
  readonly #highWaterBytes: number
  #receiver: Receiver | undefined
  #queuedPayload = 0
  /** The part of it that is on its way when `#passedOn` is called. */
  #writingPayload = 0
  #corked = false
  #wasFull = false
  #by: Closed['by'] | undefined
  #cut = false
  #failure: Error | undefined

  constructor(webSocket: WebSocket, socket: net.Socket, options: Options) {
    this.webSocket = webSocket
    this.socket = socket
    this.kind = options.kind
    this.#highWaterBytes = options.highWaterBytes
    socket.once('end', () => {
      this.#by ??= 'peer'
    })
    webSocket.once('error', (error) => {
      this.#by ??= 'peer'
      this.#failure = new Error(`ws: ${error.message}`)
    })
    webSocket.once('close', (code) => this.#closed(code))
  }

  open(receiver: Receiver): void {
    this.#receiver = receiver
    // The library is told to give Buffers, its other forms do not occur.
    this.webSocket.on('message', (data) => {
      if (!this.#cut) receiver.message(data as Buffer)
    })
  }

  get full(): boolean {
    return this.#queuedPayload >= this.#highWaterBytes
  }

  queuedBytes(): number {
    return this.#queuedPayload
  }

  send(message: Uint8Array): boolean {
    if (!this.isOpen) return false
    this.cork(message.length)
    this.webSocket.send(message, { binary: this.kind === 'binary' })
    return !this.full
  }

  pause(): void {
    this.webSocket.pause()
  }

  resume(): void {
    this.webSocket.resume()
  }

  end(): void {
    this.close()
  }

  close(): void {
    if (!this.isOpen) return
    this.#by ??= 'self'
    this.webSocket.resume() // The peer's close frame has to be read.
    this.webSocket.close(1000)
    this.socket.setTimeout(CLOSE_IDLE_MS, () => this.socket.destroy())
  }

  destroy(): void {
    this.#by ??= 'self'
    this.#cut = true
    this.webSocket.terminate()
  }

  flush(): void {
    this.#corked = false
    this.socket.uncork()
    this.#watch()
  }

  protected get isOpen(): boolean {
    return this.webSocket.readyState === WebSocket.OPEN
  }

  /** Holds what is sent from now on until the tick is over. */
  protected cork(payloadBytes: number): void {
    this.#queuedPayload += payloadBytes
    if (this.full) this.#wasFull = true
    if (this.#corked) return
    this.#corked = true
    this.socket.cork()
    flushAfterTick(this)
  }

  /** Usually the kernel takes it all at once; else an empty write behind it tells when it has. */
  #watch(): void {
    if (this.socket.writableLength === 0) {
      this.#settle(this.#queuedPayload)
    } else if (this.#writingPayload === 0 && !this.socket.destroyed) {
      this.#writingPayload = this.#queuedPayload
      this.socket.write(NOTHING, this.#passedOn)
    }
  }

  readonly #passedOn = (error?: Error | null): void => {
    if (error) return
    const payloadBytes = this.#writingPayload
    this.#writingPayload = 0
    this.#settle(payloadBytes)
    if (!this.#corked && this.#queuedPayload > 0) this.#watch()
  }

  #settle(payloadBytes: number): void {
    this.#queuedPayload -= payloadBytes
    if (!this.#wasFull || this.full || !this.isOpen) return
    this.#wasFull = false
    this.#receiver?.drain?.()
  }

  #closed(code: number): void {
    this.#queuedPayload = 0
    // Nobody began to close it, and nothing was heard: the endpoint was closed.
    const by = this.#by ?? (code === ABNORMAL ? 'self' : 'peer')
    if (code === ABNORMAL && this.#by && !this.#cut) {
      this.#failure ??= new Error('ws: the peer went away without a closing handshake')
    }
    this.#receiver?.closed({ by, ...(this.#failure && { error: this.#failure }) })
  }
}

class ServerWsChannel extends WsChannel implements ServerChannel<Frame> {
  readonly hello: Hello
  readonly lastEventId?: string
  readonly peer: string

  constructor(webSocket: WebSocket, socket: net.Socket, options: Options, request: http.IncomingMessage) {
    super(webSocket, socket, options)
    this.hello = Object.fromEntries(new URL(request.url ?? '', 'ws://server').searchParams)
    const lastEventId = request.headers[LAST_EVENT_ID]
    if (typeof lastEventId === 'string') this.lastEventId = decodeURIComponent(lastEventId)
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`
  }

  /** Framed here and not by `ws`, which would keep the caller's bytes: a server's frames are not masked. */
  override send(message: Uint8Array): boolean {
    if (!this.isOpen) return false
    if (process.env.RTB_WSSEND) {
      this.cork(message.length)
      this.webSocket.send(Buffer.from(message), { binary: this.kind === 'binary' })
      return !this.full
    }
    return this.sendEncoded(frame(message, this.kind))
  }

  sendEncoded({ bytes, payloadBytes }: Frame): boolean {
    if (!this.isOpen) return false
    this.cork(payloadBytes)
    this.socket.write(bytes)
    return !this.full
  }
}
