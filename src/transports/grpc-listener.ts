/** The server half that all gRPC modes share: sockets, methods, and how a channel is let in. */
import net from 'node:net'
import * as grpcJs from '@grpc/grpc-js'
import { Heart } from '../sockets/heartbeat.ts'
import { listenOnLoopback, stopListening } from '../sockets/loopback.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Listener, Options, Receiver, ServerChannel } from '../transport.ts'
import { CHANNEL_KEY, type GrpcChannel, HELLO_KEY } from './grpc-channel.ts'
import { serverOptions } from './grpc-connection.ts'
import { type Content, decodeFrame, encodeFrame } from './grpc-frame.ts'
import type { End } from './grpc-stream.ts'

const SERVICE = '/rtbench.v1.Transport/'
const asIs = (bytes: Buffer) => bytes

export type Accept = (channel: ServerChannel<Buffer>) => Receiver

/** How a method of the service is called: by a stream of Frames, or by one message whose bytes it reads itself. */
export type Method =
  | { readonly bidirectional: grpcJs.handleBidiStreamingCall<Content, Buffer> }
  | { readonly clientStream: grpcJs.handleClientStreamingCall<Content, Buffer> }
  | { readonly serverStream: grpcJs.handleServerStreamingCall<Buffer, Buffer> }
  | { readonly unary: grpcJs.handleUnaryCall<Buffer, Buffer> }

/** What a mode is lent by its listener. */
export interface Serving {
  /** Those that are cut when the listener closes. */
  readonly channels: Set<GrpcChannel>
  /** The connection of a peer, while it is there. */
  socketOf(peer: string): net.Socket | undefined
  /** What the server's end of a call with a stream has to know. @param gone its channel is closed */
  endOf(call: { getPeer(): string }, gone: () => void): End
  readonly heart: Heart | undefined
}

/** @param methods of the service, by name */
export async function grpcListener(
  options: Options,
  methods: (serving: Serving) => Readonly<Record<string, Method>>,
): Promise<Listener<Buffer>> {
  const meter = wireMeter()
  const sockets = new Map<string, net.Socket>()
  const channels = new Set<GrpcChannel>()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const server = new grpcJs.Server(serverOptions(options))
  const serving: Serving = {
    channels,
    socketOf: (peer) => sockets.get(peer),
    endOf(call, gone) {
      const peer = call.getPeer()
      const socket = () => sockets.get(peer)
      return { mayEndCall: false, socket, cut: () => socket()?.destroy(), gone }
    },
    heart,
  }
  for (const [name, method] of Object.entries(methods(serving))) {
    const requestStream = 'bidirectional' in method || 'clientStream' in method
    const responseStream = 'bidirectional' in method || 'serverStream' in method
    const definition = {
      path: SERVICE + name,
      requestStream,
      responseStream,
      requestSerialize: asIs,
      requestDeserialize: requestStream ? decodeFrame : asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    }
    const [handler] = Object.values<grpcJs.UntypedHandleCall>(method)
    if (handler) server.addService({ [name]: definition }, { [name]: handler })
  }
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
  return {
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
}

/** A status other than OK, as grpc-js takes it for an error. */
export type Refusal = Pick<grpcJs.StatusObject, 'code' | 'details'>

export const refusal = (code: grpcJs.status, details: string): Refusal => ({ code, details })

/** The channel that a call belongs to, where a channel is more than one call. */
export function idOf(metadata: grpcJs.Metadata): string | undefined {
  const [id] = metadata.get(CHANNEL_KEY)
  return id === undefined ? undefined : String(id)
}

/** Reads the hello, sends the headers that the client waits for, and lets the channel in. @returns why not */
export function welcome(
  call: grpcJs.ServerUnaryCall<unknown, Buffer> | grpcJs.ServerReadableStream<unknown, Buffer>,
  channel: GrpcChannel,
  accept: Accept,
  { heart }: Serving,
): Refusal | undefined {
  try {
    channel.readHello(call.metadata, call.getPeer())
  } catch {
    return refusal(grpcJs.status.INVALID_ARGUMENT, `${HELLO_KEY} is no percent-encoded JSON`)
  }
  call.sendMetadata(new grpcJs.Metadata())
  channel.open(accept(channel), heart)
  return undefined
}
