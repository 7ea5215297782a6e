import type { MessageReader } from '../message.ts'
import { Kind } from '../rooms/kind.ts'
import type { SpreadLog } from '../rooms/spread.ts'
import type { Channel, Closed, Receiver } from '../transport.ts'
import type { Host, Inlet, Window } from '../workload.ts'

/** The histogram of those that are slow on purpose. */
export const SLOW = 'slow'
/** Between two pauses a slow subscriber reads for this part of one: by time, because transports read in portions of their own. */
const READING_SHARE = 0.1

/** What subscribers of one process have in common. */
export interface Audience {
  readonly host: Pick<Host, 'inbox' | 'traits' | 'nowNs' | 'measures' | 'after' | 'random'>
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
  /** It pauses reading for so long, again and again. */
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
  private open = true

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
      this.inlet.forgone(header.position)
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
  }

  /** A slow one reads and pauses in turn until the end of the window. */
  attend({ startNs, endNs }: Window): void {
    const { pauseNs } = this.seat
    if (pauseNs === undefined) return
    const { host } = this.audience
    const read = (): void => {
      this.channel?.resume()
      if (host.nowNs() < endNs && this.open) host.after(pauseNs * READING_SHARE, pause)
    }
    const pause = (): void => {
      this.channel?.pause()
      host.after(Math.min(pauseNs, Math.max(0, endNs - host.nowNs())), read)
    }
    // They do not all pause at the same time.
    host.after(Math.max(0, startNs - host.nowNs()) + host.random() * pauseNs, pause)
  }

  closed(why: Closed): void {
    this.open = false
    this.inlet.closed(why)
  }
}
