/** Length-prefixed messages on plain sockets: a reply is found by its length, and as many frames as came go out again. */
import net from 'node:net'
import type { BareSetup, Connect } from './loop.ts'

const HEAD_BYTES = 4
const READ_BYTES = 64 * 1024

export const connect: Connect = (setup, tally) => {
  const [host = '', port] = setup.address.split(':')
  const frame = framed(Buffer.alloc(setup.payloadBytes, 'x'))
  const frames = Buffer.concat(Array.from({ length: setup.inFlight }, () => frame))
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)

  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      let rest: Buffer | undefined
      let isOpen = false
      const send = sender(setup, frame, frames, (bytes) => socket.write(bytes))
      const start = () => send(setup.inFlight)
      const callback = (bytes: number) => {
        const chunk = rest ? Buffer.concat([rest, buffer.subarray(0, bytes)]) : buffer
        const end = rest ? chunk.length : bytes
        let at = 0
        let replies = 0
        while (end - at >= HEAD_BYTES) {
          const next = at + HEAD_BYTES + chunk.readUInt32BE(at)
          if (next > end) break
          at = next
          replies++
        }
        rest = at === end ? undefined : Buffer.from(chunk.subarray(at, end))
        if (isOpen) {
          tally.replies += replies
          send(replies)
        } else if (replies > 0) {
          // The server's first frame accepts the hello.
          isOpen = true
          resolve(start)
        }
        return true
      }
      const socket = net.connect({ host, port: Number(port), noDelay: true, onread: { buffer, callback } })
      socket.once('error', reject)
      socket.write(framed(Buffer.from('{"hello":{}}')))
    })
  return Promise.all(Array.from({ length: setup.connections }, open))
}

/** One write for all frames, or one for each. */
function sender({ coalesce }: BareSetup, frame: Buffer, frames: Buffer, write: (bytes: Buffer) => void) {
  if (coalesce) return (count: number) => write(frames.subarray(0, count * frame.length))
  return (count: number) => {
    for (let sent = 0; sent < count; sent++) write(frame)
  }
}

function framed(payload: Buffer): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  payload.copy(frame, HEAD_BYTES)
  return frame
}
