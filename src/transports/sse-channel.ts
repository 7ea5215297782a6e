/** What both ends of an SSE channel have in common: an outbox, and how the channel closes. */

import type { Flush } from '../sockets/flush.ts'
import { type Heart, silenceOf, type Watch, type Watched } from '../sockets/heartbeat.ts'
import { Outbox, type Sink } from '../sockets/outbox.ts'
import type { Channel, Closed, Options, Receiver } from '../transport.ts'

export const PATH = '/channels/'
/** The type of the event with which a server asks the client to close. */
export const CLOSE_EVENT = 'rtbench-close'
/** A close gives up when nothing has moved for so long: the peer is dead. */
const CLOSE_IDLE_MS = 10_000

export abstract class SseChannel implements Channel, Watched {
  protected readonly outbox: Outbox
  protected readonly options: Options
  protected receiver: Receiver | undefined
  /** This side sends no more. */
  protected ended = false
  protected closing = false
  protected isCut = false
  /** Something moved since the close timer looked. */
  protected moved = false
  #isClosed = false
  #by: Closed['by'] | undefined
  #failure: Error | undefined
  #closeTimer: NodeJS.Timeout | undefined
  #watch: Watch | undefined
  readonly #gone: (why: Closed) => void

  /** @param gone told first that the channel is closed, and alone where it was never open */
  constructor(sink: Sink, options: Options, flush: Flush, gone: (why: Closed) => void) {
    this.options = options
    this.outbox = new Outbox(sink, options.highWaterBytes, flush, () => {
      this.moved = true
      if (!this.ended) this.receiver?.drain?.()
    })
    this.#gone = gone
  }

  /** Sends what is queued, then lets the other side know that this one wants to close. */
  protected abstract sayGoodbye(): void
  /** Cuts the sockets; `closed` follows. */
  protected abstract cut(): void
  abstract send(message: Uint8Array, id?: string): boolean
  abstract pause(): void
  abstract resume(): void
  abstract readonly bytesRead: number
  abstract readonly isPaused: boolean

  open(receiver: Receiver, heart: Heart | undefined): void {
    this.receiver = receiver
    this.#watch = heart?.watch(this)
  }

  get full(): boolean {
    return this.outbox.full
  }

  queuedBytes(): number {
    return this.outbox.queuedBytes
  }

  /** HTTP cannot say that one direction ended: this closes. */
  end(): void {
    this.close()
  }

  close(): void {
    if (this.closing || this.#isClosed) return
    this.closing = true
    this.#by ??= 'self'
    this.ended = true
    this.sayGoodbye()
    this.resume() // The goodbye of the other side has to be read.
    this.#closeTimer = setInterval(() => {
      if (!this.moved) this.fail('the peer does not answer')
      this.moved = false
    }, CLOSE_IDLE_MS)
  }

  destroy(): void {
    if (this.isCut || this.#isClosed) return
    this.isCut = true
    this.#by ??= 'self'
    this.ended = true
    this.cut()
  }

  /** Cuts a channel that the peer or the network broke. */
  fail(reason: string): void {
    if (this.isCut || this.#isClosed) return
    this.#by ??= 'peer'
    this.#failure = new Error(`sse: ${reason}`)
    this.destroy()
  }

  /** Cuts a channel whose peer was not heard of. */
  protected failForSilence(): void {
    this.#by ??= 'heartbeat'
    if (this.options.heartbeat) this.fail(silenceOf(this.options.heartbeat))
  }

  /** Both directions are over. @param reason why, if without a goodbye */
  closed(reason?: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.ended = true
    clearInterval(this.#closeTimer)
    this.#watch?.stop()
    this.outbox.clear()
    this.#by ??= 'peer'
    if (reason !== undefined && !this.isCut) this.#failure = new Error(`sse: ${reason}`)
    const why: Closed = { by: this.#by, ...(this.#failure && { error: this.#failure }) }
    this.#gone(why)
    this.receiver?.closed(why)
  }

  protected closeForPeer(): void {
    this.#by ??= 'peer'
    this.close()
  }

  protected deliver(message: Uint8Array): void {
    if (this.isCut || this.#isClosed) return
    this.moved = true
    this.receiver?.message(message)
  }
}
