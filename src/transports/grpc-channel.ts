/** What both ends of a gRPC channel have in common in every mode: what is queued, and how the channel closes. */
import type { Socket } from 'node:net'
import type { Metadata } from '@grpc/grpc-js'
import { type Heart, silenceOf, type Watch, type Watched } from '../sockets/heartbeat.ts'
import type { Closed, Hello, Options, Receiver, ServerChannel } from '../transport.ts'
import { encodeFrame, payloadBytes } from './grpc-frame.ts'

/** What the server hears first; percent-encoded UTF-8, because metadata is ASCII. */
export const HELLO_KEY = 'rtbench-hello'
export const LAST_EVENT_ID_KEY = 'rtbench-last-event-id'
/** The channel's id, in the modes in which it is more than one call. */
export const CHANNEL_KEY = 'rtbench-channel'
/** How many messages the client sent, in a call of its own that closes the channel. */
export const SENT_KEY = 'rtbench-sent'
/** A close gives up when nothing has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000

/** Where a channel is at home. */
export interface Home {
  /** The socket that its calls are on, once it is connected. */
  socket(): Socket | undefined
  /** The channel is closed; for one that was never open, nobody else hears of it. */
  gone(why: Closed): void
}

export abstract class GrpcChannel implements ServerChannel<Buffer>, Watched {
  hello: Hello = {}
  lastEventId?: string
  peer = ''
  protected receiver: Receiver | undefined
  /** This side sends no more. */
  protected ended = false
  protected closing = false
  protected isCut = false
  protected isClosed = false
  /** Something moved since the close timer looked. */
  protected moved = false
  readonly #options: Options
  readonly #home: Home
  #by: Closed['by'] | undefined
  #failure: Error | undefined
  #watch: Watch | undefined
  #closeTimer: NodeJS.Timeout | undefined
  #queuedBytes = 0
  #wasFull = false

  constructor(options: Options, home: Home) {
    this.#options = options
    this.#home = home
  }

  /** Hands one Frame on. @returns whether there is room for more */
  protected abstract write(frame: Buffer, payload: number): boolean
  /** Sends what is queued, then lets the other side know that this one wants to close. */
  protected abstract sayGoodbye(): void
  /** `closed` follows. */
  protected abstract cut(): void
  abstract pause(): void
  abstract resume(): void
  abstract end(): void

  /** @throws Error where it is malformed; it may be absent */
  readHello(metadata: Metadata, peer: string): void {
    const [hello] = metadata.get(HELLO_KEY)
    if (hello !== undefined) this.hello = JSON.parse(decodeURIComponent(String(hello)))
    const [lastEventId] = metadata.get(LAST_EVENT_ID_KEY)
    if (lastEventId !== undefined) this.lastEventId = decodeURIComponent(String(lastEventId))
    this.peer = peer
  }

  open(receiver: Receiver, heart: Heart | undefined): void {
    this.receiver = receiver
    this.#watch = heart?.watch(this)
  }

  get full(): boolean {
    if (this.#queuedBytes < this.#options.highWaterBytes) return false
    this.recount()
    return this.#queuedBytes >= this.#options.highWaterBytes
  }

  queuedBytes(): number {
    this.recount()
    return this.#queuedBytes
  }

  send(message: Uint8Array): boolean {
    if (this.ended) return false
    return this.write(encodeFrame(message), message.length)
  }

  sendEncoded(frame: Buffer): boolean {
    if (this.ended) return false
    return this.write(frame, payloadBytes(frame))
  }

  close(): void {
    if (this.closing || this.isClosed) return
    this.closing = true
    this.#by ??= 'self'
    this.#wasFull = false
    this.ended = true
    this.#closeTimer = setInterval(() => {
      this.recount()
      if (!this.moved) this.fail('the peer does not answer')
      this.moved = false
    }, CLOSE_IDLE_MS)
    this.sayGoodbye()
    this.resume() // The goodbye of the other side has to be read.
  }

  destroy(): void {
    if (this.isCut || this.isClosed) return
    this.isCut = true
    this.#by ??= 'self'
    this.ended = true
    this.cut()
  }

  /** Cuts a channel that the peer or the network broke. */
  fail(reason: string): void {
    if (this.isCut || this.isClosed) return
    this.#by ??= 'peer'
    this.#failure ??= new Error(`grpc: ${reason}`)
    this.destroy()
  }

  get bytesRead(): number {
    return this.#home.socket()?.bytesRead ?? 0
  }

  /** Never: a call that is paused leaves its connection to be read, and PINGs are answered on it. */
  get isPaused(): boolean {
    return false
  }

  heard(): void {
    if (!this.isCut) this.receiver?.heard?.()
  }

  silent(): void {
    this.#by ??= 'heartbeat'
    if (this.#options.heartbeat) this.fail(silenceOf(this.#options.heartbeat))
    // A goodbye would wait for the peer.
    this.#home.socket()?.destroy()
  }

  /** Both directions are over. @param reason why, if without a goodbye */
  closed(reason?: string): void {
    if (this.isClosed) return
    this.isClosed = true
    this.ended = true
    clearInterval(this.#closeTimer)
    this.#watch?.stop()
    this.#queuedBytes = 0
    this.#by ??= 'peer'
    if (reason !== undefined && !this.isCut) this.#failure ??= new Error(`grpc: ${reason}`)
    const why: Closed = { by: this.#by, ...(this.#failure && { error: this.#failure }) }
    this.#home.gone(why)
    this.receiver?.closed(why)
  }

  protected closeForPeer(): void {
    this.#by ??= 'peer'
    this.close()
  }

  protected deliver(message: Uint8Array): void {
    if (this.isCut || this.isClosed) return
    this.moved = true
    this.receiver?.message(message)
  }

  /** Counts payload that is queued now. @returns whether there is room for more */
  protected took(payload: number): boolean {
    this.#queuedBytes += payload
    if (this.full) this.#wasFull = true
    return !this.full
  }

  /** Looks for what has left, where that is not told. */
  protected recount(): void {}

  /** Counts payload that is queued no longer. */
  protected left(payload: number): void {
    if (this.isClosed) return
    this.moved = true
    this.#queuedBytes -= payload
  }

  /** The same, and tells the owner that there is room again. */
  protected passedOn(payload: number): void {
    this.left(payload)
    this.drainIfRoom()
  }

  protected drainIfRoom(): void {
    if (!this.#wasFull || this.isClosed || this.full) return
    this.#wasFull = false
    this.receiver?.drain?.()
  }
}
