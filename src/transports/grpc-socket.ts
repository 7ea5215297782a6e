/** What grpc-js does not do for its clients by itself: to show the socket of a channel, and to bind it to a source address. */
import type { Socket } from 'node:net'
import * as grpcJs from '@grpc/grpc-js'

type Connecting = Parameters<grpcJs.ChannelCredentials['_createSecureConnector']>
type Connector = grpcJs.experimental.SecureConnector

const insecure = grpcJs.credentials.createInsecure()

/** No credentials. A connection is theirs to make secure, so they see its socket. */
export class SocketCredentials extends grpcJs.ChannelCredentials {
  readonly #onSocket: (socket: Socket) => void

  /** @param onSocket called with the connected socket, before a byte of HTTP/2 is written */
  constructor(onSocket: (socket: Socket) => void) {
    super()
    this.#onSocket = onSocket
  }

  override _isSecure(): boolean {
    return false
  }

  override _equals(other: grpcJs.ChannelCredentials): boolean {
    return other === this
  }

  override _createSecureConnector(...connecting: Connecting): Connector {
    const connector = insecure._createSecureConnector(...connecting)
    const connect = (socket: Socket) => {
      this.#onSocket(socket)
      return connector.connect(socket)
    }
    return { ...connector, connect }
  }
}

/** The scheme of targets that name a source address: `rtbench-from:127.0.0.2,127.0.0.1:50051`. */
const SCHEME = 'rtbench-from'

/** @returns the target for a `grpcJs.Client` whose socket is bound to the address */
export function targetFrom(localAddress: string, address: string): string {
  return `${SCHEME}:${localAddress},${address}`
}

/** grpc-js hands a resolved address to `net.connect` as it is, where a source address may stand beside host and port. */
class SourceResolver implements grpcJs.experimental.Resolver {
  readonly #endpoint: grpcJs.experimental.Endpoint
  readonly #listener: grpcJs.experimental.ResolverListener
  #isTold = false

  constructor({ path }: grpcJs.experimental.GrpcUri, listener: grpcJs.experimental.ResolverListener) {
    const [localAddress = '', address = ''] = path.split(',')
    const { host = '', port } = grpcJs.experimental.splitHostPort(address) ?? {}
    const target = { host, port: port ?? 0, localAddress }
    this.#endpoint = { addresses: [target] }
    this.#listener = listener
  }

  static getDefaultAuthority({ path }: grpcJs.experimental.GrpcUri): string {
    return path.split(',')[1] ?? ''
  }

  updateResolution(): void {
    if (this.#isTold) return
    this.#isTold = true
    process.nextTick(() => {
      if (this.#isTold) this.#listener(grpcJs.experimental.statusOrFromValue([this.#endpoint]), {}, null, '')
    })
  }

  destroy(): void {
    this.#isTold = false
  }
}

grpcJs.experimental.registerResolver(SCHEME, SourceResolver)
