/** What it takes to read how many bytes crossed many sockets. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { wireMeter } from '../../src/sockets/wire.ts'
import { median } from '../median.ts'

const READINGS = 101

/** @returns median time of one reading of so many open sockets, ns */
export async function readingNs(sockets: number): Promise<number> {
  const accepted: Socket[] = []
  const server = createServer((socket) => accepted.push(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const meter = wireMeter()
  for (let opened = 0; opened < sockets; opened++) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    meter.add(socket)
  }
  const times = Array.from({ length: READINGS }, () => {
    const startedNs = process.hrtime.bigint()
    meter.read('client')
    return Number(process.hrtime.bigint() - startedNs)
  })
  for (const socket of accepted) socket.on('error', () => {}).destroy()
  await meter.destroyAll()
  server.close()
  return median(times)
}
