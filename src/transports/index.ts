import type { Scalars, Transport } from '../transport.ts'
import { sseOptions } from './sse-options.ts'
import { tcpOptions } from './tcp-options.ts'
import { wsOptions } from './ws-options.ts'

/** Every transport, by name. Loaded on demand, so that a process pays only for the one it uses. */
export const transports = {
  tcp: async () => (await import('./tcp.ts')).tcp,
  ws: async () => (await import('./ws.ts')).ws,
  grpc: async () => (await import('./grpc.ts')).grpc,
  'grpc-unary': async () => (await import('./grpc-unary.ts')).grpcUnary,
  'grpc-server-stream': async () => (await import('./grpc-server-stream.ts')).grpcServerStream,
  'grpc-client-stream': async () => (await import('./grpc-client-stream.ts')).grpcClientStream,
  sse: async () => (await import('./sse.ts')).sse,
} satisfies Record<string, () => Promise<Transport>>

export const transportNames: readonly string[] = Object.keys(transports)

/** @throws Error for a name that is not in the list */
export async function loadTransport(name: string): Promise<Transport> {
  const load = Object.entries<() => Promise<Transport>>(transports).find(([known]) => known === name)?.[1]
  if (!load) throw new Error(`unknown transport "${name}"; known: ${transportNames.join(', ')}`)
  return load()
}

/** Options of those that have some, known without loading them. */
export const transportOptions: Readonly<Record<string, Scalars>> = { tcp: tcpOptions, ws: wsOptions, sse: sseOptions }
