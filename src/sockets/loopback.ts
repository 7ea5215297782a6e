import type { Server } from 'node:net'
import type { WireMeter } from './wire.ts'

/** Connection storms overflow the usual 511. */
const BACKLOG = 4096

/** Binds a server to loopback at a free port. @returns `host:port` */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the server is not bound to a port')
  return `${bound.address}:${bound.port}`
}

/** Frees the port and cuts the sockets; resolves when all of them are closed. */
export async function stopListening(server: Server, meter: WireMeter): Promise<void> {
  const unbound = new Promise<void>((resolve) => server.close(() => resolve()))
  await meter.destroyAll()
  await unbound
}

/** @throws Error when it is no `host:port` */
export function parseAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  const port = Number(address.slice(colon + 1))
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`not an address: "${address}"; it has to be host:port`)
  }
  // An IPv6 address stands in brackets, which the socket does not want.
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port }
}
