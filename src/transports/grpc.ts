/**
 * Messages over one bidirectional gRPC stream a channel, by `@grpc/grpc-js` on both sides; `proto/rtbench.proto` is the
 * agreement with servers in other languages.
 *
 * grpc-js hands the messages of a call to HTTP/2 one by one, each when the one before it left. So several messages of
 * one tick do not share a write as they do elsewhere: that is what applications get from this library.
 */
import net from 'node:net'
import * as grpcJs from '@grpc/grpc-js'
import { Heart } from '../sockets/heartbeat.ts'
import { listenOnLoopback, parseAddress, sourceOf, stopListening } from '../sockets/loopback.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Channel, Dialer, Listener, Options, Receiver, ServerChannel, Transport } from '../transport.ts'
import { GrpcChannel, HELLO_KEY, keepalive, LAST_EVENT_ID_KEY } from './grpc-channel.ts'
import { type Content, decodeFrame, encodeFrame } from './grpc-frame.ts'
import { SocketCredentials, targetFrom } from './grpc-socket.ts'

const METHOD = '/rtbench.v1.Transport/Exchange'
/** The longest payload, and room for the tags around it. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024 + 16
/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000

const LIMITS = {
  'grpc.max_send_message_length': MAX_FRAME_BYTES,
  'grpc.max_receive_message_length': MAX_FRAME_BYTES,
}

const CLIENT_OPTIONS = {
  ...LIMITS,
  // Else all clients of one address share a connection.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.enable_retries': 0,
  // Messages kept for a retry would count as sent as soon as they are taken.
  'grpc.per_rpc_retry_buffer_size': 0,
}

export const grpc: Transport<Buffer> = {
  name: 'grpc',
  summary: 'One bidirectional gRPC stream a channel, each on a connection of its own (grpc-js).',
  traits: {
    push: true,
    ordered: true,
    halfClose: true,
    textOnly: false,
    answers: 'any',
    seesPeerClose: true,
    heartbeat: 'both',
    socketsPerChannel: 1,
  },
  listen,
  dial,
}

async function listen(options: Options, accept: (channel: ServerChannel<Buffer>) => Receiver) {
  const meter = wireMeter()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const sockets = new Map<string, net.Socket>()
  const channels = new Set<GrpcChannel>()

  const exchange = (call: grpcJs.ServerDuplexStream<Content, Buffer>) => {
    const peer = call.getPeer()
    const channel = new GrpcChannel(call, options, {
      mayEndCall: false,
      socket: () => sockets.get(peer),
      cut: () => sockets.get(peer)?.destroy(),
      gone: () => channels.delete(channel),
    })
    channels.add(channel)
    // A cancelled request, too, ends first; that it was cancelled is known a moment later.
    call.once('end', () => setImmediate(() => channel.requestEnded()))
    // Also told when the status went out; then the stream had finished before.
    call.once('cancelled', () =>
      channel.closed(call.writableFinished ? undefined : 'the peer went away without a goodbye'),
    )
    try {
      channel.readHello(call.metadata, peer)
    } catch {
      call.emit('error', { code: grpcJs.status.INVALID_ARGUMENT, details: `${HELLO_KEY} is no percent-encoded JSON` })
      return
    }
    call.sendMetadata(new grpcJs.Metadata())
    channel.open(accept(channel), heart)
  }

  const server = new grpcJs.Server({ ...LIMITS, ...keepalive(options) })
  const identity = (frame: Buffer) => frame
  server.addService(
    {
      exchange: {
        path: METHOD,
        requestStream: true,
        responseStream: true,
        requestSerialize: identity,
        requestDeserialize: decodeFrame,
        responseSerialize: identity,
        responseDeserialize: decodeFrame,
      },
    },
    { exchange },
  )
  // A socket server of our own, because grpc-js does not show the sockets whose bytes are counted.
  const injector = server.createConnectionInjector(grpcJs.ServerCredentials.createInsecure())
  const acceptor = net.createServer({ noDelay: true }, (socket) => {
    meter.add(socket)
    const peer = `${socket.remoteAddress}:${socket.remotePort}`
    sockets.set(peer, socket)
    socket.once('close', () => sockets.delete(peer))
    socket.on('error', () => {}) // The call on it is told.
    injector.injectConnection(socket)
  })
  const listener: Listener<Buffer> = {
    address: await listenOnLoopback(acceptor, options.port),
    encode: encodeFrame,
    wire: () => meter.read('server'),
    async close() {
      heart?.stop()
      for (const channel of channels) channel.destroy()
      await stopListening(acceptor, meter)
      server.forceShutdown()
    },
  }
  return listener
}

function dial(address: string, options: Options): Dialer {
  const meter = wireMeter()
  const channels = new Set<GrpcChannel>()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const clientOptions = { ...CLIENT_OPTIONS, ...keepalive(options) }
  const { localAddress } = sourceOf(options)
  parseAddress(address)
  const target = localAddress === undefined ? address : targetFrom(localAddress, address)

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        let socket: net.Socket | undefined
        const credentials = new SocketCredentials((connected) => {
          socket = connected
          meter.add(connected)
        })
        const client = new grpcJs.Client(target, credentials, clientOptions)
        const metadata = new grpcJs.Metadata()
        metadata.set(HELLO_KEY, encodeURIComponent(JSON.stringify(hello)))
        if (lastEventId !== undefined) metadata.set(LAST_EVENT_ID_KEY, encodeURIComponent(lastEventId))
        const call = client.makeBidiStreamRequest(METHOD, (frame: Buffer) => frame, decodeFrame, metadata)
        const handshake = setTimeout(() => channel.fail('the server does not answer'), HANDSHAKE_MS)

        const channel = new GrpcChannel(call, options, {
          mayEndCall: true,
          socket: () => socket,
          cut: () => call.cancel(),
          gone({ error }) {
            clearTimeout(handshake)
            channels.delete(channel)
            client.close()
            // A promise that was kept is not broken by this.
            reject(new Error(`grpc: cannot connect to ${address}: ${error?.message ?? 'closed meanwhile'}`))
          },
        })
        channels.add(channel)
        call.once('metadata', () => {
          clearTimeout(handshake)
          channel.open(receiver, heart)
          resolve(channel)
        })
        call.on('error', () => {}) // The status tells the same.
        call.once('status', ({ code, details }) => {
          if (code !== grpcJs.status.OK) channel.closed(reasonOf(code, details))
          else if (call.readableEnded) channel.closed()
          else call.once('end', () => channel.closed())
        })
      })
    },
    wire: () => meter.read('client'),
    async close() {
      heart?.stop()
      for (const channel of channels) channel.destroy()
      await meter.destroyAll()
    },
  }
}

/** What went wrong, without grpc-js's wrapping and time of day around a socket error. */
function reasonOf(code: grpcJs.status, details: string): string {
  const socketError = /Last error: (?:Error: )?(.*?)(?: \(\d{4}-.*\))?$/.exec(details)?.[1]
  return socketError ?? `${grpcJs.status[code]}: ${details}`
}
