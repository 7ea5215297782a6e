/** WebSocket by hand: a server's frames of one size are counted by their bytes. */
import type { Wire } from './client.ts'
import { request } from './socket.ts'

const HEAD_BYTES = 2
/** FIN and text; RFC 6455 section 5.2. */
const TEXT = 0x81
const MASKED = 0x80

function upgrade(path: string): string[] {
  return [
    `GET ${path} HTTP/1.1`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 'k').toString('base64')}`,
  ]
}

export const wire: Wire = {
  async subscribe({ address, payloadBytes }, channel, delivered) {
    if (payloadBytes > 125) throw new RangeError('the length has to fit into one byte')
    const frameBytes = HEAD_BYTES + payloadBytes
    let rest = 0
    await request(address, upgrade(`/?channel=${channel}&room=0`), (bytes) => {
      const all = rest + bytes.length
      rest = all % frameBytes
      delivered((all - rest) / frameBytes)
    })
  },

  async publish({ address }, channel) {
    const socket = await request(address, upgrade(`/?channel=${channel}`), () => {})
    // Masked with zeros, which leaves a message as it is.
    return (messages) =>
      socket.write(
        Buffer.concat(
          messages.flatMap((message) => [Buffer.from([TEXT, MASKED | message.length, 0, 0, 0, 0]), message]),
        ),
      )
  },
}
