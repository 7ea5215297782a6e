import type { MessageReader } from '../message.ts'
import { Kind } from '../rooms/kind.ts'
import type { SpreadLog } from '../rooms/spread.ts'
import type { Channel, Closed, Receiver } from '../transport.ts'
import type { Host, Inlet, Window } from '../workload.ts'

/** The histogram of those that are slow on purpose. */
export const SLOW = 'slow'

/** What subscribers of one process have in common. */
export interface Audience {
  readonly host: Pick<Host, 'inbox' | 'traits' | 'nowNs' | 'measures' | 'after'>
  readonly reader: MessageReader
  readonly spread: SpreadLog
  /** In which room the source of a message publishes. */
  roomOf(source: number): number
}

/** Where it belongs. */
export interface Seat {
  /** Its channel's number. */
  readonly number: number
  readonly room: number
  /** The room's number as a source. */
  readonly roomSource: number
  /** After each read it takes so long until the next one. */
  readonly pauseNs: number | undefined
}

/** Takes what is published in one room. */
export class Subscriber implements Receiver {
  channel: Channel | undefined
  messages = 0
  sumNs = 0
  readonly seat: Seat
  private readonly audience: Audience
  private readonly inlet: Inlet
  private dawdles = false

  constructor(audience: Audience, seat: Seat) {
    this.audience = audience
    this.seat = seat
    const { inbox, traits } = audience.host
    const apart = seat.pauseNs === undefined ? {} : { histogram: SLOW }
    this.inlet = inbox.inlet(seat.number, seat.roomSource, { ordered: traits.ordered, ...apart })
  }

  message(bytes: Uint8Array): void {
    const { host, reader, spread, roomOf } = this.audience
    const { room, roomSource, pauseNs } = this.seat
    const state = reader.read(bytes)
    const { header } = reader
    if (state === 'good' && header.kind === Kind.dropped) {
      this.inlet.giveUp(header.position)
      return
    }
    // Another room's message is none of this one's, which the account finds out by its source.
    if (roomOf(header.source) === room) header.source = roomSource
    header.sequence = header.position
    if (state !== 'good') {
      this.inlet.damaged(bytes.length, state === 'damaged' ? header : undefined)
      return
    }
    if (this.inlet.take(header, bytes.length) && host.measures(header.intendedNs)) {
      const nowNs = host.nowNs()
      this.messages++
      this.sumNs += nowNs - header.intendedNs
      if (pauseNs === undefined) spread.received(room, header.position, nowNs)
    }
    if (this.dawdles && pauseNs !== undefined) this.pause(pauseNs)
  }

  /** A slow one is slow until the end of the window. */
  attend({ startNs, endNs }: Window): void {
    if (this.seat.pauseNs === undefined) return
    const { host } = this.audience
    const nowNs = host.nowNs()
    host.after(Math.max(0, startNs - nowNs), () => {
      this.dawdles = true
    })
    host.after(Math.max(0, endNs - nowNs), () => {
      this.dawdles = false
      this.channel?.resume()
    })
  }

  closed(why: Closed): void {
    this.dawdles = false
    this.inlet.closed(why)
  }

  private pause(pauseNs: number): void {
    if (this.pausing) return
    this.pausing = true
    this.channel?.pause()
    this.audience.host.after(pauseNs, () => {
      this.pausing = false
      this.channel?.resume()
    })
  }

  private pausing = false
}
