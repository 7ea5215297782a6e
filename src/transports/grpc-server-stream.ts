/**
 * Push over one server-streaming gRPC call a channel, and unary calls up. There is one unary call in flight a channel,
 * because two would overtake each other; messages sent meanwhile travel together in the next one.
 */

import { randomUUID } from 'node:crypto'
import * as grpcJs from '@grpc/grpc-js'
import type { Dialer, Options, Transport } from '../transport.ts'
import { hearAnswers, hearEnd } from './grpc-calls.ts'
import { CHANNEL_KEY } from './grpc-channel.ts'
import { grpcDialer } from './grpc-dialer.ts'
import { brokenStream, payloads } from './grpc-facts.ts'
import { decodeFrame } from './grpc-frame.ts'
import { type Accept, grpcListener, idOf, refusal, type Serving, welcome } from './grpc-listener.ts'
import { Publishing, Subscription } from './grpc-server-stream-lines.ts'
import { StreamChannel } from './grpc-stream.ts'

const METHOD = '/rtbench.v1.Transport/Subscribe'

export const grpcServerStream: Transport<Buffer> = {
  name: 'grpc-server-stream',
  summary: 'Push by one server-streaming gRPC call a channel, and unary calls with all that waits up (grpc-js).',
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
      holds: 'partly',
      because:
        'fetch shows no HTTP/2 trailers, which end every gRPC call; gRPC-Web carries server streams and unary calls through a proxy',
    },
    payloads,
    resume: brokenStream,
  },
  listen: (options, accept) => grpcListener(options, (serving) => methods(serving, options, accept)),
  dial,
}

function methods(serving: Serving, options: Options, accept: Accept) {
  const { channels } = serving
  const subscriptions = new Map<string, Subscription>()

  const subscribe: grpcJs.handleServerStreamingCall<Buffer, Buffer> = (call) => {
    const id = idOf(call.metadata)
    if (id === undefined || subscriptions.has(id)) {
      call.emit('error', refusal(grpcJs.status.INVALID_ARGUMENT, `${CHANNEL_KEY} is no id of a new channel`))
      return
    }
    const subscription = new Subscription(call)
    const end = serving.endOf(call, () => {
      channels.delete(channel)
      subscriptions.delete(id)
    })
    const channel = new StreamChannel(subscription, options, end)
    subscription.channel = channel
    channels.add(channel)
    subscriptions.set(id, subscription)
    hearEnd(call, channel)
    const refused = welcome(call, channel, accept, serving)
    if (refused) call.emit('error', refused)
  }

  const publish: grpcJs.handleUnaryCall<Buffer, Buffer> = (call, respond) => {
    const subscription = subscriptions.get(idOf(call.metadata) ?? '')
    if (subscription) subscription.take(call.request, respond)
    else respond(refusal(grpcJs.status.NOT_FOUND, 'there is no such channel'))
  }

  return { Subscribe: { serverStream: subscribe }, Publish: { unary: publish } }
}

function dial(address: string, options: Options): Dialer {
  return grpcDialer('grpc-server-stream', address, options, (client, metadata, opening) => {
    const id = new grpcJs.Metadata()
    id.set(CHANNEL_KEY, randomUUID())
    metadata.merge(id)
    const nothing = Buffer.alloc(0)
    const call = client.makeServerStreamRequest(METHOD, (frame: Buffer) => frame, decodeFrame, nothing, metadata)
    const publishing = new Publishing(client, id, call, (reason) => channel.fail(reason))
    const cut = () => {
      publishing.cut()
      call.cancel()
    }
    const channel = new StreamChannel(publishing, options, { ...opening, mayEndCall: true, cut })
    hearAnswers(call, channel, opening.accepted)
    return channel
  })
}
