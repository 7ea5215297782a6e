import type { Composer, Header } from '../message.ts'
import { Kind } from '../rooms/kind.ts'
import type { Channel, Closed, Receiver } from '../transport.ts'
import type { Source } from '../workload.ts'

/** One channel, and a source for each room that it publishes in. */
export class Publisher implements Receiver {
  channel: Channel | undefined
  open = true
  readonly sources: readonly Source[]
  /** Index of the source that sends next; undefined where a schedule says who does. */
  private turn: number | undefined
  private readonly drained: () => void

  /**
   * @param inTurn its sources send one message each in turn, or the first one would always be there before the others when the
   *   channel has room
   * @param drained its channel has room again
   */
  constructor(numbers: readonly number[], composer: Composer, inTurn: boolean, drained: () => void) {
    this.sources = numbers.map((number, index) => new PublisherSource(number, index, this, composer))
    if (inTurn) this.turn = 0
    this.drained = drained
  }

  /** Source `index` has to wait: for room, or for the others' turn. */
  holdsBack(index: number): boolean {
    return (this.turn ?? index) !== index || (this.channel?.full ?? true)
  }

  send(message: Uint8Array): void {
    this.channel?.send(message)
    if (this.turn !== undefined) this.turn = (this.turn + 1) % this.sources.length
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
  private readonly index: number
  private readonly publisher: Publisher
  private readonly composer: Composer
  private readonly header: Header

  constructor(number: number, index: number, publisher: Publisher, composer: Composer) {
    this.number = number
    this.index = index
    this.publisher = publisher
    this.composer = composer
    this.header = { kind: Kind.data, source: number, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
  }

  get open(): boolean {
    return this.publisher.open
  }

  get full(): boolean {
    return this.publisher.holdsBack(this.index)
  }

  emit(sequence: number, intendedNs: number, lagNs: number): number {
    this.header.sequence = sequence
    this.header.intendedNs = intendedNs
    this.header.lagNs = lagNs
    const message = this.composer.stamp(this.header)
    this.publisher.send(message)
    return message.length
  }

  /** No closed loop here: nobody answers a publisher. */
  abandon(): void {}
}
