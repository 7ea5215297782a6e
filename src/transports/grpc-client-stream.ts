/**
 * Uploads over one client-streaming gRPC call a channel: the client streams messages, and the server's one answer, at
 * the end, closes the channel. What a server sends before its client has ended, or in second place, cannot be carried
 * and is dropped.
 */
import type * as grpcJs from '@grpc/grpc-js'
import type { Dialer, Options, Transport } from '../transport.ts'
import { hearRequests, WITHOUT_GOODBYE } from './grpc-calls.ts'
import { reasonOf } from './grpc-connection.ts'
import { grpcDialer } from './grpc-dialer.ts'
import { payloads } from './grpc-facts.ts'
import { type Content, decodeFrame, encodeSignal, Signal } from './grpc-frame.ts'
import { type Accept, grpcListener, type Serving, welcome } from './grpc-listener.ts'
import { type Line, StreamChannel } from './grpc-stream.ts'

const METHOD = '/rtbench.v1.Transport/Upload'

export const grpcClientStream: Transport<Buffer> = {
  name: 'grpc-client-stream',
  summary: 'Uploads by one client-streaming gRPC call a channel, with one answer at the end (grpc-js).',
  packages: ['@grpc/grpc-js'],
  traits: {
    push: false,
    ordered: true,
    halfClose: true,
    textOnly: false,
    answers: 'end',
    seesPeerClose: true,
    heartbeat: 'both',
    socketsPerChannel: 1,
  },
  facts: {
    browser: {
      holds: 'no',
      because:
        'fetch shows no HTTP/2 trailers, which end every gRPC call, and gRPC-Web, which goes through a proxy, has no client streams',
    },
    payloads,
    resume: {
      holds: 'no',
      because:
        'a broken call has to be made anew from its first message: nothing tells the client how far the server came',
    },
  },
  listen: (options, accept) => grpcListener(options, (serving) => methods(serving, options, accept)),
  dial,
}

function methods(serving: Serving, options: Options, accept: Accept) {
  const { channels } = serving
  const upload: grpcJs.handleClientStreamingCall<Content, Buffer> = (call, respond) => {
    const answer = new Answer(call, respond)
    const end = serving.endOf(call, () => channels.delete(channel))
    const channel = new UploadedChannel(answer, options, end)
    channels.add(channel)
    hearRequests(call, channel)
    call.once('cancelled', () => channel.closed(answer.isGiven ? undefined : WITHOUT_GOODBYE))
    const refused = welcome(call, channel, accept, serving)
    if (refused) respond(refused)
  }
  return { Upload: { clientStream: upload } }
}

/** The server's end: its first message after the client's end is the answer, and closes. */
class UploadedChannel extends StreamChannel {
  protected override write(frame: Buffer, payload: number): boolean {
    if (!this.peerEnded) return false
    super.write(frame, payload)
    this.close()
    return false
  }
}

/** What the server has for a sending direction: one Frame, with which the call is over. */
class Answer implements Line {
  isGiven = false
  /** The one answer is the call's, and with it the call is over. */
  readonly writableLength = 0
  readonly #call: grpcJs.ServerReadableStream<Content, Buffer>
  readonly #respond: grpcJs.sendUnaryData<Buffer>

  constructor(call: grpcJs.ServerReadableStream<Content, Buffer>, respond: grpcJs.sendUnaryData<Buffer>) {
    this.#call = call
    this.#respond = respond
  }

  write(frame: Buffer): void {
    // A server that says that it will not answer cannot be heard before the end.
    if (this.isGiven || decodeFrame(frame) === Signal.halfClose) return
    this.isGiven = true
    this.#respond(null, frame)
  }

  end(): void {
    this.write(encodeSignal(Signal.ack))
  }

  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }
}

function dial(address: string, options: Options): Dialer {
  return grpcDialer('grpc-client-stream', address, options, (client, metadata, opening) => {
    const asIs = (frame: Buffer) => frame
    const call = client.makeClientStreamRequest(METHOD, asIs, decodeFrame, metadata, (error, content) => {
      upload.ended(() => {
        if (content !== undefined) channel.read(content)
        channel.closed(error ? reasonOf(error.code, error.details) : undefined)
      })
    })
    const upload = new Upload(call)
    const channel = new StreamChannel(upload, options, { ...opening, mayEndCall: true, cut: () => call.cancel() })
    call.once('metadata', opening.accepted)
    call.on('error', () => {}) // The callback is told the same.
    return channel
  })
}

/** The client's end of the call. While it is paused, the answer is held back. */
class Upload implements Line {
  readonly #call: grpcJs.ClientWritableStream<Buffer>
  #isPaused = false
  #held: (() => void) | undefined

  constructor(call: grpcJs.ClientWritableStream<Buffer>) {
    this.#call = call
  }

  ended(tell: () => void): void {
    if (this.#isPaused) this.#held = tell
    else tell()
  }

  get writableLength(): number {
    return this.#call.writableLength
  }

  write(frame: Buffer, written?: (error?: Error | null) => void): void {
    this.#call.write(frame, written)
  }

  end(): void {
    this.#call.end()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    const tell = this.#held
    this.#held = undefined
    tell?.()
  }
}
