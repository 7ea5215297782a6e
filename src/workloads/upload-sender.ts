import type { Composer, Header } from '../message.ts'
import type { Closed, Dialer } from '../transport.ts'
import type { Host, Inlet, Pace, Source } from '../workload.ts'
import { type Acknowledged, acknowledgementReader } from './upload-acknowledgement.ts'
import { type Line, type SegmentLimit, Segments } from './upload-segments.ts'

/** What the senders of one process share. */
export interface Office {
  readonly host: Host
  readonly dialer: Dialer
  readonly composer: Composer
  /** Where the transport answers only at the end of a channel. */
  readonly segment: SegmentLimit | undefined
  pace: Pace | undefined
  acknowledgements: number
  acknowledged: number
  largestBufferBytes: number
  /** Messages of one source that were not acknowledged, at the most. */
  mostOutstanding: number
}

/** One source, and the subscriber to the acknowledgements of its messages. */
export class Sender implements Source, Acknowledged {
  open = true
  readonly number: number
  private readonly index: number
  private readonly office: Office
  private readonly inlet: Inlet
  private readonly header: Header
  private readonly covered: Header
  private readonly read: (bytes: Uint8Array) => void
  private line: Line | undefined
  private segments: Segments | undefined
  /** Of the messages that are not acknowledged yet, by sequence. */
  private readonly times = new Map<number, { readonly intendedNs: number; readonly lagNs: number }>()
  private sentTo = 0

  constructor(office: Office, number: number, index: number) {
    this.office = office
    this.number = number
    this.index = index
    const { inbox, traits } = office.host
    // The answers of two segments may overtake each other.
    this.inlet = inbox.inlet(number, number, { ordered: traits.ordered && !office.segment })
    this.header = { kind: 0, source: number, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
    this.covered = { ...this.header }
    this.read = acknowledgementReader(number, this)
  }

  async connect(): Promise<void> {
    const { dialer, segment } = this.office
    const hello = { channel: String(this.number) }
    if (!segment) {
      this.line = await dialer.connect(this, hello)
      return
    }
    this.segments = new Segments((receiver) => dialer.connect(receiver, hello), this, segment)
    await this.segments.open()
    this.line = this.segments
  }

  get full(): boolean {
    return this.line?.full ?? true
  }

  emit(sequence: number, intendedNs: number, lagNs: number): number {
    this.sentTo = sequence + 1
    this.times.set(sequence, { intendedNs, lagNs })
    this.header.sequence = sequence
    this.header.intendedNs = intendedNs
    this.header.lagNs = lagNs
    const message = this.office.composer.stamp(this.header)
    this.line?.send(message)
    this.office.largestBufferBytes = Math.max(this.office.largestBufferBytes, this.line?.queuedBytes() ?? 0)
    this.office.mostOutstanding = Math.max(this.office.mostOutstanding, this.times.size)
    return message.length
  }

  /** All is sent. */
  finish(): void {
    this.segments?.end()
  }

  abandon(to: number): void {
    this.inlet.giveUp(to)
  }

  message(bytes: Uint8Array): void {
    this.office.acknowledgements++
    this.read(bytes)
  }

  drain(): void {
    this.office.pace?.drained(this.index)
  }

  closed(why: Closed): void {
    this.open = false
    this.inlet.closed(why)
  }

  range(from: number, to: number, bytes: number): void {
    if (to > this.sentTo) {
      this.damaged(bytes)
      return
    }
    for (let sequence = from; sequence < to; sequence++) this.cover(sequence, sequence === from ? bytes : 0)
  }

  damaged(bytes: number): void {
    this.inlet.damaged(bytes)
    this.office.pace?.answered(this.index)
  }

  /** @param bytes of the acknowledgement, counted once for all that it covers */
  private cover(sequence: number, bytes: number): void {
    const times = this.times.get(sequence)
    this.times.delete(sequence)
    this.covered.sequence = sequence
    // Without times it came before: a duplicate, of which nothing is recorded.
    this.covered.intendedNs = times?.intendedNs ?? 0
    this.covered.lagNs = times?.lagNs ?? 0
    if (!this.inlet.take(this.covered, bytes)) return
    this.office.acknowledged++
    this.office.pace?.answered(this.index)
  }
}
