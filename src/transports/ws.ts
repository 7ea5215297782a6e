/**
 * Messages over WebSocket, with the `ws` package on both sides: text frames for text, binary frames for binary, without
 * compression unless asked for. Sockets are corked while a tick sends, so that its frames leave in one write.
 */
import http from 'node:http'
import net from 'node:net'
import { WebSocketServer } from 'ws'
import { messageOf } from '../errors.ts'
import { flushAfterEvent } from '../sockets/flush.ts'
import { Heart } from '../sockets/heartbeat.ts'
import { listenOnLoopback, parseAddress, sourceOf, stopListening } from '../sockets/loopback.ts'
import { noDelayOf } from '../sockets/no-delay.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Channel, Dialer, Listener, Options, Receiver, ServerChannel, Transport } from '../transport.ts'
import { LAST_EVENT_ID, Link, ServerWsChannel, WsChannel } from './ws-channel.ts'
import { type Frame, frame } from './ws-frame.ts'
import { isCompressed, wsOptions } from './ws-options.ts'

/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000

const LIBRARY_OPTIONS = {
  maxPayload: 64 * 1024 * 1024,
  // The library's limit would cut a slow reader amid its last messages; `CLOSE_IDLE_MS` does not.
  closeTimeout: 2 ** 31 - 1,
}

export const ws: Transport<Frame> = {
  name: 'ws',
  summary: 'WebSocket with the ws package on both sides, without compression unless asked for.',
  packages: ['ws'],
  traits: {
    push: true,
    ordered: true,
    halfClose: false,
    textOnly: false,
    answers: 'any',
    seesPeerClose: true,
    heartbeat: 'both',
    socketsPerChannel: 1,
  },
  facts: {
    browser: { holds: 'yes', because: 'every browser has WebSocket (WHATWG WebSockets Standard)' },
    payloads: { holds: 'yes', because: 'a frame says whether it is text or binary (RFC 6455, 5.6)' },
    resume: {
      holds: 'no',
      because:
        'the protocol has no ids (RFC 6455), and WebSocket does not come back by itself; both are left to the application',
    },
  },
  options: wsOptions,
  listen,
  dial,
}

async function listen(options: Options, accept: (channel: ServerChannel<Frame>) => Receiver) {
  const meter = wireMeter()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const upgrader = new WebSocketServer({
    ...LIBRARY_OPTIONS,
    perMessageDeflate: isCompressed(options),
    WebSocket: Link,
    noServer: true,
    clientTracking: false,
  })
  const server = http.createServer({ noDelay: noDelayOf(options) }, (_request, response) => {
    response.writeHead(426, { connection: 'close' }).end('This server speaks WebSocket only.\n')
  })
  server.on('connection', (socket) => meter.add(socket))
  server.on('upgrade', (request: http.IncomingMessage, _socket, head: Buffer) => {
    const { socket } = request
    upgrader.handleUpgrade(request, socket, head, (link) => {
      const channel = new ServerWsChannel(link, socket, options, request)
      channel.open(accept(channel), heart)
    })
  })
  const listener: Listener<Frame> = {
    address: await listenOnLoopback(server, options.port),
    encode: (message) => frame(message, options.kind),
    wire: () => meter.read('server'),
    close() {
      heart?.stop()
      return stopListening(server, meter)
    },
  }
  return listener
}

function dial(address: string, options: Options): Dialer {
  const meter = wireMeter()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const ends = { ...parseAddress(address), ...sourceOf(options) }

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        const socket = net.connect({ ...ends, noDelay: noDelayOf(options) })
        meter.add(socket)
        const query = new URLSearchParams(hello)
        if (lastEventId !== undefined) query.set(LAST_EVENT_ID, lastEventId)
        const link = new Link(`ws://${address}/?${query}`, {
          ...LIBRARY_OPTIONS,
          perMessageDeflate: isCompressed(options),
          createConnection: () => socket,
          generateMask,
          handshakeTimeout: HANDSHAKE_MS,
        })
        const refused = (error: Error) => reject(new Error(`ws: cannot connect to ${address}: ${messageOf(error)}`))
        link.once('error', refused)
        link.once('open', () => {
          if (isCompressed(options) && !link.extensions.includes('permessage-deflate')) {
            refused(new Error('the server does not compress'))
            link.terminate()
            return
          }
          link.off('error', refused)
          const channel = new WsChannel(link, socket, options, flushAfterEvent)
          channel.open(receiver, heart)
          resolve(channel)
        })
      })
    },
    wire: () => meter.read('client'),
    close() {
      heart?.stop()
      return meter.destroyAll()
    },
  }
}

/** Random, but never zero: under a zero mask `ws` would keep the caller's bytes instead of a masked copy. */
function generateMask(mask: Buffer): void {
  mask.writeUInt32BE(1 + Math.floor(Math.random() * 0xffff_ffff))
}
