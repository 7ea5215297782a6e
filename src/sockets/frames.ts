/** Messages on a byte stream: a length of 4 bytes, big-endian, and that many bytes. */

export const FRAME_HEAD_BYTES = 4

/** What a `FrameReader` tells its owner. */
export interface FrameSink {
  /** One whole frame without its head; valid only during the call. */
  framed(frame: Buffer): void
  /** A head whose length is above every legal one: a signal, or garbage. No body follows. */
  signalled(length: number): void
  /** Nothing more is wanted, not even what was read already. */
  readonly deaf: boolean
}

/** A message with its head, ready to be written many times. */
export function frame(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_BYTES + message.length)
  bytes.writeUInt32BE(message.length, 0)
  bytes.set(message, FRAME_HEAD_BYTES)
  return bytes
}

/**
 * Finds the frames in what a socket reads. A frame that lies whole within one read is not copied; one that does not is
 * gathered in a buffer of its own size, so that each byte is copied once at the most.
 */
export class FrameReader {
  readonly #maxBytes: number
  readonly #sink: FrameSink
  // What the last read left over: a head in pieces, or a body without its end.
  #head = 0
  #headBytes = 0
  #body: Buffer | undefined
  #bodyBytes = 0

  constructor(maxBytes: number, sink: FrameSink) {
    this.#maxBytes = maxBytes
    this.#sink = sink
  }

  /** @param bytes how many of the chunk were read; all are consumed before it returns */
  feed(chunk: Buffer, bytes: number): void {
    let at = 0
    while (at < bytes && !this.#sink.deaf) {
      if (this.#body) {
        at += this.#gather(this.#body, chunk, at, bytes)
      } else if (this.#headBytes === 0 && bytes - at >= FRAME_HEAD_BYTES) {
        at = this.#start(chunk.readUInt32BE(at), chunk, at + FRAME_HEAD_BYTES, bytes)
      } else {
        this.#head = this.#head * 256 + chunk.readUInt8(at++)
        if (++this.#headBytes < FRAME_HEAD_BYTES) continue
        const length = this.#head
        this.#head = 0
        this.#headBytes = 0
        at = this.#start(length, chunk, at, bytes)
      }
    }
  }

  /** Nothing has come of a frame that is not whole. */
  get isBetweenFrames(): boolean {
    return this.#headBytes === 0 && this.#body === undefined
  }

  /** Acts on a head. @returns where to go on */
  #start(length: number, chunk: Buffer, at: number, end: number): number {
    if (length > this.#maxBytes) {
      this.#sink.signalled(length)
    } else if (end - at >= length) {
      this.#sink.framed(chunk.subarray(at, at + length))
      return at + length
    } else {
      this.#body = Buffer.allocUnsafe(length)
      this.#bodyBytes = 0
    }
    return at
  }

  /** @returns how many bytes it took */
  #gather(body: Buffer, chunk: Buffer, at: number, end: number): number {
    const taken = chunk.copy(body, this.#bodyBytes, at, end)
    this.#bodyBytes += taken
    if (this.#bodyBytes === body.length) {
      this.#body = undefined
      this.#sink.framed(body)
    }
    return taken
  }
}
