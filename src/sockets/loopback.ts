import { isIP, type Server } from 'node:net'
import type { Options } from '../transport.ts'
import type { WireMeter } from './wire.ts'

/** Connection storms overflow the usual 511. */
const BACKLOG = 4096
const HOST = '127.0.0.1'

/**
 * Binds a server to loopback.
 * @param port any free one where it is 0
 * @returns `host:port`
 * @throws Error with a message fit for a user, when the port cannot be had
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(new Error(refusalOf(port, error)))
    server.once('error', refused)
    server.listen({ host: HOST, port, backlog: BACKLOG }, () => {
      server.off('error', refused)
      resolve()
    })
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the server is not bound to a port')
  return `${bound.address}:${bound.port}`
}

function refusalOf(port: number, { code, message }: NodeJS.ErrnoException): string {
  const place = port === 0 ? `${HOST}, at any free port` : `${HOST}:${port}`
  if (code === 'EADDRINUSE') return `cannot listen on ${place}: the port is taken; free it or choose another`
  if (code === 'EACCES') return `cannot listen on ${place}: the port needs privileges; choose one above 1023`
  return `cannot listen on ${place}: ${message}`
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

/**
 * What binds a client's socket to its source address, for `net.connect`.
 * @throws Error where it is no IP address
 */
export function sourceOf({ localAddress }: Options): { localAddress?: string } {
  if (localAddress === undefined) return {}
  if (isIP(localAddress) === 0) throw new Error(`not a source address: "${localAddress}"; it has to be an IP address`)
  return { localAddress }
}
