/** Both ends of a WebSocket channel. */
import type http from 'node:http'
import type net from 'node:net'
import WebSocket from 'ws'
import { CorkedSocket } from '../sockets/corked-socket.ts'
import { type Flush, flushAfterTurn } from '../sockets/flush.ts'
import { type Heart, silenceOf, type Watch, type Watched } from '../sockets/heartbeat.ts'
import type { Channel, Closed, Hello, Options, Receiver, ServerChannel } from '../transport.ts'
import { DeflatedQueue } from './ws-deflated.ts'
import { type Frame, frame } from './ws-frame.ts'
import { isCompressed } from './ws-options.ts'

/** A close gives up when no byte has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000
/** The code that `ws` gives to a channel that ended without a closing handshake, RFC 6455 section 7.1.5. */
const ABNORMAL = 1006
/** Normal closure, going away, no code given: RFC 6455 section 7.4.1. */
const ORDERLY = [1000, 1001, 1005]
/** Travels in the query beside the hello. */
export const LAST_EVENT_ID = 'last-event-id'

/**
 * A WebSocket that knows its channel, so that one function can listen for all of them: closures of its own make an idle
 * connection heavier by a tenth.
 */
export class Link extends WebSocket {
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
export class WsChannel implements Channel, Watched {
  protected readonly link: Link
  protected readonly socket: net.Socket
  protected readonly options: Options
  readonly #flush: Flush
  /** These two, one of them, from the first message on: idle connections are many. */
  #corked: CorkedSocket | undefined
  #deflated: DeflatedQueue | undefined
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
    return (this.#corked ?? this.#deflated)?.full ?? false
  }

  queuedBytes(): number {
    return (this.#corked ?? this.#deflated)?.queuedBytes ?? 0
  }

  send(message: Uint8Array): boolean {
    if (!this.isOpen) return false
    if (isCompressed(this.options)) return this.sendDeflated(Buffer.from(message))
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
    this.#corked ??= new CorkedSocket(this.socket, this.options.highWaterBytes, this.#flush, () => this.#drained())
    return this.#corked
  }

  /** @param message must not change any more */
  protected sendDeflated(message: Uint8Array): boolean {
    this.#deflated ??= new DeflatedQueue(this.link, this.options, () => this.#drained())
    this.#deflated.send(message)
    return !this.full
  }

  #drained(): void {
    if (this.isOpen) this.#receiver?.drain?.()
  }

  closed(code: number, reason: string): void {
    this.#corked?.clear()
    this.#deflated?.clear()
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

export class ServerWsChannel extends WsChannel implements ServerChannel<Frame> {
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

  override send(message: Uint8Array): boolean {
    return isCompressed(this.options) ? super.send(message) : this.sendEncoded(frame(message, this.options.kind))
  }

  sendEncoded({ bytes, payloadBytes }: Frame): boolean {
    if (!this.isOpen) return false
    if (isCompressed(this.options)) return this.sendDeflated(bytes.subarray(bytes.length - payloadBytes))
    this.corked.write(bytes, payloadBytes)
    return !this.full
  }
}
