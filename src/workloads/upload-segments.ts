import type { Channel, Closed, Receiver } from '../transport.ts'

/** What a sender needs of what it sends by: a channel, or one after the other. */
export type Line = Pick<Channel, 'send' | 'full' | 'queuedBytes'>

/** How long a segment may become. */
export interface SegmentLimit {
  readonly messages: number
  /** Calls `run` when a segment is old enough. @returns what takes that back */
  old(run: () => void): () => void
}

/** The one in use, the next one, and those whose answer is under way. */
const MOST_CHANNELS = 4

/**
 * A line where the client hears back only at the end of a channel: it ends one after a segment of messages, gets the
 * answer to all of them, and goes on with the next, which it opened ahead of time. Where the answers take longer than
 * the segments, the line is full until one has come.
 */
export class Segments implements Line {
  private current: Channel | undefined
  private spare: Channel | undefined
  private readonly ending = new Set<Channel>()
  private opening = false
  private used = 0
  private notOld: (() => void) | undefined
  private over = false
  private isLost = false
  private readonly connect: (receiver: Receiver) => Promise<Channel>
  private readonly receiver: Required<Pick<Receiver, 'message' | 'drain' | 'closed'>>
  private readonly limit: SegmentLimit

  /** @param receiver `closed` is told of a channel that ended otherwise than by `end` */
  constructor(
    connect: (receiver: Receiver) => Promise<Channel>,
    receiver: Required<Pick<Receiver, 'message' | 'drain' | 'closed'>>,
    limit: SegmentLimit,
  ) {
    this.connect = connect
    this.receiver = receiver
    this.limit = limit
  }

  /** Opens the first channel and the one after it. */
  async open(): Promise<void> {
    this.current = await this.one()
    this.spare = await this.one()
  }

  get full(): boolean {
    return this.current?.full ?? true
  }

  queuedBytes(): number {
    return this.current?.queuedBytes() ?? 0
  }

  send(message: Uint8Array): boolean {
    this.current?.send(message)
    this.used++
    if (this.used >= this.limit.messages) this.turn()
    else if (this.used === 1) this.notOld = this.limit.old(() => this.age())
    return !this.full
  }

  /** Ends the last segment; nothing is sent after it. */
  end(): void {
    this.over = true
    if (this.used > 0) this.turn()
  }

  /** Nobody else would notice that there is room in the next channel: the old one may drain later, or never. */
  private age(): void {
    const wasFull = this.full
    this.turn()
    if (wasFull && !this.full) this.receiver.drain()
  }

  private turn(): void {
    this.notOld?.()
    this.notOld = undefined
    this.used = 0
    if (!this.current) return
    this.ending.add(this.current)
    this.current.end()
    this.current = this.spare
    this.spare = undefined
    this.refill()
  }

  /** Opens what is missing, one at a time. */
  private refill(): void {
    const open = this.ending.size + (this.current ? 1 : 0)
    if (this.over || this.opening || this.spare || open >= MOST_CHANNELS) return
    this.opening = true
    this.one().then(
      (channel) => {
        this.opening = false
        if (this.current) this.spare = channel
        else {
          this.current = channel
          this.receiver.drain()
        }
        this.refill()
      },
      (error: Error) => {
        this.opening = false
        this.lost({ by: 'peer', error })
      },
    )
  }

  private lost(why: Closed): void {
    if (this.isLost) return
    this.isLost = true
    this.over = true
    this.notOld?.()
    this.receiver.closed(why)
  }

  private async one(): Promise<Channel> {
    let channel: Channel | undefined
    channel = await this.connect({
      message: (bytes) => this.receiver.message(bytes),
      drain: () => {
        if (channel === this.current) this.receiver.drain()
      },
      closed: (why) => this.ended(channel, why),
    })
    return channel
  }

  private ended(channel: Channel | undefined, why: Closed): void {
    const meant = channel !== undefined && this.ending.delete(channel) && !why.error
    if (!meant) this.lost(why)
    this.refill()
  }
}
