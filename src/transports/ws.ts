/**
 * Messages over WebSocket, with the `ws` package on both sides: text frames for text, binary frames for binary, no
 * compression. Sockets are corked while a tick sends, so that its frames leave in one write.
 */
import http from 'node:http'
import net from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'
import { messageOf } from '../errors.ts'
import { Heart, silenceOf, type Watch, type Watched } from '../sockets/heartbeat.ts'
import { listenOnLoopback, parseAddress, sourceOf, stopListening } from '../sockets/loopback.ts'
import { CorkedSocket, type Flush, flushAfterEvent, flushAfterTurn } from '../sockets/outbox.ts'
import { wireMeter } from '../sockets/wire.ts'
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

/** A whole frame of a server, which does not mask. */
export interface Frame {
  readonly bytes: Buffer
  readonly payloadBytes: number
}

/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000
/** A close gives up when no byte has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000
/** The code that `ws` gives to a channel that ended without a closing handshake, RFC 6455 section 7.1.5. */
const ABNORMAL = 1006
/** Normal closure, going away, no code given: RFC 6455 section 7.4.1. */
const ORDERLY = [1000, 1001, 1005]
/** Travels in the query beside the hello. */
const LAST_EVENT_ID = 'last-event-id'

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
    heartbeat: 'both',
    socketsPerChannel: 1,
  },
  listen,
  dial,
}

async function listen(options: Options, accept: (channel: ServerChannel<Frame>) => Receiver) {
  const meter = wireMeter()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const upgrader = new WebSocketServer({ ...LIBRARY_OPTIONS, WebSocket: Link, noServer: true, clientTracking: false })
  const server = http.createServer({ noDelay: true }, (_request, response) => {
    response.writeHead(426, { connection: 'close' }).end('This server speaks WebSocket only.\n')
  })
  server.on('connection', (socket) => meter.add(socket))
  server.on('upgrade', (request: http.IncomingMessage, _socket, head: Buffer) => {
    const { socket } = request
    upgrader.handleUpgrade(request, socket, head, (link) => {
      const channel = new ServerWsChannel(link, socket, options, request)
      channel.open(accept(channel), heart)
    })
  })
  const listener: Listener<Frame> = {
    address: await listenOnLoopback(server, options.port),
    encode: (message) => frame(message, options.kind),
    wire: () => meter.read('server'),
    close() {
      heart?.stop()
      return stopListening(server, meter)
    },
  }
  return listener
}

function dial(address: string, options: Options): Dialer {
  const meter = wireMeter()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const ends = { ...parseAddress(address), ...sourceOf(options) }

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        const socket = net.connect({ ...ends, noDelay: true })
        meter.add(socket)
        const query = new URLSearchParams(hello)
        if (lastEventId !== undefined) query.set(LAST_EVENT_ID, lastEventId)
        const link = new Link(`ws://${address}/?${query}`, {
          ...LIBRARY_OPTIONS,
          createConnection: () => socket,
          generateMask,
          handshakeTimeout: HANDSHAKE_MS,
        })
        const refused = (error: Error) => reject(new Error(`ws: cannot connect to ${address}: ${messageOf(error)}`))
        link.once('error', refused)
        link.once('open', () => {
          link.off('error', refused)
          const channel = new WsChannel(link, socket, options, flushAfterEvent)
          channel.open(receiver, heart)
          resolve(channel)
        })
      })
    },
    wire: () => meter.read('client'),
    close() {
      heart?.stop()
      return meter.destroyAll()
    },
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

/**
 * A WebSocket that knows its channel, so that one function can listen for all of them: closures of its own make an idle
 * connection heavier by a tenth.
 */
class Link extends WebSocket {
  channel: WsChannel | undefined
}

function messageCame(this: WebSocket, data: WebSocket.RawData): void {
  // The library is told to give Buffers, its other forms do not occur.
  if (this instanceof Link) this.channel?.received(data as Buffer)
}

function pongCame(this: WebSocket): void {
  if (this instanceof Link) this.channel?.heardPong()
}

function failed(this: WebSocket, error: Error): void {
  if (this instanceof Link) this.channel?.failed(error)
}

function closed(this: WebSocket, code: number, reason: Buffer): void {
  if (this instanceof Link) this.channel?.closed(code, reason.toString())
}

/** What both ends have in common; as it is, the client's. */
class WsChannel implements Channel, Watched {
  protected readonly link: Link
  protected readonly socket: net.Socket
  protected readonly options: Options
  readonly #flush: Flush
  /** From the first message on: idle connections are many. */
  #corked: CorkedSocket | undefined
  #receiver: Receiver | undefined
  #by: Closed['by'] | undefined
  #cut = false
  #failure: Error | undefined
  #watch: Watch | undefined

  constructor(link: Link, socket: net.Socket, options: Options, flush: Flush) {
    this.link = link
    this.socket = socket
    this.options = options
    this.#flush = flush
    link.channel = this
    link.on('error', failed)
    link.on('close', closed)
  }

  open(receiver: Receiver, heart: Heart | undefined): void {
    this.#receiver = receiver
    if (heart) {
      this.#watch = heart.watch(this)
      this.link.on('pong', pongCame)
    }
    this.link.on('message', messageCame)
  }

  received(message: Buffer): void {
    if (!this.#cut) this.#receiver?.message(message)
  }

  heardPong(): void {
    if (!this.#cut) this.#receiver?.heard?.()
  }

  failed(error: Error): void {
    this.#by ??= 'peer'
    this.#failure ??= new Error(`ws: ${error.message}`)
  }

  get full(): boolean {
    return this.#corked?.full ?? false
  }

  queuedBytes(): number {
    return this.#corked?.queuedBytes ?? 0
  }

  send(message: Uint8Array): boolean {
    if (!this.isOpen) return false
    this.corked.take(message.length)
    this.link.send(message, { binary: this.options.kind === 'binary' })
    return !this.full
  }

  pause(): void {
    this.link.pause()
  }

  resume(): void {
    this.link.resume()
  }

  end(): void {
    this.close()
  }

  close(): void {
    if (!this.isOpen) return
    this.#by ??= 'self'
    this.link.resume() // The peer's close frame has to be read.
    this.#corked?.release()
    this.link.close(1000)
    this.socket.setTimeout(CLOSE_IDLE_MS, () => this.socket.destroy())
  }

  destroy(): void {
    this.#by ??= 'self'
    this.#cut = true
    this.link.terminate()
  }

  get bytesRead(): number {
    return this.socket.bytesRead
  }

  get isPaused(): boolean {
    return this.link.isPaused
  }

  /** Also while this side is paused: the peer has to hear of it. Behind what the peer does not take, it would only pile up. */
  beat(): void {
    if (this.isOpen && this.socket.writableLength === 0) this.link.ping()
  }

  silent(): void {
    this.#by ??= 'heartbeat'
    if (this.options.heartbeat) this.#failure ??= new Error(`ws: ${silenceOf(this.options.heartbeat)}`)
    this.destroy()
  }

  protected get isOpen(): boolean {
    return this.link.readyState === WebSocket.OPEN
  }

  protected get corked(): CorkedSocket {
    this.#corked ??= new CorkedSocket(this.socket, this.options.highWaterBytes, this.#flush, () => {
      if (this.isOpen) this.#receiver?.drain?.()
    })
    return this.#corked
  }

  closed(code: number, reason: string): void {
    this.#corked?.clear()
    this.#watch?.stop()
    // Where nobody began to close it, and the socket neither ended nor broke, this endpoint was closed.
    if (code !== ABNORMAL || this.socket.readableEnded || this.socket.errored) this.#by ??= 'peer'
    const by = this.#by ?? 'self'
    if (code === ABNORMAL && this.#by && !this.#cut) {
      this.#failure ??= new Error('ws: the peer went away without a closing handshake')
    } else if (code !== ABNORMAL && !ORDERLY.includes(code)) {
      this.#failure ??= new Error(`ws: closed with code ${code} ${reason}`)
    }
    this.#receiver?.closed({ by, ...(this.#failure && { error: this.#failure }) })
  }
}

class ServerWsChannel extends WsChannel implements ServerChannel<Frame> {
  readonly hello: Hello
  readonly lastEventId?: string
  readonly peer: string

  constructor(link: Link, socket: net.Socket, options: Options, request: http.IncomingMessage) {
    super(link, socket, options, flushAfterTurn)
    const query = new URL(request.url ?? '', 'ws://server').searchParams
    const lastEventId = query.get(LAST_EVENT_ID)
    if (lastEventId !== null) this.lastEventId = lastEventId
    query.delete(LAST_EVENT_ID)
    this.hello = Object.fromEntries(query)
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`
  }

  /**
   * Framed here: a server does not mask, so `ws` would keep the caller's bytes until they are written. Copying them for
   * it costs more than the frame does, because `ws` writes head and payload apart.
   */
  override send(message: Uint8Array): boolean {
    return this.sendEncoded(frame(message, this.options.kind))
  }

  sendEncoded({ bytes, payloadBytes }: Frame): boolean {
    if (!this.isOpen) return false
    this.corked.write(bytes, payloadBytes)
    return !this.full
  }
}
