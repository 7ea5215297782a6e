/** The client half that all gRPC modes share: a connection for each channel, its bytes, and the handshake. */
import type { Socket } from 'node:net'
import * as grpcJs from '@grpc/grpc-js'
import { Heart } from '../sockets/heartbeat.ts'
import { parseAddress, sourceOf } from '../sockets/loopback.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Channel, Dialer, Options } from '../transport.ts'
import { type GrpcChannel, HELLO_KEY, type Home, LAST_EVENT_ID_KEY } from './grpc-channel.ts'
import { clientOptions } from './grpc-connection.ts'
import { SocketCredentials, targetFrom } from './grpc-socket.ts'

/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000

/** What a channel that is being opened tells its dialer. */
export interface Opening extends Home {
  accepted(): void
}

/** Makes the client's end of a channel; the first call of the client opens the connection. */
export type Open = (client: grpcJs.Client, metadata: grpcJs.Metadata, opening: Opening) => GrpcChannel

/** @param name of the transport, for errors */
export function grpcDialer(name: string, address: string, options: Options, open: Open): Dialer {
  const meter = wireMeter()
  const channels = new Set<GrpcChannel>()
  const heart = options.heartbeat && new Heart(options.heartbeat)
  const settings = clientOptions(options)
  const { localAddress } = sourceOf(options)
  parseAddress(address)
  const target = localAddress === undefined ? address : targetFrom(localAddress, address)

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        let socket: Socket | undefined
        const credentials = new SocketCredentials((connected) => {
          socket = connected
          meter.add(connected)
        })
        const client = new grpcJs.Client(target, credentials, settings)
        const metadata = new grpcJs.Metadata()
        metadata.set(HELLO_KEY, encodeURIComponent(JSON.stringify(hello)))
        if (lastEventId !== undefined) metadata.set(LAST_EVENT_ID_KEY, encodeURIComponent(lastEventId))
        const handshake = setTimeout(() => channel.fail('the server does not answer'), HANDSHAKE_MS)
        const channel = open(client, metadata, {
          socket: () => socket,
          accepted() {
            clearTimeout(handshake)
            channel.open(receiver, heart)
            resolve(channel)
          },
          gone({ error }) {
            clearTimeout(handshake)
            channels.delete(channel)
            client.close()
            // A promise that was kept is not broken by this.
            reject(new Error(`${name}: cannot connect to ${address}: ${error?.message ?? 'closed meanwhile'}`))
          },
        })
        channels.add(channel)
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
