/** Event streams by hand: events are counted by the empty lines that end them. */
import type { Wire } from './client.ts'
import { request } from './socket.ts'

const LF = 0x0a
const HEAD_BYTES = 4
const END_OF_EVENT = '\n\n'

function get(id: string, hello: Record<string, string>): string[] {
  return [
    `GET /channels/${id}?hello=${encodeURIComponent(JSON.stringify(hello))} HTTP/1.1`,
    'Accept: text/event-stream',
  ]
}

export const wire: Wire = {
  async subscribe({ address }, channel, delivered) {
    let endsInLf = false
    // The comment that a stream begins with ends like an event.
    let comments = 1
    await request(address, get(`s${channel}`, { channel: String(channel), room: '0' }), (bytes) => {
      let events = endsInLf && bytes[0] === LF ? 1 : 0
      let from = events
      for (let at = bytes.indexOf(END_OF_EVENT, from); at !== -1; at = bytes.indexOf(END_OF_EVENT, from)) {
        events++
        from = at + END_OF_EVENT.length
      }
      endsInLf = from < bytes.length && bytes[bytes.length - 1] === LF
      const counted = Math.max(0, events - comments)
      comments = Math.max(0, comments - events)
      if (counted > 0) delivered(counted)
    })
  },

  async publish({ address }, channel) {
    await request(address, get('publisher', { channel: String(channel) }), () => {})
    const post = (body: Buffer) => [
      'POST /channels/publisher HTTP/1.1',
      'Content-Type: application/octet-stream',
      `Content-Length: ${body.length}`,
    ]
    const bodyOf = (messages: readonly Buffer[]) =>
      Buffer.concat(
        messages.flatMap((message) => {
          const head = Buffer.alloc(HEAD_BYTES)
          head.writeUInt32BE(message.length)
          return [head, message]
        }),
      )
    // An empty one first, to have the connection.
    const socket = await request(address, post(Buffer.alloc(0)), () => {})
    return (messages) => {
      const body = bodyOf(messages)
      const head = [...post(body), `Host: ${address}`, '', ''].join('\r\n')
      socket.write(Buffer.concat([Buffer.from(head), body]))
    }
  },
}
