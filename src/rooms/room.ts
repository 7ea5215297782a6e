import type { Composer, Header } from '../message.ts'
import type { Listener } from '../transport.ts'
import type { Host, Pair, Sent } from '../workload.ts'
import type { Buffers, Member } from './buffers.ts'
import type { Kind } from './kind.ts'

/** Several messages leave together: when there are `max` of them, or `everyNs` after the first. */
export interface Batch {
  readonly everyNs: number
  readonly max: number
}

/** What the rooms of one server share. */
export interface RoomContext<F> {
  readonly host: Pick<Host, 'measures' | 'after'>
  readonly listener: () => Listener<F>
  readonly composer: Composer
  readonly buffers: Buffers<F>
  /** Without one, each message leaves at once. */
  readonly batch?: Batch
}

/**
 * A room on the server: whoever is in it gets what is published in it, under the room's own numbers (`position`), which
 * make the room a source of the ledger. A message is encoded once for all members.
 */
export class Room<F> {
  /** Its number as a source. */
  readonly source: number
  private readonly context: RoomContext<F>
  private readonly members = new Set<Member<F>>()
  /** The position of the next message. */
  private position = 0
  /** Positions of the window's messages. */
  private readonly measured: Array<[from: number, to: number]> = []
  private pending: F[] = []
  private pendingMeasured = 0
  private takeBack: (() => void) | undefined

  constructor(source: number, context: RoomContext<F>) {
    this.source = source
    this.context = context
  }

  /** @returns the position from which on the member is owed everything */
  join(member: Member<F>): number {
    this.flush()
    this.members.add(member)
    return this.position
  }

  /** @returns the position from which on the member is owed nothing */
  leave(member: Member<F>): number {
    if (!this.members.has(member)) return this.position
    this.flush()
    this.members.delete(member)
    return this.position
  }

  get size(): number {
    return this.members.size
  }

  /** How many messages of the window there were. */
  get published(): number {
    return this.measured.reduce((sum, [from, to]) => sum + to - from, 0)
  }

  /** @param header of the message as it came; gets its position here */
  publish(header: Header): void {
    const { host, listener, composer, batch } = this.context
    header.position = this.position
    this.pending.push(listener().encode(composer.stamp(header)))
    if (host.measures(header.intendedNs)) this.note(this.position)
    this.position++
    if (!batch || this.pending.length >= batch.max) this.flush()
    else this.takeBack ??= host.after(batch.everyNs, () => this.flush())
  }

  /** Sends what a batch has gathered. */
  flush(): void {
    this.takeBack?.()
    this.takeBack = undefined
    if (this.pending.length === 0) return
    const { pending, pendingMeasured } = this
    this.pending = []
    this.pendingMeasured = 0
    const { buffers } = this.context
    const first = this.position - pending.length
    for (const member of this.members) buffers.pass(member, pending, first, pendingMeasured)
  }

  /** Ends the sending: nothing is held back any more, and members for whom something was dropped hear of it. */
  finish(): void {
    this.flush()
    for (const member of this.members) this.context.buffers.tellDropped(member, this.position)
  }

  /** @param audience subscribers with an account of it, where their number never changed; 0: nobody knows */
  sent(audience: number): Sent {
    const [from, to] = [this.measured[0]?.[0] ?? this.position, this.measured.at(-1)?.[1] ?? this.position]
    const ranges: Pair[] = this.measured.map(([start, end]) => [start, end])
    const nothing = { scheduled: 0, sent: 0, skipped: 0, errors: {} }
    return { source: this.source, from, to, ranges, relay: true, audience, ...nothing }
  }

  /** @returns an answer to a member, to be sent at once */
  answer(kind: typeof Kind.joined | typeof Kind.left, position: number): Uint8Array {
    const { composer } = this.context
    return composer.stamp({ kind, source: this.source, sequence: 0, intendedNs: 0, lagNs: 0, position })
  }

  private note(position: number): void {
    this.pendingMeasured++
    const last = this.measured.at(-1)
    if (last && last[1] === position) last[1]++
    else this.measured.push([position, position + 1])
  }
}
