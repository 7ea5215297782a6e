/**
 * Messages over one bidirectional gRPC stream a channel, by `@grpc/grpc-js` on both sides; `proto/rtbench.proto` is the
 * agreement with servers in other languages.
 *
 * grpc-js hands the messages of a call to HTTP/2 one by one, each when the one before it left. So several messages of
 * one tick do not share a write as they do elsewhere: that is what applications get from this library.
 */
import type * as grpcJs from '@grpc/grpc-js'
import type { Dialer, Options, Transport } from '../transport.ts'
import { hearAnswers, hearEnd, hearRequests } from './grpc-calls.ts'
import { grpcDialer } from './grpc-dialer.ts'
import { brokenStream, payloads } from './grpc-facts.ts'
import { type Content, decodeFrame } from './grpc-frame.ts'
import { type Accept, grpcListener, type Serving, welcome } from './grpc-listener.ts'
import { StreamChannel } from './grpc-stream.ts'

const METHOD = '/rtbench.v1.Transport/Exchange'

export const grpc: Transport<Buffer> = {
  name: 'grpc',
  summary: 'One bidirectional gRPC stream a channel, each on a connection of its own (grpc-js).',
  packages: ['@grpc/grpc-js'],
  traits: {
    push: true,
    ordered: true,
    halfClose: true,
    textOnly: false,
    answers: 'any',
    seesPeerClose: true,
    heartbeat: 'both',
    socketsPerChannel: 1,
  },
  facts: {
    browser: {
      holds: 'no',
      because:
        'fetch shows no HTTP/2 trailers, which end every gRPC call, and gRPC-Web, which goes through a proxy, has no bidirectional streams',
    },
    payloads,
    resume: brokenStream,
  },
  listen: (options, accept) => grpcListener(options, (serving) => methods(serving, options, accept)),
  dial,
}

function methods(serving: Serving, options: Options, accept: Accept) {
  const { channels } = serving
  const exchange = (call: grpcJs.ServerDuplexStream<Content, Buffer>) => {
    const end = serving.endOf(call, () => channels.delete(channel))
    const channel = new StreamChannel(call, options, end)
    channels.add(channel)
    hearRequests(call, channel)
    hearEnd(call, channel)
    const refused = welcome(call, channel, accept, serving)
    if (refused) call.emit('error', refused)
  }
  return { Exchange: { bidirectional: exchange } }
}

function dial(address: string, options: Options): Dialer {
  return grpcDialer('grpc', address, options, (client, metadata, opening) => {
    const call = client.makeBidiStreamRequest(METHOD, (frame: Buffer) => frame, decodeFrame, metadata)
    const channel = new StreamChannel(call, options, { ...opening, mayEndCall: true, cut: () => call.cancel() })
    hearAnswers(call, channel, opening.accepted)
    return channel
  })
}
