import type { Composer, Header, JsonShape, MessageReader } from '../message.ts'
import { Kind } from '../rooms/kind.ts'
import type { Channel, Closed, Receiver } from '../transport.ts'
import type { Host, Inlet, Source, Window } from '../workload.ts'

/** A chat message: who says when what. */
export const chatShape: JsonShape = {
  copies: [
    { field: 'userId', of: 'source' },
    { field: 'timestamp', of: 'intended' },
  ],
  body: 'content',
}

/** What members of one process have in common. */
export interface Company {
  readonly host: Pick<Host, 'inbox' | 'nowNs' | 'after' | 'random'> & {
    readonly parameters: { readonly stay: number | undefined; readonly away: number }
  }
  readonly composer: Composer
  readonly reader: MessageReader
  roomOf(member: number): number
}

/** Where it belongs. */
export interface Place {
  readonly number: number
  readonly room: number
  /** The room's number as a source. */
  readonly roomSource: number
}

/** One who talks in a room and hears what is said in it, itself among the others. */
export class Member implements Source, Receiver {
  open = true
  /** Has not been let in, or has said that it leaves. */
  away = true
  unexpected = 0
  readonly number: number
  private readonly company: Company
  private readonly place: Place
  private readonly drained: () => void
  private readonly inlet: Inlet
  private readonly header: Header
  private channel: Channel | undefined
  /** What has been asked for and not yet been answered, and what follows on the answer. */
  private asked: { readonly kind: number; readonly then: () => void } | undefined
  private endNs = 0

  constructor(company: Company, place: Place, drained: () => void) {
    this.company = company
    this.place = place
    this.drained = drained
    this.number = place.number
    this.inlet = company.host.inbox.inlet(place.number, place.roomSource)
    this.header = { kind: Kind.data, source: place.number, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
  }

  /** Resolves when it is in its room. */
  enter(channel: Channel): Promise<void> {
    this.channel = channel
    return new Promise((resolve) => this.ask(Kind.join, resolve))
  }

  /** Leaves and comes back until the end of the window. */
  comeAndGo({ startNs, endNs }: Window): void {
    this.endNs = endNs
    this.stay(startNs)
  }

  get asking(): boolean {
    return this.open && this.asked !== undefined
  }

  get full(): boolean {
    return this.channel?.full ?? true
  }

  emit(sequence: number, intendedNs: number, lagNs: number): number {
    this.header.sequence = sequence
    this.header.intendedNs = intendedNs
    this.header.lagNs = lagNs
    const message = this.company.composer.stamp(this.header)
    this.channel?.send(message)
    return message.length
  }

  /** No closed loop here. */
  abandon(): void {}

  message(bytes: Uint8Array): void {
    const { reader, roomOf } = this.company
    const state = reader.read(bytes)
    const { header } = reader
    if (state === 'good' && header.kind !== Kind.data) {
      this.answer(header)
      return
    }
    // Another room's message is none of this one's, which the account finds out by its source.
    if (roomOf(header.source) === this.place.room) header.source = this.place.roomSource
    header.sequence = header.position
    if (state === 'good') this.inlet.take(header, bytes.length)
    else this.inlet.damaged(bytes.length, state === 'damaged' ? header : undefined)
  }

  drain(): void {
    this.drained()
  }

  closed(why: Closed): void {
    this.open = false
    this.inlet.closed(why)
  }

  private stay(fromNs: number): void {
    const { host } = this.company
    const { stay } = host.parameters
    if (stay === undefined) return
    this.later(fromNs, stay, () => {
      this.away = true
      this.ask(Kind.leave, () => this.later(host.nowNs(), host.parameters.away, () => this.comeBack()))
    })
  }

  private comeBack(): void {
    this.ask(Kind.join, () => this.stay(this.company.host.nowNs()))
  }

  /** Nothing begins after the end of the window. */
  private later(fromNs: number, meanNs: number, run: () => void): void {
    const { host } = this.company
    // 1 - random() lies in (0, 1], so the logarithm is finite.
    const atNs = fromNs - Math.log(1 - host.random()) * meanNs
    if (atNs >= this.endNs) return
    host.after(Math.max(0, atNs - host.nowNs()), () => {
      if (this.open && host.nowNs() < this.endNs) run()
    })
  }

  private ask(kind: typeof Kind.join | typeof Kind.leave, then: () => void): void {
    const { host, composer } = this.company
    this.asked = { kind: kind === Kind.join ? Kind.joined : Kind.left, then }
    const { number: source, room: position } = this.place
    this.channel?.send(composer.stamp({ kind, source, sequence: 0, intendedNs: host.nowNs(), lagNs: 0, position }))
  }

  private answer({ kind, position, source }: Header): void {
    if (!this.asked || this.asked.kind !== kind || source !== this.place.roomSource) {
      this.unexpected++
      return
    }
    const { then } = this.asked
    this.asked = undefined
    if (kind === Kind.joined) {
      this.inlet.joined(position)
      this.away = false
    } else {
      this.inlet.left(position)
    }
    then()
  }
}
