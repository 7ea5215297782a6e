/**
 * Messages over plain TCP sockets: the floor that other transports are compared with.
 *
 * The first frame of the client is its hello as JSON, the server answers with an empty one. Two lengths above every
 * legal one are signals without a body. Half-close is such a signal and not a FIN, so that a FIN without a goodbye
 * always means that the peer died.
 */
import net from 'node:net'
import { flushAfterEvent, flushAfterTurn } from '../sockets/flush.ts'
import { frame } from '../sockets/frames.ts'
import { listenOnLoopback, parseAddress, sourceOf, stopListening } from '../sockets/loopback.ts'
import { noDelayOf } from '../sockets/no-delay.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Channel, Closed, Dialer, Listener, Options, Receiver, ServerChannel, Transport } from '../transport.ts'
import { dataCame, TcpChannel } from './tcp-channel.ts'
import { tcpOptions } from './tcp-options.ts'

const READ_BYTES = 64 * 1024
/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000
const EMPTY = new Uint8Array(0)

export const tcp: Transport<Buffer> = {
  name: 'tcp',
  summary: 'Length-prefixed messages over plain TCP sockets: the floor for all others.',
  packages: [],
  traits: {
    push: true,
    ordered: true,
    halfClose: true,
    textOnly: false,
    answers: 'any',
    seesPeerClose: true,
    heartbeat: 'none',
    socketsPerChannel: 1,
  },
  facts: {
    browser: { holds: 'no', because: 'browsers give pages no plain TCP sockets' },
    payloads: {
      holds: 'partly',
      because: 'a stream of bytes (RFC 9293): text travels as well, but nothing says which came',
    },
    resume: {
      holds: 'no',
      because: 'a new connection knows nothing of the one before; ids and a history are left to the application',
    },
  },
  options: tcpOptions,
  listen,
  dial,
}

async function listen(options: Options, accept: (channel: ServerChannel<Buffer>) => Receiver) {
  const meter = wireMeter()
  const server = net.createServer({ allowHalfOpen: true, noDelay: noDelayOf(options) }, (socket) => {
    meter.add(socket)
    const channel = new TcpChannel(socket, options.highWaterBytes, flushAfterTurn, (greeting) => {
      if (!channel.readHello(greeting)) return
      channel.send(EMPTY)
      channel.open(accept(channel))
    })
    // Node has `onread` for connecting sockets only; accepted ones pay for a buffer a read.
    socket.on('data', dataCame)
  })
  const listener: Listener<Buffer> = {
    address: await listenOnLoopback(server, options.port),
    encode: frame,
    wire: () => meter.read('server'),
    close: () => stopListening(server, meter),
  }
  return listener
}

function dial(address: string, options: Options): Dialer {
  const meter = wireMeter()
  const ends = { ...parseAddress(address), ...sourceOf(options) }
  const noDelay = noDelayOf(options)
  // One for all sockets: a read is consumed before the next one happens.
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        const callback = (bytes: number) => {
          channel.reader.feed(buffer, bytes)
          return true
        }
        const socket = net.connect({ ...ends, allowHalfOpen: true, onread: { buffer, callback } })
        socket.setNoDelay(noDelay)
        meter.add(socket)
        const accepted = (greeting: Buffer) => {
          // Also where a port that nobody listens at was given to this very socket, so that it is connected to itself.
          if (greeting.length > 0) {
            channel.fail('the first frame of the server is not empty')
            return
          }
          channel.open(receiver)
          resolve(channel)
        }
        const refused = ({ error }: Closed) =>
          reject(new Error(`tcp: cannot connect to ${address}: ${error?.message ?? 'closed meanwhile'}`))
        const channel = new TcpChannel(socket, options.highWaterBytes, flushAfterEvent, accepted, refused)
        channel.limitHandshake(HANDSHAKE_MS)
        channel.send(Buffer.from(JSON.stringify({ hello, lastEventId })))
      })
    },
    wire: () => meter.read('client'),
    close: () => meter.destroyAll(),
  }
}
