/**
 * The Frame and the Batch of `proto/rtbench.proto` in the protocol buffers encoding (https://protobuf.dev/programming-guides/encoding/).
 * By hand, because a general codec makes an object for each message and copies the payload once more.
 */

/** Both fields of a Frame in one value: a payload, or the number of a signal. */
export type Content = Buffer | number

export const Signal = { halfClose: 1, close: 2, open: 3, ack: 4 } as const

// A tag is `field number << 3 | wire type`.
const PAYLOAD_TAG = 0x0a
/** Of the frames in a Batch. */
const FRAME_TAG = 0x0a
const SIGNAL_TAG = 0x10
const WireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const

const EMPTY = Buffer.alloc(0)
/** 64 bits in groups of 7. */
const MAX_VARINT_BYTES = 10

/** A copy of the message in a Frame. Like every field at its default, an empty payload takes no bytes at all. */
export function encodeFrame(message: Uint8Array): Buffer {
  if (message.length === 0) return EMPTY
  const frame = Buffer.allocUnsafe(headBytes(message.length) + message.length)
  writeField(frame, 0, PAYLOAD_TAG, message)
  return frame
}

/** Bytes that a frame takes in a Batch. */
export function batchedBytes(frame: Buffer): number {
  return headBytes(frame.length) + frame.length
}

/** A Batch of frames as they are. Unlike a field at its default, an empty frame among them is written. */
export function encodeBatch(frames: readonly Buffer[]): Buffer {
  const batch = Buffer.allocUnsafe(frames.reduce((bytes, frame) => bytes + batchedBytes(frame), 0))
  let at = 0
  for (const frame of frames) at = writeField(batch, at, FRAME_TAG, frame)
  return batch
}

/** @returns the offset behind it */
function writeField(into: Buffer, at: number, tag: number, bytes: Uint8Array): number {
  into[at++] = tag
  let rest = bytes.length
  for (; rest > 0x7f; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80
  into[at++] = rest
  into.set(bytes, at)
  return at + bytes.length
}

export function encodeSignal(signal: number): Buffer {
  return Buffer.from([SIGNAL_TAG, signal])
}

/** Bytes of payload in what `encodeFrame` made. */
export function payloadBytes(frame: Buffer): number {
  if (frame.length === 0) return 0
  let head = 2
  while ((frame[head - 1] ?? 0) > 0x7f) head++
  return frame.length - head
}

/**
 * @returns a view of the frame's payload, empty where it has none; or its signal
 * @throws Error where the bytes are no Frame
 */
export function decodeFrame(frame: Buffer): Content {
  // What this module encodes: the payload and nothing else.
  const short = frame[1] ?? 0x80
  if (frame[0] === PAYLOAD_TAG && short <= 0x7f && frame.length === 2 + short) return frame.subarray(2)
  return new FieldReader(frame).frame()
}

/**
 * @returns what its frames hold, in their order; payloads are views of the batch
 * @throws Error where the bytes are no Batch
 */
export function decodeBatch(batch: Buffer): Content[] {
  return new FieldReader(batch).batch()
}

function headBytes(length: number): number {
  return length < 0x80 ? 2 : length < 0x4000 ? 3 : length < 0x20_0000 ? 4 : length < 0x1000_0000 ? 5 : 6
}

/** Reads the fields in any order; unknown ones are passed over. */
class FieldReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Of a repeated field the last counts. */
  frame(): Content {
    let payload: Buffer = EMPTY
    let signal = 0
    while (this.#at < this.#bytes.length) {
      const tag = this.#varint()
      if (tag === PAYLOAD_TAG) payload = this.#take(this.#varint())
      else if (tag === SIGNAL_TAG) signal = this.#varint()
      else this.#skip(tag)
    }
    return signal === 0 ? payload : signal
  }

  batch(): Content[] {
    const contents: Content[] = []
    while (this.#at < this.#bytes.length) {
      const tag = this.#varint()
      if (tag === FRAME_TAG) contents.push(decodeFrame(this.#take(this.#varint())))
      else this.#skip(tag)
    }
    return contents
  }

  #skip(tag: number): void {
    const wireType = tag % 8
    if (tag < 8) throw new Error('a Frame has a field with the number 0')
    if (wireType === WireType.varint) this.#varint()
    else if (wireType === WireType.fixed64) this.#take(8)
    else if (wireType === WireType.lengthDelimited) this.#take(this.#varint())
    else if (wireType === WireType.fixed32) this.#take(4)
    else throw new Error(`a Frame has a field of the unknown wire type ${wireType}`)
  }

  #take(bytes: number): Buffer {
    const end = this.#at + bytes
    if (end > this.#bytes.length) throw new Error('a Frame ends within a field')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** Exact up to 2^53: what is larger is skipped or found to be too long. */
  #varint(): number {
    let value = 0
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new Error('a Frame ends within a number')
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte <= 0x7f) return value
    }
    throw new Error('a Frame has a number of more than 64 bits')
  }
}
