/** HTTP/2 as Node has it: messages of one size are counted by their bytes. */
import http2 from 'node:http2'
import type { FanOutSetup, Wire } from './client.ts'

/** Compressed or not, and the length of a message; then the tag and length of its one field. */
const PREFIX_BYTES = 5
const FIELD_HEAD_BYTES = 2
const PAYLOAD_TAG = 0x0a

function call({ address }: FanOutSetup, hello: Record<string, string>): Promise<http2.ClientHttp2Stream> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`http://${address}`)
    session.once('error', reject)
    const stream = session.request({
      ':method': 'POST',
      ':path': '/rtbench.v1.Transport/Exchange',
      'content-type': 'application/grpc',
      te: 'trailers',
      'rtbench-hello': encodeURIComponent(JSON.stringify(hello)),
    })
    stream.once('error', reject)
    stream.once('response', () => resolve(stream))
  })
}

export const wire: Wire = {
  async subscribe(setup, channel, delivered) {
    if (setup.payloadBytes > 127) throw new RangeError('the length has to fit into one byte')
    const messageBytes = PREFIX_BYTES + FIELD_HEAD_BYTES + setup.payloadBytes
    const stream = await call(setup, { channel: String(channel), room: '0' })
    let rest = 0
    stream.on('data', (bytes: Buffer) => {
      const all = rest + bytes.length
      rest = all % messageBytes
      delivered((all - rest) / messageBytes)
    })
  },

  async publish(setup, channel) {
    const stream = await call(setup, { channel: String(channel) })
    return (messages) =>
      stream.write(
        Buffer.concat(
          messages.flatMap((message) => {
            const head = Buffer.alloc(PREFIX_BYTES + FIELD_HEAD_BYTES)
            head.writeUInt32BE(FIELD_HEAD_BYTES + message.length, 1)
            head[PREFIX_BYTES] = PAYLOAD_TAG
            head[PREFIX_BYTES + 1] = message.length
            return [head, message]
          }),
        ),
      )
  },
}
