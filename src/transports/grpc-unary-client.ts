/** The client's end of a channel of unary calls. */
import type { Client, ClientUnaryCall, Metadata, ServiceError } from '@grpc/grpc-js'
import type { Options } from '../transport.ts'
import { GrpcChannel, SENT_KEY } from './grpc-channel.ts'
import { reasonOf } from './grpc-connection.ts'
import type { Opening } from './grpc-dialer.ts'
import { type Content, decodeFrame, encodeSignal, Signal } from './grpc-frame.ts'

const METHOD = '/rtbench.v1.Transport/Call'

const asIs = (bytes: Buffer) => bytes

export class UnaryClientChannel extends GrpcChannel {
  readonly #client: Client
  readonly #id: Metadata
  /** Those that are not answered. */
  readonly #calls = new Set<ClientUnaryCall>()
  #sent = 0
  #isPaused = false
  /** What was sent while paused: a call is an answer to be read, so none begins. */
  #waiting: { frame: Buffer; payload: number }[] = []
  /** The server knows that the channel is closed. */
  #serverClosed = false

  /** @param id what every call carries @param hello what the first one carries, the id in it */
  constructor(client: Client, id: Metadata, hello: Metadata, options: Options, opening: Opening) {
    super(options, opening)
    this.#client = client
    this.#id = id
    this.#call(encodeSignal(Signal.open), hello, opening.accepted)
  }

  pause(): void {
    if (!this.closing) this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const { frame, payload } of waiting) this.#begin(frame, payload)
  }

  /** Single calls cannot say that one direction ended: this closes. */
  end(): void {
    this.close()
  }

  protected write(frame: Buffer, payload: number): boolean {
    this.took(payload)
    if (this.#isPaused) this.#waiting.push({ frame, payload })
    else this.#begin(frame, payload)
    return !this.full
  }

  protected sayGoodbye(): void {
    if (this.#serverClosed) this.#waiting = []
    this.resume()
    if (this.#serverClosed) return
    const metadata = this.#id.clone()
    metadata.set(SENT_KEY, String(this.#sent))
    this.#call(encodeSignal(Signal.close), metadata, () => {
      this.#serverClosed = true
    })
  }

  protected cut(): void {
    for (const call of this.#calls) call.cancel()
    queueMicrotask(() => this.closed())
  }

  #begin(frame: Buffer, payload: number): void {
    this.#sent++
    this.#call(frame, this.#id, (answer) => {
      if (typeof answer !== 'number') {
        this.deliver(answer)
      } else if (answer === Signal.close) {
        this.#serverClosed = true
        this.closeForPeer()
      }
      this.passedOn(payload)
    })
  }

  #call(frame: Buffer, metadata: Metadata, answered: (content: Content) => void): void {
    const done = (error: ServiceError | null, content?: Content) => {
      this.#calls.delete(call)
      if (this.isClosed || this.isCut) return
      if (content === undefined) {
        this.fail(error ? reasonOf(error.code, error.details) : 'a call without an answer')
        return
      }
      this.moved = true
      answered(content)
      if (this.#serverClosed && this.#calls.size === 0) this.closed()
    }
    const call = this.#client.makeUnaryRequest(METHOD, asIs, decodeFrame, frame, metadata, done)
    this.#calls.add(call)
  }
}
