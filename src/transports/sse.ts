/**
 * Server-sent events down, POSTs up: Node's `http` server, and a client of `undici` and `eventsource-parser`.
 *
 * A channel is `/channels/<id>` with an id of the client's choice. GET opens it and gives the event stream; POST brings
 * messages; DELETE closes it. A server that wants to close sends an event of its own, so that the client can send what it
 * still has. There is one POST in flight a channel, because two would overtake each other; what is sent meanwhile
 * travels together in the next one, as the senders of SignalR and SockJS do it.
 *
 * Binary messages cost base64 on the way down and nothing on the way up. A byte that went up counts as queued until the
 * POST with it is answered: HTTP tells no earlier that it got through.
 */
import type { Transport } from '../transport.ts'
import { dial } from './sse-client.ts'
import { sseOptions } from './sse-options.ts'
import { type Encoded, listen } from './sse-server.ts'

export const sse: Transport<Encoded> = {
  name: 'sse',
  summary: 'Server-sent events down and POSTs up over HTTP/1.1 (node:http, undici, eventsource-parser).',
  packages: ['undici', 'eventsource-parser'],
  traits: {
    push: true,
    ordered: true,
    halfClose: false,
    textOnly: true,
    answers: 'any',
    seesPeerClose: true,
    heartbeat: 'client',
    socketsPerChannel: 2,
  },
  facts: {
    browser: {
      holds: 'yes',
      because:
        'every browser has EventSource for the way down and fetch for the way up (WHATWG HTML, server-sent events)',
    },
    payloads: {
      holds: 'no',
      because:
        'an event stream is UTF-8 text (WHATWG HTML): bytes have to be encoded, as in base64, which is a third more',
    },
    resume: {
      holds: 'yes',
      because:
        "EventSource comes back by itself and sends Last-Event-ID (WHATWG HTML); the history is the server's to keep",
    },
  },
  options: sseOptions,
  listen,
  dial,
}
