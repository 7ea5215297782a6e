import type { Composer, Header } from '../message.ts'
import { Kind } from '../rooms/kind.ts'
import type { Channel, Closed, Receiver } from '../transport.ts'
import type { Source } from '../workload.ts'

/** One channel, and a source for each room that it publishes in. */
export class Publisher implements Receiver {
  channel: Channel | undefined
  open = true
  readonly sources: readonly Source[]
  private readonly drained: () => void

  /** @param drained its channel has room again */
  constructor(numbers: readonly number[], composer: Composer, drained: () => void) {
    this.sources = numbers.map((number) => new PublisherSource(number, this, composer))
    this.drained = drained
  }

  /** A server of rooms tells publishers nothing. */
  message(): void {}

  drain(): void {
    this.drained()
  }

  closed(_why: Closed): void {
    this.open = false
  }
}

class PublisherSource implements Source {
  readonly number: number
  private readonly publisher: Publisher
  private readonly composer: Composer
  private readonly header: Header

  constructor(number: number, publisher: Publisher, composer: Composer) {
    this.number = number
    this.publisher = publisher
    this.composer = composer
    this.header = { kind: Kind.data, source: number, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
  }

  get open(): boolean {
    return this.publisher.open
  }

  get full(): boolean {
    return this.publisher.channel?.full ?? true
  }

  emit(sequence: number, intendedNs: number, lagNs: number): number {
    this.header.sequence = sequence
    this.header.intendedNs = intendedNs
    this.header.lagNs = lagNs
    const message = this.composer.stamp(this.header)
    this.publisher.channel?.send(message)
    return message.length
  }

  /** No closed loop here: nobody answers a publisher. */
  abandon(): void {}
}
