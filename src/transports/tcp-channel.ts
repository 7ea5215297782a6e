/** Either end of a tcp channel. */
import type net from 'node:net'
import { messageOf } from '../errors.ts'
import type { Flush } from '../sockets/flush.ts'
import { FRAME_HEAD_BYTES, FrameReader, type FrameSink } from '../sockets/frames.ts'
import { Outbox } from '../sockets/outbox.ts'
import type { Closed, Hello, Receiver, ServerChannel } from '../transport.ts'

const MAX_FRAME_BYTES = 64 * 1024 * 1024
/** The sender will send no more, and still listens. */
const END = 0xfffffffe
/** The sender closes the channel. */
const GOODBYE = 0xffffffff
/** A close gives up when no byte has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000
const NO_HELLO: Hello = {}

/**
 * Where a socket keeps its channel, so that one function can listen for all of them: closures of its own make an idle
 * connection heavier by a tenth.
 */
const CHANNEL = Symbol('channel')

interface Carrier extends net.Socket {
  [CHANNEL]?: TcpChannel
}

/** What a socket has read; its channel has to be there. */
export function dataCame(this: Carrier, chunk: Buffer): void {
  this[CHANNEL]?.reader.feed(chunk, chunk.length)
}

function finCame(this: Carrier): void {
  this[CHANNEL]?.peerWent()
}

function nothingMoved(this: Carrier): void {
  this[CHANNEL]?.fail('the peer does not answer')
}

function broke(this: Carrier, error: Error): void {
  this[CHANNEL]?.fail(messageOf(error))
}

function closed(this: Carrier): void {
  this[CHANNEL]?.closed()
}

/** Either end. The first frame belongs to the handshake, which opens the channel. */
export class TcpChannel implements ServerChannel<Buffer>, FrameSink {
  hello: Hello = NO_HELLO
  lastEventId?: string
  peer = ''
  readonly reader = new FrameReader(MAX_FRAME_BYTES, this)
  readonly #socket: net.Socket
  readonly #outbox: Outbox
  /** These three until the channel is open. */
  #greet: ((greeting: Buffer) => void) | undefined
  #refused: ((why: Closed) => void) | undefined
  #handshake: NodeJS.Timeout | undefined
  #receiver: Receiver | undefined
  /** This side sends no more. */
  #ended = false
  #peerEnded = false
  #closing = false
  #goodbyeCame = false
  /** Who began to close it. */
  #by: Closed['by'] | undefined
  #failure: Error | undefined

  /** @param refused told instead of a receiver that the socket closed before `open` */
  constructor(
    socket: net.Socket,
    highWaterBytes: number,
    flush: Flush,
    greet: (greeting: Buffer) => void,
    refused?: (why: Closed) => void,
  ) {
    this.#socket = socket
    this.#outbox = new Outbox(socket, highWaterBytes, flush, () => this.#receiver?.drain?.())
    this.#greet = greet
    this.#refused = refused
    const carrier: Carrier = socket
    carrier[CHANNEL] = this
    socket.on('end', finCame)
    socket.on('error', broke)
    socket.on('close', closed)
  }

  /** Cuts a channel that is not opened by then. */
  limitHandshake(limitMs: number): void {
    this.#handshake = setTimeout(() => this.fail('the peer does not answer'), limitMs)
  }

  /** @returns false: it is no hello, and the channel is cut */
  readHello(greeting: Buffer): boolean {
    try {
      const { hello, lastEventId } = JSON.parse(greeting.toString()) as { hello: Hello; lastEventId?: string }
      this.hello = hello
      if (lastEventId !== undefined) this.lastEventId = lastEventId
    } catch {
      this.fail('the first frame is no hello')
      return false
    }
    this.peer = `${this.#socket.remoteAddress}:${this.#socket.remotePort}`
    return true
  }

  open(receiver: Receiver): void {
    this.#receiver = receiver
    this.#greet = undefined
    this.#refused = undefined
    clearTimeout(this.#handshake)
    this.#handshake = undefined
  }

  get full(): boolean {
    return this.#outbox.full
  }

  queuedBytes(): number {
    return this.#outbox.queuedBytes
  }

  send(message: Uint8Array): boolean {
    if (this.#ended) return false
    const at = this.#outbox.reserve(FRAME_HEAD_BYTES + message.length, message.length)
    this.#outbox.buffer.writeUInt32BE(message.length, at)
    this.#outbox.buffer.set(message, at + FRAME_HEAD_BYTES)
    return !this.#outbox.full
  }

  sendEncoded(encoded: Buffer): boolean {
    if (this.#ended) return false
    this.#outbox.share(encoded, encoded.length - FRAME_HEAD_BYTES)
    return !this.#outbox.full
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** The second of two ends closes: nothing is left to be said. */
  end(): void {
    if (this.#ended) return
    if (this.#peerEnded) {
      this.close()
    } else {
      this.#signal(END)
      this.#ended = true
    }
  }

  close(): void {
    if (this.#closing || this.#socket.destroyed) return
    this.#closing = true
    this.#by ??= 'self'
    this.#signal(GOODBYE)
    this.#ended = true
    this.#outbox.finish()
    this.#socket.setTimeout(CLOSE_IDLE_MS, nothingMoved)
    this.#socket.resume() // The peer's goodbye has to be read.
  }

  destroy(): void {
    this.#by ??= 'self'
    this.#ended = true
    this.#socket.destroy()
  }

  get deaf(): boolean {
    return this.#socket.destroyed
  }

  framed(frame: Buffer): void {
    if (this.#receiver) this.#receiver.message(frame)
    else this.#greet?.(frame)
  }

  signalled(signal: number): void {
    if (signal === END) {
      this.#peerEnded = true
      this.#receiver?.end?.()
      if (this.#ended) this.close()
    } else if (signal === GOODBYE) {
      this.#goodbyeCame = true
      this.#by ??= 'peer'
      this.close()
    } else {
      this.fail(`a frame of ${signal} bytes was announced, the limit is ${MAX_FRAME_BYTES}`)
    }
  }

  #signal(signal: number): void {
    const at = this.#outbox.reserve(FRAME_HEAD_BYTES, 0)
    this.#outbox.buffer.writeUInt32BE(signal, at)
  }

  peerWent(): void {
    if (!this.#goodbyeCame) this.fail('the peer went away without a goodbye')
  }

  /** Cuts a channel that the peer or the network broke. */
  fail(reason: string): void {
    this.#by ??= 'peer'
    this.#failure ??= new Error(`tcp: ${reason}`)
    this.#ended = true
    this.#socket.destroy()
  }

  closed(): void {
    this.#ended = true
    clearTimeout(this.#handshake)
    this.#outbox.clear()
    const why: Closed = { by: this.#by ?? 'self', ...(this.#failure && { error: this.#failure }) }
    if (this.#receiver) this.#receiver.closed(why)
    else this.#refused?.(why)
  }
}
