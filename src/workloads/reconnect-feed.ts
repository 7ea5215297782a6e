import type { Composer } from '../message.ts'
import type { Closed, Listener, Receiver, ServerChannel } from '../transport.ts'
import type { Half, Host, Sent, Source, Window } from '../workload.ts'
import { atDropTimes, drawn } from './reconnect-drops.ts'
import type { ReconnectParameters } from './reconnect-parameters.ts'

/** What a message is, in `Header.kind`. */
export const Kind = {
  live: 0,
  /** Again, from the history. */
  replayed: 1,
  /** No message of the feed: the history begins at its sequence, and what is before that is gone. */
  gap: 2,
} as const

/** The number of the one source there is. */
export const FEED = 0

/** What a server hands over to the one that takes its place. */
interface Handover {
  /** The sequence number of its next message. */
  readonly next: number
  /** When the first message is due that is not sent any more. */
  readonly dueNs: number
  /** Intended time and lag of the youngest messages, in order, up to `next`. */
  readonly history: ReadonlyArray<readonly [intendedNs: number, lagNs: number]>
}

interface Kept<F> {
  readonly intendedNs: number
  readonly lagNs: number
  /** Encoded when the first subscriber wants it again, for all that will. */
  replay?: F
}

/**
 * The server half: one feed to all who are there. Whoever comes back says which message it saw last, and gets first
 * what it missed, as far as the history reaches.
 */
export class Feed<F> implements Half, Source {
  readonly number = FEED
  readonly open = true
  /** The feed waits for nobody: a subscriber that does not keep up has its messages queued. */
  readonly full = false
  private readonly host: Host<ReconnectParameters>
  private readonly listener: () => Listener<F>
  private readonly composer: Composer
  private readonly subscribers = new Set<ServerChannel<F>>()
  /** The last `parameters.history` messages, by sequence modulo their number. */
  private readonly history: Kept<F>[] = []
  /** Sequence of the oldest message that is or was in the history, and of the next one. */
  private readonly first: number
  private next: number
  private readonly dueNs: number | undefined
  /** Intended time of the last message. */
  private lastNs = 0
  private retired = false
  /** The engine numbers from 0; a server that took another's place goes on from here. */
  private base = 0
  private readonly found = { resumed: 0, replayed: 0, gapsTold: 0, foundSilent: 0 }

  constructor(host: Host<ReconnectParameters>, listener: () => Listener<F>) {
    this.host = host
    this.listener = listener
    this.composer = host.composer()
    const before = host.inherited as Handover | undefined
    this.dueNs = before?.dueNs
    this.first = (before?.next ?? 0) - (before?.history.length ?? 0)
    this.next = this.first
    for (const [intendedNs, lagNs] of before?.history ?? []) this.keep(intendedNs, lagNs)
  }

  accept(channel: ServerChannel<F>): Receiver {
    this.resume(channel)
    this.subscribers.add(channel)
    return {
      message() {},
      closed: ({ by }: Closed) => {
        this.subscribers.delete(channel)
        if (by === 'heartbeat') this.found.foundSilent++
      },
    }
  }

  async prepare(): Promise<void> {}

  async start(window: Window): Promise<Sent[]> {
    if (this.host.parameters.drop.by === 'server') atDropTimes(this.host, window, () => this.drop())
    const { late, startNs } = this.catchUp(window)
    this.base = this.next
    this.lastNs = startNs - this.periodNs
    const sents = await this.host.pace([this], 1).run({ ...window, startNs })
    const audience = this.host.connections
    const numbered = sents.map((sent) => ({ ...sent, from: sent.from + this.base, to: sent.to + this.base }))
    // What was overdue when the server went, its successor sends.
    const own = this.retired ? numbered.map((sent) => ({ ...sent, scheduled: sent.sent, skipped: 0 })) : numbered
    return [...late, ...own].map((sent) => ({ ...sent, audience }))
  }

  emit(sequence: number, intendedNs: number, lagNs: number): number {
    return this.publish(this.base + sequence, intendedNs, lagNs)
  }

  abandon(): void {}

  retire(): Handover {
    const history = this.keptFrom(this.oldest).map(({ intendedNs, lagNs }) => [intendedNs, lagNs] as const)
    this.retired = true
    return { next: this.next, dueNs: Math.round(this.lastNs + this.periodNs), history }
  }

  async settle(): Promise<Sent[]> {
    return []
  }

  finish() {
    return { got: [], found: { ...this.found } }
  }

  /**
   * What happened in the world while no server was there is published as soon as one is; late, and its time is kept.
   * @returns what of that belongs to the window, and when the next message is due
   */
  private catchUp({ startNs, endNs }: Window): { late: Sent[]; startNs: number } {
    const { host, dueNs: firstNs } = this
    if (firstNs === undefined) return { late: [], startNs }
    const from = this.next
    const nowNs = host.nowNs()
    const dueNs = (index: number) => firstNs + Math.round(index * this.periodNs)
    let count = 0
    for (; dueNs(count) < Math.min(nowNs, endNs); count++) this.publish(this.next, dueNs(count), nowNs - dueNs(count))
    const sent = { source: FEED, from, to: this.next, scheduled: count, sent: count, skipped: 0, errors: {} }
    return { late: [sent], startNs: dueNs(count) }
  }

  /** The mean distance from one message to the next. */
  private get periodNs(): number {
    const { load } = this.host.settings
    return load.model === 'open' ? 1e9 / load.ratePerSec : 0
  }

  private publish(sequence: number, intendedNs: number, lagNs: number): number {
    const message = this.composer.stamp({ kind: Kind.live, source: FEED, sequence, intendedNs, lagNs, position: 0 })
    this.keep(intendedNs, lagNs)
    const frame = this.listener().encode(message, String(sequence))
    for (const channel of this.subscribers) channel.sendEncoded(frame)
    return message.length * this.subscribers.size
  }

  private keep(intendedNs: number, lagNs: number): void {
    const { history } = this.host.parameters
    if (history > 0) this.history[this.next % history] = { intendedNs, lagNs }
    this.next++
    this.lastNs = intendedNs
  }

  /** Sequence of the oldest message that can be replayed. */
  private get oldest(): number {
    return Math.max(this.first, this.next - this.host.parameters.history)
  }

  private keptFrom(sequence: number): Kept<F>[] {
    const { history } = this.host.parameters
    return Array.from({ length: this.next - sequence }, (_, index) => {
      return this.history[(sequence + index) % history] as Kept<F>
    })
  }

  /** Sends what the subscriber missed, before anything new. */
  private resume(channel: ServerChannel<F>): void {
    const { lastEventId } = channel
    if (lastEventId !== undefined) this.found.resumed++
    const wanted = lastEventId === undefined ? 0 : Number(lastEventId) + 1
    const from = Math.max(wanted, this.oldest)
    if (from > wanted) {
      this.found.gapsTold++
      const nowNs = this.host.nowNs()
      const told = { kind: Kind.gap, source: FEED, sequence: from, intendedNs: nowNs, lagNs: 0, position: 0 }
      channel.send(this.composer.stamp(told))
    }
    this.keptFrom(Math.min(from, this.next)).forEach((kept, index) => {
      channel.sendEncoded(this.replayOf(kept, from + index))
      this.found.replayed++
    })
  }

  private replayOf(kept: Kept<F>, sequence: number): F {
    const { intendedNs, lagNs } = kept
    if (kept.replay === undefined) {
      const header = { kind: Kind.replayed, source: FEED, sequence, intendedNs, lagNs, position: 0 }
      kept.replay = this.listener().encode(this.composer.stamp(header), String(sequence))
    }
    return kept.replay
  }

  private drop(): void {
    const { drop } = this.host.parameters
    for (const channel of drawn([...this.subscribers], drop.share, this.host.random)) channel.destroy()
  }
}
