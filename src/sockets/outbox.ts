import type { Flush, Flushable } from './flush.ts'

/** Where an outbox writes to: a socket, or what wraps one. */
export interface Sink {
  /** Bytes that `write` took and has not passed on. */
  readonly writableLength: number
  /** @param written called when the bytes are passed on and no longer looked at */
  write(bytes: Buffer, written: (error?: Error | null) => void): unknown
  end(): unknown
  /** What has to stand around the bytes of each write. */
  readonly envelope?: Envelope
}

export interface Envelope {
  /** Room before and behind what was gathered. */
  readonly headBytes: number
  readonly tailBytes: number
  /** Fills both in. @param bytes what there is in all */
  fill(buffer: Buffer, bytes: number): void
}

const NOTHING = Buffer.alloc(0)
const FIRST_BUFFER_BYTES = 4 * 1024
/** Spare buffers of the process, so that idle connections hold none. 16 MiB: one for each of 4,096 subscribers. */
const spare: Buffer[] = []
const SPARE_BYTES = 16 * 1024 * 1024
let spareBytes = 0

function takeBuffer(bytes: number): Buffer {
  const last = spare.at(-1)
  if (last === undefined || last.length < bytes) return Buffer.allocUnsafeSlow(Math.max(bytes, FIRST_BUFFER_BYTES))
  spare.pop()
  spareBytes -= last.length
  return last
}

function giveBuffer(buffer: Buffer): void {
  if (spareBytes + buffer.length > SPARE_BYTES) return
  spare.push(buffer)
  spareBytes += buffer.length
}

/**
 * The sending side of one socket: frames gather in one buffer and leave in one write a tick. While the socket is busy
 * with a write, the next ones gather on, so that at most one is on its way.
 */
export class Outbox implements Flushable {
  /** Where `reserve` made room. */
  buffer: Buffer = NOTHING
  readonly #socket: Sink
  readonly #highWaterBytes: number
  readonly #flush: Flush
  readonly #drained: () => void
  readonly #headBytes: number
  readonly #tailBytes: number
  #bytes = 0
  #gatheredPayload = 0
  #writingPayload = 0
  #scheduled = false
  #wasFull = false
  /** The buffer of a write that was not done at once. */
  #lent: Buffer = NOTHING
  /** All that has gathered, where that is one message which other outboxes write, too. */
  #shared: Buffer | undefined

  /** @param drained it was full and has room again */
  constructor(socket: Sink, highWaterBytes: number, flush: Flush, drained: () => void) {
    this.#socket = socket
    this.#highWaterBytes = highWaterBytes
    this.#flush = flush
    this.#drained = drained
    this.#headBytes = socket.envelope?.headBytes ?? 0
    this.#tailBytes = socket.envelope?.tailBytes ?? 0
  }

  /** Payload bytes that the socket has not passed on to the operating system. */
  get queuedBytes(): number {
    return this.#gatheredPayload + this.#writingPayload
  }

  get full(): boolean {
    return this.queuedBytes >= this.#highWaterBytes
  }

  /** @returns the offset in `buffer` at which the caller writes `bytes` at once, `payloadBytes` of them payload */
  reserve(bytes: number, payloadBytes: number): number {
    if (this.#shared) this.#unshare(this.#shared)
    this.#count(payloadBytes)
    return this.#make(bytes)
  }

  /**
   * Takes a message that many outboxes write, within its envelope. It must not change any more: alone in a tick it is written
   * without being copied.
   */
  share(message: Buffer, payloadBytes: number): void {
    this.#count(payloadBytes)
    if (this.#bytes === 0 && !this.#shared) {
      this.#shared = message
      return
    }
    if (this.#shared) this.#unshare(this.#shared)
    this.#copy(message)
  }

  /** @returns where to write */
  #make(bytes: number): number {
    const at = this.#bytes === 0 ? this.#headBytes : this.#bytes
    this.#bytes = at + bytes
    if (this.#bytes + this.#tailBytes > this.buffer.length) this.#grow(at)
    return at
  }

  #copy(message: Buffer): void {
    const inner = message.subarray(this.#headBytes, message.length - this.#tailBytes)
    const at = this.#make(inner.length)
    this.buffer.set(inner, at)
  }

  #unshare(message: Buffer): void {
    this.#shared = undefined
    this.#copy(message)
  }

  #count(payloadBytes: number): void {
    this.#gatheredPayload += payloadBytes
    if (this.full) this.#wasFull = true
    if (this.#scheduled) return
    this.#scheduled = true
    this.#flush(this)
  }

  flush(): void {
    this.#scheduled = false
    if (this.#socket.writableLength === 0) this.#write()
  }

  /** Writes what there is, and the FIN behind it. */
  finish(): void {
    this.#wasFull = false
    this.#write()
    this.#socket.end()
  }

  /** Forgets what was not sent, for a socket that is cut. */
  clear(): void {
    this.buffer = NOTHING
    this.#shared = undefined
    this.#bytes = 0
    this.#gatheredPayload = 0
    this.#writingPayload = 0
    this.#wasFull = false
  }

  #grow(usedBytes: number): void {
    const old = this.buffer
    this.buffer = takeBuffer(Math.max(this.#bytes + this.#tailBytes, 2 * old.length))
    if (old.length === 0) return
    this.buffer.set(old.subarray(0, usedBytes))
    giveBuffer(old)
  }

  #write(): void {
    if (this.#shared) {
      const message = this.#shared
      this.#shared = undefined
      this.#pass(message)
      if (this.#socket.writableLength === 0) this.#settle()
      return
    }
    if (this.#bytes === 0) return
    const { buffer } = this
    const bytes = buffer.subarray(0, this.#bytes + this.#tailBytes)
    this.#socket.envelope?.fill(buffer, bytes.length)
    this.#bytes = 0
    this.buffer = NOTHING
    this.#pass(bytes)
    // Usually the kernel takes it all at once; else the socket still reads from the buffer.
    if (this.#socket.writableLength > 0) {
      this.#lent = buffer
      return
    }
    giveBuffer(buffer)
    this.#settle()
  }

  #pass(bytes: Buffer): void {
    this.#writingPayload += this.#gatheredPayload
    this.#gatheredPayload = 0
    this.#socket.write(bytes, this.#written)
  }

  readonly #written = (error?: Error | null): void => {
    // Also called for a write that was done at once, maybe with another one on its way by now.
    if (error || this.#socket.writableLength > 0) return
    if (this.#lent.length > 0) giveBuffer(this.#lent)
    this.#lent = NOTHING
    if (this.#writingPayload > 0) this.#settle()
    this.#write()
  }

  #settle(): void {
    this.#writingPayload = 0
    if (!this.#wasFull || this.full) return
    this.#wasFull = false
    this.#drained()
  }
}
