/** What connections of every gRPC mode are set to, and how they tell that something went wrong. */
import * as grpcJs from '@grpc/grpc-js'
import type { Options } from '../transport.ts'

/** The longest payload, and room for the tags around it. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024 + 16
/** A timer's longest: 24 days. */
const NEVER_MS = 2 ** 31 - 1

const LIMITS = {
  'grpc.max_send_message_length': MAX_FRAME_BYTES,
  'grpc.max_receive_message_length': MAX_FRAME_BYTES,
}

export function serverOptions(options: Options): grpcJs.ServerOptions {
  return { ...LIMITS, ...keepalive(options) }
}

export function clientOptions(options: Options): grpcJs.ClientOptions {
  return {
    ...LIMITS,
    ...keepalive(options),
    // Else all clients of one address share a connection.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    // Messages kept for a retry would count as sent as soon as they are taken.
    'grpc.per_rpc_retry_buffer_size': 0,
    // Else a connection without a call for 30 minutes is closed.
    'grpc.client_idle_timeout_ms': NEVER_MS,
  }
}

/**
 * HTTP/2 PINGs: one, and the next so long after its answer. Whether the peer is silent is for the heartbeat to say, by the
 * bytes of the socket, so that the library's own patience has no end.
 */
function keepalive({ heartbeat }: Options): Readonly<Record<string, number>> {
  if (!heartbeat) return {}
  return {
    'grpc.keepalive_time_ms': heartbeat.everyMs,
    'grpc.keepalive_timeout_ms': NEVER_MS,
    'grpc.keepalive_permit_without_calls': 1,
  }
}

/** What went wrong, without grpc-js's wrapping and time of day around a socket error. */
export function reasonOf(code: grpcJs.status, details: string): string {
  const socketError = /Last error: (?:Error: )?(.*?)(?: \(\d{4}-.*\))?$/.exec(details)?.[1]
  return socketError ?? `${grpcJs.status[code]}: ${details}`
}
