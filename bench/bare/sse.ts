/**
 * `undici` and `eventsource-parser`: events of one stream are counted, and as many messages go up in the next POST. One POST
 * is under way at a time, because two would overtake each other.
 */
import { randomUUID } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { Client } from 'undici'
import type { Connect } from './loop.ts'

const HEAD_BYTES = 4
const LIMITS = { headersTimeout: 0, bodyTimeout: 0 }

export const connect: Connect = ({ address, connections, inFlight, payloadBytes }, tally) => {
  const frame = Buffer.alloc(HEAD_BYTES + payloadBytes, 'x')
  frame.writeUInt32BE(payloadBytes, 0)
  const frames = Buffer.concat(Array.from({ length: inFlight }, () => frame))
  const headers = { 'content-type': 'application/octet-stream' }

  const open = () =>
    new Promise<() => void>((resolve, reject) => {
      const path = `/channels/${randomUUID()}`
      const poster = new Client(`http://${address}`, LIMITS)
      let waiting = 0
      let isPosting = false
      const post = () => {
        isPosting = true
        const body = frames.subarray(0, waiting * frame.length)
        waiting = 0
        poster.dispatch({ method: 'POST', path, headers, body }, posted)
      }
      const posted = {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd() {
          isPosting = false
          if (waiting > 0) post()
        },
        onResponseError(_: unknown, error: Error) {
          throw error
        },
      }

      const decoder = new StringDecoder('utf8')
      const parser = createParser({
        onEvent() {
          tally.replies++
          waiting++
        },
      })
      new Client(`http://${address}`, LIMITS).dispatch(
        { method: 'GET', path: `${path}?hello=%7B%7D`, headers: { accept: 'text/event-stream' } },
        {
          onRequestStart() {},
          onResponseStart: () =>
            resolve(() => {
              waiting = inFlight
              post()
            }),
          onResponseData(_, chunk) {
            parser.feed(decoder.write(chunk))
            if (waiting > 0 && !isPosting) post()
          },
          onResponseEnd() {},
          onResponseError: (_, error) => reject(error),
        },
      )
    })
  return Promise.all(Array.from({ length: connections }, open))
}
