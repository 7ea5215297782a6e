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

export function wireMeter(): WireMeter {
  const open = new Set<Socket>()
  let received = 0
  let written = 0
  return {
    add(socket) {
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        received += socket.bytesRead
        written += socket.bytesWritten
      })
    },
    read(side) {
      let reads = received
      let writes = written
      for (const socket of open) {
        reads += socket.bytesRead
        writes += socket.bytesWritten
      }
      return side === 'client' ? { up: writes, down: reads } : { up: reads, down: writes }
    },
    async destroyAll() {
      const closed = Array.from(open, (socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const socket of open) socket.destroy()
      await Promise.all(closed)
    },
  }
}
