/** How the ends of a channel with a server-streaming call reach each other: Batches up, the call's own stream down. */
import * as grpcJs from '@grpc/grpc-js'
import { type Flushable, flushAfterEvent } from '../sockets/flush.ts'
import { reasonOf } from './grpc-connection.ts'
import { batchedBytes, type Content, decodeBatch, encodeBatch, encodeSignal, Signal } from './grpc-frame.ts'
import type { Line, StreamChannel } from './grpc-stream.ts'

const METHOD = '/rtbench.v1.Transport/Publish'
/** What a Batch holds at the most, unless one frame alone is longer: servers elsewhere take 4 MiB by default. */
const BATCH_BYTES = 1024 * 1024

const asIs = (bytes: Buffer) => bytes

/** The client's: what is sent waits until the Batch before it is answered. */
export class Publishing implements Line, Flushable {
  readonly #client: grpcJs.Client
  readonly #metadata: grpcJs.Metadata
  readonly #stream: grpcJs.ClientReadableStream<Content>
  readonly #failed: (reason: string) => void
  #frames: Buffer[] = []
  #callbacks: ((() => void) | undefined)[] = []
  /** Frames of the Batch that is under way. */
  #underWay = 0
  #isScheduled = false
  #call: grpcJs.ClientUnaryCall | undefined

  constructor(
    client: grpcJs.Client,
    metadata: grpcJs.Metadata,
    stream: grpcJs.ClientReadableStream<Content>,
    failed: (reason: string) => void,
  ) {
    this.#client = client
    this.#metadata = metadata
    this.#stream = stream
    this.#failed = failed
  }

  get writableLength(): number {
    return this.#underWay + this.#frames.length
  }

  write(frame: Buffer, written?: () => void): void {
    this.#frames.push(frame)
    this.#callbacks.push(written)
    this.#schedule()
  }

  end(): void {
    this.write(encodeSignal(Signal.close))
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  cut(): void {
    this.#frames = []
    this.#call?.cancel()
  }

  flush(): void {
    this.#isScheduled = false
    const count = this.#fitting()
    if (count === 0) return
    const batch = encodeBatch(this.#frames.splice(0, count))
    const callbacks = this.#callbacks.splice(0, count)
    this.#underWay = count
    this.#call = this.#client.makeUnaryRequest(METHOD, asIs, asIs, batch, this.#metadata, (error) => {
      this.#call = undefined
      if (error) {
        this.#failed(reasonOf(error.code, error.details))
        return
      }
      this.#underWay = 0
      for (const written of callbacks) written?.()
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#isScheduled || this.#call || this.#frames.length === 0) return
    this.#isScheduled = true
    flushAfterEvent(this)
  }

  #fitting(): number {
    let bytes = 0
    let count = 0
    for (const frame of this.#frames) {
      bytes += batchedBytes(frame)
      if (count > 0 && bytes > BATCH_BYTES) break
      count++
    }
    return count
  }
}

/** The server's. A Batch is answered when all of it is read, so that a paused reader holds the client back. */
export class Subscription implements Line {
  channel: StreamChannel | undefined
  readonly #call: grpcJs.ServerWritableStream<Buffer, Buffer>
  #contents: Content[] = []
  #next = 0
  #answer: (() => void) | undefined
  #isPaused = false
  #isReading = false

  constructor(call: grpcJs.ServerWritableStream<Buffer, Buffer>) {
    this.#call = call
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
    if (!this.#isPaused) return
    this.#isPaused = false
    process.nextTick(() => this.#read())
  }

  take(batch: Buffer, respond: grpcJs.sendUnaryData<Buffer>): void {
    if (this.#answer) {
      const details = 'the Publish before it is not answered yet'
      respond({ code: grpcJs.status.FAILED_PRECONDITION, details })
      return
    }
    try {
      this.#contents = decodeBatch(batch)
    } catch (thrown) {
      const details = String(thrown)
      respond({ code: grpcJs.status.INVALID_ARGUMENT, details })
      this.channel?.fail(details)
      return
    }
    this.#next = 0
    this.#answer = () => respond(null, Buffer.alloc(0))
    this.#read()
  }

  #read(): void {
    if (this.#isReading || !this.#answer) return
    this.#isReading = true
    while (!this.#isPaused && this.#next < this.#contents.length) {
      const content = this.#contents[this.#next++]
      if (content === Signal.close) this.channel?.requestEnded()
      else if (content !== undefined) this.channel?.read(content)
    }
    this.#isReading = false
    if (this.#next < this.#contents.length) return
    const answer = this.#answer
    this.#contents = []
    this.#answer = undefined
    answer()
  }
}
