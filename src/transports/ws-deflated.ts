import type { Options } from '../transport.ts'
import type { Link } from './ws-channel.ts'

/**
 * What leaves compressed, by the library: one message after the other, in threads beside the event loop. So those of one
 * tick do not share a write, and a broadcast is compressed for each channel, whose dictionary is what it was sent before.
 */
export class DeflatedQueue {
  readonly #link: Link
  readonly #options: Options
  readonly #drained: () => void
  /** Payload bytes that the socket has not passed on to the operating system. */
  queuedBytes = 0
  #wasFull = false
  #isCleared = false

  /** @param drained it was full and has room again */
  constructor(link: Link, options: Options, drained: () => void) {
    this.#link = link
    this.#options = options
    this.#drained = drained
  }

  get full(): boolean {
    return this.queuedBytes >= this.#options.highWaterBytes
  }

  /** @param message must not change any more */
  send(message: Uint8Array): void {
    this.queuedBytes += message.length
    if (this.full) this.#wasFull = true
    this.#link.send(message, { binary: this.#options.kind === 'binary', compress: true }, (error) => {
      if (!error && !this.#isCleared) this.#passedOn(message.length)
    })
  }

  /** Forgets what was not sent, for a socket that is closing. */
  clear(): void {
    this.#isCleared = true
    this.queuedBytes = 0
    this.#wasFull = false
  }

  #passedOn(bytes: number): void {
    this.queuedBytes -= bytes
    if (!this.#wasFull || this.full) return
    this.#wasFull = false
    this.#drained()
  }
}
