/**
 * One end of a gRPC channel over its call. Beside messages, the two ends exchange the signals of `proto/rtbench.proto`,
 * with which either of them closes without losing what is on its way.
 */
import type { Socket } from 'node:net'
import type { ClientDuplexStream, Metadata, ServerDuplexStream } from '@grpc/grpc-js'
import { type Heart, silenceOf, type Watch, type Watched } from '../sockets/heartbeat.ts'
import type { Closed, Hello, Options, Receiver, ServerChannel } from '../transport.ts'
import { type Content, encodeFrame, encodeSignal, payloadBytes, Signal } from './grpc-frame.ts'

/** What the server hears first; percent-encoded UTF-8, because metadata is ASCII. */
export const HELLO_KEY = 'rtbench-hello'
export const LAST_EVENT_ID_KEY = 'rtbench-last-event-id'
/** A close gives up when nothing has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000
/** So many sizes of written messages are forgotten together. */
const COMPACT_AT = 1024

/**
 * The settings of grpc-js for HTTP/2 PINGs. It sends one, and the next so long after its answer; whether the peer is silent
 * is for the heartbeat to say, by the bytes of the socket, so that the library's own patience has no end.
 */
export function keepalive({ heartbeat }: Options): Readonly<Record<string, number>> {
  if (!heartbeat) return {}
  return {
    'grpc.keepalive_time_ms': heartbeat.everyMs,
    'grpc.keepalive_timeout_ms': 2 ** 31 - 1,
    'grpc.keepalive_permit_without_calls': 1,
  }
}

/** How the two ends differ. */
interface End {
  /** Ending this side of the call loses nothing: always on the client, on the server when the request has ended. */
  readonly mayEndCall: boolean
  /** The socket that the call is on, once it is connected. */
  socket(): Socket | undefined
  /** `closed` follows. */
  cut(): void
  /** The channel is closed; for one that was never open, nobody else hears of it. */
  gone(why: Closed): void
}

/** What both ends' streams have in common. */
type Call = ServerDuplexStream<Content, Buffer> | ClientDuplexStream<Buffer, Content>

/** Either end. The call's writable side is the request on the client and the response on the server. */
export class GrpcChannel implements ServerChannel<Buffer>, Watched {
  hello: Hello = {}
  lastEventId?: string
  peer = ''
  readonly #call: Call
  readonly #options: Options
  readonly #end: End
  #receiver: Receiver | undefined
  /** This side sends no more. */
  #ended = false
  #peerEnded = false
  #mayEndCall: boolean
  #closing = false
  #isCut = false
  #isClosed = false
  #by: Closed['by'] | undefined
  #failure: Error | undefined
  #watch: Watch | undefined
  #closeTimer: NodeJS.Timeout | undefined
  /** Something moved since the close timer looked. */
  #moved = false

  // Payload sizes of what was written and not yet called back, the oldest at `#oldest`.
  #sizes: number[] = []
  #oldest = 0
  #queuedBytes = 0
  #wasFull = false

  constructor(call: Call, options: Options, end: End) {
    this.#call = call
    this.#options = options
    this.#end = end
    this.#mayEndCall = end.mayEndCall
    call.on('data', (content: Content) => this.#read(content))
  }

  /** @throws Error where it is malformed; it may be absent */
  readHello(metadata: Metadata, peer: string): void {
    const [hello] = metadata.get(HELLO_KEY)
    if (hello !== undefined) this.hello = JSON.parse(decodeURIComponent(String(hello)))
    const [lastEventId] = metadata.get(LAST_EVENT_ID_KEY)
    if (lastEventId !== undefined) this.lastEventId = decodeURIComponent(String(lastEventId))
    this.peer = peer
  }

  open(receiver: Receiver, heart: Heart | undefined): void {
    this.#receiver = receiver
    this.#watch = heart?.watch(this)
  }

  get full(): boolean {
    return this.#queuedBytes >= this.#options.highWaterBytes
  }

  queuedBytes(): number {
    return this.#queuedBytes
  }

  send(message: Uint8Array): boolean {
    if (this.#ended) return false
    return this.#write(encodeFrame(message), message.length)
  }

  sendEncoded(frame: Buffer): boolean {
    if (this.#ended) return false
    return this.#write(frame, payloadBytes(frame))
  }

  pause(): void {
    if (!this.#closing) this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  /**
   * A signal, and the end of the request where the client half-closes. A server cannot end its side of a call without
   * ending the call, so there the signal stands alone. The second of two ends closes: nothing is left to be said.
   */
  end(): void {
    if (this.#ended) return
    if (this.#peerEnded) {
      this.close()
      return
    }
    this.#write(encodeSignal(Signal.halfClose), 0)
    this.#ended = true
    if (this.#mayEndCall) this.#call.end()
  }

  /** A client that had half-closed can say no more: it waits for the server to close. */
  close(): void {
    if (this.#closing || this.#isClosed) return
    this.#closing = true
    this.#by ??= 'self'
    this.#wasFull = false
    if (this.#mayEndCall) this.#call.end()
    else this.#write(encodeSignal(Signal.close), 0)
    this.#ended = true
    this.#call.resume() // The end of the other side has to be read.
    this.#closeTimer = setInterval(() => {
      if (!this.#moved) this.fail('the peer does not answer')
      this.#moved = false
    }, CLOSE_IDLE_MS)
  }

  destroy(): void {
    if (this.#isCut || this.#isClosed) return
    this.#isCut = true
    this.#by ??= 'self'
    this.#ended = true
    this.#end.cut()
  }

  /** Cuts a channel that the peer or the network broke. */
  fail(reason: string): void {
    this.#by ??= 'peer'
    this.#failure ??= new Error(`grpc: ${reason}`)
    this.destroy()
  }

  get bytesRead(): number {
    return this.#end.socket()?.bytesRead ?? 0
  }

  /** Never: a call that is paused leaves its connection to be read, and PINGs are answered on it. */
  get isPaused(): boolean {
    return false
  }

  heard(): void {
    if (!this.#isCut) this.#receiver?.heard?.()
  }

  silent(): void {
    this.#by ??= 'heartbeat'
    if (this.#options.heartbeat) this.fail(silenceOf(this.#options.heartbeat))
    // A goodbye would wait for the peer.
    this.#end.socket()?.destroy()
  }

  /** The client says no more. Without a signal before, it closes the channel. */
  requestEnded(): void {
    if (this.#isClosed) return
    this.#mayEndCall = true
    if (this.#closing) this.#call.end()
    else if (!this.#peerEnded) this.#closeForPeer()
  }

  /** The call is over. @param reason why it ended without a goodbye */
  closed(reason?: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#ended = true
    clearInterval(this.#closeTimer)
    this.#watch?.stop()
    this.#sizes = []
    this.#queuedBytes = 0
    this.#by ??= 'peer'
    if (reason !== undefined && !this.#isCut) this.#failure ??= new Error(`grpc: ${reason}`)
    const why: Closed = { by: this.#by, ...(this.#failure && { error: this.#failure }) }
    this.#end.gone(why)
    this.#receiver?.closed(why)
  }

  #closeForPeer(): void {
    this.#by ??= 'peer'
    this.close()
  }

  #read(content: Content): void {
    if (this.#isClosed || this.#isCut) return
    this.#moved = true
    if (typeof content !== 'number') {
      this.#receiver?.message(content)
    } else if (content === Signal.halfClose) {
      this.#peerEnded = true
      this.#receiver?.end?.()
      if (this.#ended) this.close()
    } else if (content === Signal.close) {
      this.#closeForPeer()
    }
  }

  #write(frame: Buffer, payload: number): boolean {
    this.#sizes.push(payload)
    this.#queuedBytes += payload
    if (this.full) this.#wasFull = true
    this.#call.write(frame, this.#written)
    return !this.full
  }

  /** One function for all messages: they leave in order. */
  readonly #written = (error?: Error | null): void => {
    if (error || this.#isClosed) return
    this.#moved = true
    this.#queuedBytes -= this.#sizes[this.#oldest++] ?? 0
    if (this.#oldest === this.#sizes.length || this.#oldest === COMPACT_AT) {
      this.#sizes.splice(0, this.#oldest)
      this.#oldest = 0
    }
    if (!this.#wasFull || this.full) return
    this.#wasFull = false
    this.#receiver?.drain?.()
  }
}
