/** The client half that all gRPC modes share: a connection for each channel, its bytes, and the handshake. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import net from 'node:net'
import * as grpcJs from '@grpc/grpc-js'
import { parseAddress } from '../sockets/loopback.ts'
import { wireMeter } from '../sockets/wire.ts'
import type { Channel, Closed, Dialer } from '../transport.ts'
import { type GrpcChannel, HELLO_KEY, LAST_EVENT_ID_KEY } from './grpc-channel.ts'
import { clientOptions } from './grpc-connection.ts'

/** Generous, because thousands of connections may wait for one busy server. */
const HANDSHAKE_MS = 30_000

/** What a channel that is being opened tells its dialer. */
export interface Opening {
  accepted(): void
  /** It is closed, whether it was open or not. */
  gone(why: Closed): void
}

/** Makes the client's end of a channel; the first call of the client opens the connection. */
export type Open = (client: grpcJs.Client, metadata: grpcJs.Metadata, opening: Opening) => GrpcChannel

/** @param name of the transport, for errors */
export function grpcDialer(name: string, address: string, open: Open): Dialer {
  const meter = wireMeter()
  const channels = new Set<GrpcChannel>()
  const settings = clientOptions()
  const { host, port } = parseAddress(address)
  // grpc-js does not show its sockets: ours are those of this process that connect to the address.
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: net.Socket }
    socket.once('connect', () => {
      const isThere = socket.remotePort === port && (socket.remoteAddress === host || !net.isIP(host))
      if (isThere) meter.add(socket)
    })
  }
  subscribe('net.client.socket', onSocket)

  return {
    connect(receiver, hello, lastEventId) {
      return new Promise<Channel>((resolve, reject) => {
        const client = new grpcJs.Client(address, grpcJs.credentials.createInsecure(), settings)
        const metadata = new grpcJs.Metadata()
        metadata.set(HELLO_KEY, encodeURIComponent(JSON.stringify(hello)))
        if (lastEventId !== undefined) metadata.set(LAST_EVENT_ID_KEY, encodeURIComponent(lastEventId))
        const handshake = setTimeout(() => channel.fail('the server does not answer'), HANDSHAKE_MS)
        const channel = open(client, metadata, {
          accepted() {
            clearTimeout(handshake)
            channel.open(receiver)
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
      for (const channel of channels) channel.destroy()
      await meter.destroyAll()
      unsubscribe('net.client.socket', onSocket)
    },
  }
}
