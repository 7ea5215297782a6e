import type { Connect } from './loop.ts'

const loops: Readonly<Record<string, () => Promise<{ connect: Connect }>>> = {
  grpc: () => import('./grpc.ts'),
  sse: () => import('./sse.ts'),
  tcp: () => import('./tcp.ts'),
  ws: () => import('./ws.ts'),
}

/** @throws Error for a transport that has none */
export async function loadBareLoop(transport: string): Promise<Connect> {
  const load = loops[transport]
  if (!load) throw new Error(`there is no bare loop for ${transport}`)
  return (await load()).connect
}
