import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { Histogram } from '../engine/histogram.ts'
import type { Lateness } from './timing.ts'

const WARMUP = 500
const ROUNDS = 2_000
const MESSAGE = Buffer.alloc(64, 'x')
/** Loopback that is silent for so long does not work. */
const SILENCE_MS = 2_000

/**
 * One message at a time there and back over loopback, within this process: what the system alone takes.
 * @throws Error when nothing comes back
 */
export async function pingPong(clock: Clock, aborted: AbortSignal): Promise<Lateness> {
  const sockets: Socket[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket.on('error', () => {}))
    socket.on('data', (bytes: Buffer) => socket.write(bytes))
  })
  try {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error('the server is not bound to a port')
    const socket = connect({ host: bound.address, port: bound.port, noDelay: true })
    sockets.push(socket)
    return await rounds(socket, clock, aborted)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

function rounds(socket: Socket, clock: Clock, aborted: AbortSignal): Promise<Lateness> {
  const times = new Histogram()
  return new Promise((resolve, reject) => {
    let left = WARMUP + ROUNDS
    let sentNs = 0
    let missing = 0
    const next = (): void => {
      if (aborted.aborted) {
        reject(aborted.reason)
        return
      }
      if (left-- === 0) {
        resolve({ p50: times.percentile(0.5), p99: times.percentile(0.99) })
        return
      }
      missing = MESSAGE.length
      sentNs = clock.nowNs()
      socket.write(MESSAGE)
    }
    socket.on('error', reject)
    socket.setTimeout(SILENCE_MS, () => reject(new Error(`nothing came back for ${SILENCE_MS / 1000} s`)))
    socket.on('data', ({ length }: Buffer) => {
      missing -= length
      if (missing > 0) return
      if (left < ROUNDS) times.record(clock.nowNs() - sentNs)
      next()
    })
    socket.once('connect', next)
  })
}
