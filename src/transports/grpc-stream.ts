/**
 * One end of a gRPC channel that sends, or receives, by a stream of Frames. Beside messages, the two ends exchange the
 * signals of `proto/rtbench.proto`, with which either of them closes without losing what is on its way.
 */
import type { Options } from '../transport.ts'
import { GrpcChannel, type Home } from './grpc-channel.ts'
import { type Content, encodeSignal, Signal } from './grpc-frame.ts'

/** So many sizes of written messages are forgotten together, where nobody asks meanwhile. */
const RECOUNT_EVERY = 256

/** How an end reaches the other one: by its call, or by what stands for one. */
export interface Line {
  /** @param written called when the frame is handed to the operating system, in the order of the frames */
  write(frame: Buffer, written?: (error?: Error | null) => void): unknown
  /** Frames that are not handed to the operating system yet. */
  readonly writableLength: number
  /** Ends this side of the call: the request on the client, the response on the server, and with it the call. */
  end(): unknown
  /** Stops what comes from the other end. */
  pause(): unknown
  resume(): unknown
}

/** How the two ends differ. */
export interface End extends Home {
  /** Ending this side of the call loses nothing: always on the client, on the server when the request has ended. */
  readonly mayEndCall: boolean
  /** `closed` follows. */
  cut(): void
}

export class StreamChannel extends GrpcChannel {
  protected peerEnded = false
  readonly #line: Line
  readonly #end: End
  #mayEndCall: boolean

  /** Payload sizes of what was written and is not known to have left, the oldest first. */
  readonly #sizes: number[] = []

  constructor(line: Line, options: Options, end: End) {
    super(options, end)
    this.#line = line
    this.#end = end
    this.#mayEndCall = end.mayEndCall
  }

  pause(): void {
    if (!this.closing) this.#line.pause()
  }

  resume(): void {
    this.#line.resume()
  }

  /**
   * A signal, and the end of the request where the client half-closes. A server cannot end its side of a call without
   * ending the call, so there the signal stands alone. The second of two ends closes: nothing is left to be said.
   */
  end(): void {
    if (this.ended) return
    if (this.peerEnded) {
      this.close()
      return
    }
    this.#put(encodeSignal(Signal.halfClose), 0)
    this.ended = true
    if (this.#mayEndCall) this.#line.end()
  }

  /** What the other end sent. */
  read(content: Content): void {
    if (typeof content !== 'number') {
      this.deliver(content)
      return
    }
    if (this.isClosed || this.isCut) return
    this.moved = true
    if (content === Signal.halfClose) {
      this.peerEnded = true
      this.receiver?.end?.()
      if (this.ended) this.close()
    } else if (content === Signal.close) {
      this.closeForPeer()
    }
  }

  /** The client says no more. Without a signal before, it closes the channel. */
  requestEnded(): void {
    if (this.isClosed) return
    this.#mayEndCall = true
    if (this.closing) this.#line.end()
    else if (!this.peerEnded) this.closeForPeer()
  }

  protected write(frame: Buffer, payload: number): boolean {
    this.#put(frame, payload)
    return !this.full
  }

  /** A client that had half-closed can say no more: it waits for the server to close. */
  protected sayGoodbye(): void {
    if (this.#mayEndCall) this.#line.end()
    else this.#put(encodeSignal(Signal.close), 0)
  }

  protected cut(): void {
    this.#end.cut()
  }

  /**
   * To be told of each frame costs a tenth of what a delivery of a broadcast takes (a turn of its own for each call), so only
   * while the channel is full does a frame say when it has left. Else the line is asked when it matters.
   */
  #put(frame: Buffer, payload: number): void {
    if (this.#sizes.length % RECOUNT_EVERY === RECOUNT_EVERY - 1) this.recount()
    const hasRoom = this.took(payload)
    this.#sizes.push(payload)
    if (hasRoom) this.#line.write(frame)
    else this.#line.write(frame, this.#written)
  }

  /** One function for all frames: they leave in order. */
  readonly #written = (error?: Error | null): void => {
    if (error || this.isClosed) return
    this.recount()
    this.drainIfRoom()
  }

  protected override recount(): void {
    const gone = this.#sizes.length - this.#line.writableLength
    if (gone > 0) this.left(this.#sizes.splice(0, gone).reduce((sum, payload) => sum + payload, 0))
  }
}
