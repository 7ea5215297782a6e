/** How calls with a stream tell the ends of their channels what comes and how it ends. */
import * as grpcJs from '@grpc/grpc-js'
import { reasonOf } from './grpc-connection.ts'
import type { Content } from './grpc-frame.ts'
import type { StreamChannel } from './grpc-stream.ts'

export const WITHOUT_GOODBYE = 'the peer went away without a goodbye'

/** The client's end of a call with a stream of answers. @param accepted called when the server sent its headers */
export function hearAnswers(
  call: grpcJs.ClientReadableStream<Content>,
  channel: StreamChannel,
  accepted: () => void,
): void {
  call.on('data', (content: Content) => channel.read(content))
  call.once('metadata', accepted)
  call.on('error', () => {}) // The status tells the same.
  call.once('status', ({ code, details }) => {
    if (code !== grpcJs.status.OK) channel.closed(reasonOf(code, details))
    else if (call.readableEnded) channel.closed()
    else call.once('end', () => channel.closed())
  })
}

/** The server's end of a call with a stream of requests. */
export function hearRequests(
  call: grpcJs.ServerReadableStream<Content, Buffer> | grpcJs.ServerDuplexStream<Content, Buffer>,
  channel: StreamChannel,
): void {
  call.on('data', (content: Content) => channel.read(content))
  // A cancelled request, too, ends first; that it was cancelled is known a moment later.
  call.once('end', () => setImmediate(() => channel.requestEnded()))
}

/** The server's end of a call with a stream of answers. */
export function hearEnd(
  call: grpcJs.ServerWritableStream<Buffer, Buffer> | grpcJs.ServerDuplexStream<Content, Buffer>,
  channel: StreamChannel,
): void {
  // Also told when the status went out; then the stream had finished before.
  call.once('cancelled', () => channel.closed(call.writableFinished ? undefined : WITHOUT_GOODBYE))
}
