import type { Socket } from 'node:net'
import type { Flush, Flushable } from './flush.ts'

const NOTHING = Buffer.alloc(0)

/**
 * An outbox for a library that writes to the socket itself: corked while a tick sends, so that its writes leave as one,
 * with the payload counted that has not left.
 */
export class CorkedSocket implements Flushable {
  readonly #socket: Socket
  readonly #highWaterBytes: number
  readonly #flush: Flush
  readonly #drained: () => void
  /** Payload bytes that the socket has not passed on to the operating system. */
  queuedBytes = 0
  /** The part of them that is gone when `#passedOn` is called. */
  #watchedBytes = 0
  #watching = false
  #scheduled = false
  #corked = false
  /** The only frame of this tick so far. */
  #single: Buffer | undefined
  #wasFull = false

  /** @param drained it was full and has room again */
  constructor(socket: Socket, highWaterBytes: number, flush: Flush, drained: () => void) {
    this.#socket = socket
    this.#highWaterBytes = highWaterBytes
    this.#flush = flush
    this.#drained = drained
  }

  get full(): boolean {
    return this.queuedBytes >= this.#highWaterBytes
  }

  /** Call it before each write of the library. */
  take(payloadBytes: number): void {
    this.#count(payloadBytes)
    this.#cork()
  }

  /** Writes a frame beside the library; it must not change any more. The only one of a tick is spared the corking. */
  write(frame: Buffer, payloadBytes: number): void {
    const isFirst = !this.#scheduled
    this.#count(payloadBytes)
    if (isFirst) {
      this.#single = frame
      return
    }
    this.#cork()
    this.#socket.write(frame)
  }

  /** Lets what was taken go, because the library will write to the socket, and this comes before. */
  release(): void {
    if (this.#single) this.#socket.write(this.#single)
    this.#single = undefined
  }

  flush(): void {
    this.#scheduled = false
    this.release()
    if (this.#corked) this.#socket.uncork()
    this.#corked = false
    this.#watch()
  }

  /** Forgets what was not sent, for a socket that is closing. */
  clear(): void {
    this.#single = undefined
    this.queuedBytes = 0
    this.#watchedBytes = 0
    this.#wasFull = false
  }

  #count(payloadBytes: number): void {
    this.queuedBytes += payloadBytes
    if (this.full) this.#wasFull = true
    if (this.#scheduled) return
    this.#scheduled = true
    this.#flush(this)
  }

  #cork(): void {
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
    }
    this.release()
  }

  /** Usually the kernel takes it all at once; else an empty write behind it tells when it has. */
  #watch(): void {
    if (this.#socket.writableLength === 0) {
      this.#settle(this.queuedBytes)
    } else if (!this.#watching && this.#socket.writable) {
      this.#watching = true
      this.#watchedBytes = this.queuedBytes
      this.#socket.write(NOTHING, this.#passedOn)
    }
  }

  readonly #passedOn = (error?: Error | null): void => {
    this.#watching = false
    if (error) return
    this.#settle(this.#watchedBytes)
    if (!this.#scheduled && this.queuedBytes > 0) this.#watch()
  }

  #settle(payloadBytes: number): void {
    this.queuedBytes -= payloadBytes
    this.#watchedBytes = 0
    if (!this.#wasFull || this.full) return
    this.#wasFull = false
    this.#drained()
  }
}
