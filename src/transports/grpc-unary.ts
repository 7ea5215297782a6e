/**
 * One unary gRPC call a message: its response is the answer. The calls of a channel run side by side on its connection
 * and may overtake each other. A message counts as queued until its call is answered: gRPC tells no earlier that it got
 * through. Opening and closing are calls, too; a server that goes away is noticed by the next one.
 */
import { randomUUID } from 'node:crypto'
import * as grpcJs from '@grpc/grpc-js'
import type { Dialer, Options, Transport } from '../transport.ts'
import { WITHOUT_GOODBYE } from './grpc-calls.ts'
import { CHANNEL_KEY, SENT_KEY } from './grpc-channel.ts'
import { grpcDialer } from './grpc-dialer.ts'
import { payloads } from './grpc-facts.ts'
import { type Content, decodeFrame, encodeSignal, Signal } from './grpc-frame.ts'
import { type Accept, grpcListener, idOf, type Refusal, refusal, type Serving, welcome } from './grpc-listener.ts'
import { UnaryClientChannel } from './grpc-unary-client.ts'
import { UnaryServerChannel } from './grpc-unary-server.ts'

export const grpcUnary: Transport<Buffer> = {
  name: 'grpc-unary',
  summary: 'One unary gRPC call a message, side by side on a connection for each channel (grpc-js).',
  packages: ['@grpc/grpc-js'],
  traits: {
    push: false,
    ordered: false,
    halfClose: false,
    textOnly: false,
    answers: 'each',
    seesPeerClose: false,
    heartbeat: 'none',
    socketsPerChannel: 1,
  },
  facts: {
    browser: {
      holds: 'partly',
      because:
        'fetch shows no HTTP/2 trailers, which end every gRPC call; gRPC-Web carries unary calls through a proxy',
    },
    payloads,
    resume: {
      holds: 'no',
      because:
        'each call stands alone: a policy may repeat one that failed (gRPC proposal A6), and nothing says what was missed',
    },
  },
  listen: (options, accept) => grpcListener(unasked(options), (serving) => methods(serving, options, accept)),
  dial,
}

/** Heartbeats belong to connections; who makes single calls does not look at them. */
function unasked({ heartbeat: _, ...options }: Options): Options {
  return options
}

function methods(serving: Serving, options: Options, accept: Accept) {
  const { channels, socketOf } = serving
  const open = new Map<string, UnaryServerChannel>()

  const enter = (id: string, call: grpcJs.ServerUnaryCall<Buffer, Buffer>): Refusal | undefined => {
    const socket = socketOf(call.getPeer())
    if (!socket) return refusal(grpcJs.status.UNAVAILABLE, WITHOUT_GOODBYE)
    if (open.has(id)) return refusal(grpcJs.status.ALREADY_EXISTS, 'the channel is open already')
    const channel = new UnaryServerChannel(options, {
      socket: () => socket,
      gone: () => channels.delete(channel),
    })
    channels.add(channel)
    // A closed channel is remembered as long as its client may ask for it.
    open.set(id, channel)
    socket.once('close', () => {
      open.delete(id)
      channel.closed(WITHOUT_GOODBYE)
    })
    const refused = welcome(call, channel, accept, serving)
    if (refused) {
      open.delete(id)
      channels.delete(channel)
    }
    return refused
  }

  const answer: grpcJs.handleUnaryCall<Buffer, Buffer> = (call, respond) => {
    const id = idOf(call.metadata)
    let content: Content
    try {
      content = decodeFrame(call.request)
    } catch (thrown) {
      const details = String(thrown)
      respond(refusal(grpcJs.status.INVALID_ARGUMENT, details))
      open.get(id ?? '')?.fail(details)
      return
    }
    if (id === undefined) {
      respond(refusal(grpcJs.status.INVALID_ARGUMENT, `${CHANNEL_KEY} is missing`))
      return
    }
    if (content === Signal.open) {
      const refused = enter(id, call)
      if (refused) respond(refused)
      else respond(null, encodeSignal(Signal.ack))
      return
    }
    const channel = open.get(id)
    if (!channel) {
      respond(refusal(grpcJs.status.NOT_FOUND, 'there is no such channel'))
    } else if (typeof content !== 'number') {
      channel.take({ message: content, call, respond })
    } else {
      const sent = Number(call.metadata.get(SENT_KEY)[0])
      if (content === Signal.close && Number.isInteger(sent)) channel.goodbye(sent, respond)
      else respond(refusal(grpcJs.status.INVALID_ARGUMENT, `the signal ${content} with ${SENT_KEY} ${sent}`))
    }
  }

  return { Call: { unary: answer } }
}

function dial(address: string, options: Options): Dialer {
  return grpcDialer('grpc-unary', address, unasked(options), (client, metadata, opening) => {
    const id = new grpcJs.Metadata()
    id.set(CHANNEL_KEY, randomUUID())
    metadata.merge(id)
    return new UnaryClientChannel(client, id, metadata, options, opening)
  })
}
