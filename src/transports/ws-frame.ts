/**
 * The frames of a server. Framed here: a server does not mask, so `ws` would keep the caller's bytes until they are written.
 * Copying them for it costs more than the frame does, because `ws` writes head and payload apart.
 */
import type { Options } from '../transport.ts'

/** A whole frame of a server, which does not mask. */
export interface Frame {
  readonly bytes: Buffer
  readonly payloadBytes: number
}

/** A server's frame, RFC 6455 section 5.2: not fragmented, not masked. */
export function frame(message: Uint8Array, kind: Options['kind']): Frame {
  const payloadBytes = message.length
  const headBytes = payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10
  const bytes = Buffer.allocUnsafe(headBytes + payloadBytes)
  bytes.writeUInt8(0x80 | (kind === 'text' ? 1 : 2), 0)
  if (headBytes === 2) {
    bytes.writeUInt8(payloadBytes, 1)
  } else if (headBytes === 4) {
    bytes.writeUInt8(126, 1)
    bytes.writeUInt16BE(payloadBytes, 2)
  } else {
    bytes.writeUInt8(127, 1)
    bytes.writeBigUInt64BE(BigInt(payloadBytes), 2)
  }
  bytes.set(message, headBytes)
  return { bytes, payloadBytes }
}
