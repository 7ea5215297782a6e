/** The server's end of a channel of unary calls. */
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import type { Options } from '../transport.ts'
import { GrpcChannel, type Home } from './grpc-channel.ts'
import { encodeSignal, Signal } from './grpc-frame.ts'

const ACK = encodeSignal(Signal.ack)
const CLOSE = encodeSignal(Signal.close)

/** A message of the client, and how its call is answered. */
export interface Request {
  readonly message: Buffer
  readonly call: ServerUnaryCall<Buffer, Buffer>
  readonly respond: sendUnaryData<Buffer>
}

export class UnaryServerChannel extends GrpcChannel {
  readonly #awaitsAnswers: boolean
  readonly #home: Home
  /** Read, in the order in which they came. */
  readonly #unanswered: Request[] = []
  /** What came while paused. */
  #held: Request[] = []
  #isPaused = false
  /** Answers that are on their way. */
  #leaving = 0
  #received = 0
  /** How many messages there will have been when the client closes, once it said so. */
  #sent = Number.POSITIVE_INFINITY
  #answerGoodbye: (() => void) | undefined

  constructor(options: Options, home: Home) {
    super(options, home)
    this.#awaitsAnswers = options.answers === 'each'
    this.#home = home
  }

  /** The next `send` that answers no earlier message answers this one. */
  take(request: Request): void {
    if (this.closing || this.isClosed) {
      request.respond(null, CLOSE)
      return
    }
    this.#received++
    if (this.#isPaused) this.#held.push(request)
    else this.#read(request)
    this.#closeWhenAllCame()
  }

  /** The client closes, and had sent so many messages, of which some may come behind. */
  goodbye(sent: number, respond: sendUnaryData<Buffer>): void {
    if (this.closing || this.isClosed) {
      respond(null, CLOSE)
      return
    }
    this.#sent = sent
    this.#answerGoodbye = () => respond(null, ACK)
    this.#closeWhenAllCame()
  }

  pause(): void {
    if (!this.closing) this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    while (!this.#isPaused) {
      const request = this.#held.shift()
      if (!request) break
      this.#read(request)
    }
    this.#closeWhenAllCame()
  }

  /** Single calls cannot say that one direction ended: this closes. */
  end(): void {
    this.close()
  }

  /** What answers no call cannot be carried. */
  protected write(frame: Buffer, payload: number): boolean {
    const request = this.#unanswered.shift()
    if (!request) return false
    this.took(payload)
    this.#answer(request, frame, payload)
    return !this.full
  }

  protected sayGoodbye(): void {
    this.resume()
    const frame = this.#answerGoodbye ? ACK : CLOSE
    for (const request of this.#unanswered.splice(0)) this.#answer(request, frame, 0)
    this.#answerGoodbye?.()
    this.#closeWhenAllLeft()
  }

  protected cut(): void {
    this.#home.socket()?.destroy()
  }

  #read(request: Request): void {
    this.#unanswered.push(request)
    this.deliver(request.message)
    if (this.#awaitsAnswers || this.#unanswered[0] !== request) return
    this.#unanswered.shift()
    this.#answer(request, ACK, 0)
  }

  #answer({ call, respond }: Request, frame: Buffer, payload: number): void {
    this.#leaving++
    // Told of every call when its stream is over.
    call.once('cancelled', () => {
      this.#leaving--
      this.passedOn(payload)
      this.#closeWhenAllLeft()
    })
    respond(null, frame)
  }

  #closeWhenAllCame(): void {
    if (this.#received >= this.#sent && this.#held.length === 0 && !this.closing) this.closeForPeer()
  }

  #closeWhenAllLeft(): void {
    if (this.closing && this.#leaving === 0) queueMicrotask(() => this.closed())
  }
}
