/** The process of a naive server of one room: `main.js <transport>`; its address goes to the parent. None of rtbench is in it. */
import type { AddressInfo } from 'node:net'

/** Listens on loopback. Who names a room while it connects is in it; what anybody sends goes to all of the room. */
export type Serve = (listening: (address: AddressInfo) => void) => void

const servers: Readonly<Record<string, () => Promise<{ serve: Serve }>>> = {
  grpc: () => import('./grpc.ts'),
  sse: () => import('./sse.ts'),
  ws: () => import('./ws.ts'),
}

process.on('disconnect', () => process.exit(0))
const load = servers[process.argv[2] ?? '']
if (!load) throw new Error(`there is no naive server for ${process.argv[2]}`)
const { serve } = await load()
serve(({ port }) => process.send?.(`127.0.0.1:${port}`))
