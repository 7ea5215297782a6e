import type { Socket } from 'node:net'
import type { WireBytes } from '../transport.ts'

/** Counts the bytes that crossed a set of sockets, those that closed among them. */
export interface WireMeter {
  add(socket: Socket): void
  /** @param side which end of the sockets this process holds */
  read(side: 'client' | 'server'): WireBytes
  /** Cuts every socket that is still open; resolves when they are closed. */
  destroyAll(): Promise<void>
}

/** Closed sockets are forgotten when there may be as many of them as open ones, and at least so many of both. */
const FIRST_SWEEP = 256

export function wireMeter(): WireMeter {
  const sockets = new Set<Socket>()
  let received = 0
  let written = 0
  let sweepAt = FIRST_SWEEP

  /** Now and then, because a listener on each socket makes an idle connection heavier by a twentieth. */
  const sweep = () => {
    for (const socket of sockets) {
      if (!socket.closed) continue
      sockets.delete(socket)
      received += socket.bytesRead
      written += socket.bytesWritten
    }
    sweepAt = Math.max(FIRST_SWEEP, 2 * sockets.size)
  }

  return {
    add(socket) {
      if (sockets.size >= sweepAt) sweep()
      sockets.add(socket)
    },
    read(side) {
      let reads = received
      let writes = written
      for (const socket of sockets) {
        reads += socket.bytesRead
        writes += socket.bytesWritten
      }
      return side === 'client' ? { up: writes, down: reads } : { up: reads, down: writes }
    },
    async destroyAll() {
      const open = Array.from(sockets).filter((socket) => !socket.closed)
      const closed = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const socket of open) socket.destroy()
      await Promise.all(closed)
    },
  }
}
