import type { MessageReader } from '../message.ts'
import type { Channel, Closed, Dialer, Receiver } from '../transport.ts'
import type { Host, Inlet } from '../workload.ts'
import { FEED, Kind } from './reconnect-feed.ts'
import type { Gate } from './reconnect-gate.ts'
import type { ReconnectParameters } from './reconnect-parameters.ts'

/** What the subscribers of one process have in common. */
export interface Crowd {
  readonly host: Host<ReconnectParameters>
  readonly dialer: Dialer
  readonly reader: MessageReader
  readonly gate: Gate
  readonly losses: Losses
}

/** What the subscribers of one process went through, added up. */
export interface Losses {
  /** Channels that broke, whoever broke them. */
  dropped: number
  /** Times that a subscriber was cut off within the window: as many recoveries are due. */
  cutOff: number
  reconnects: number
  /** Attempts to come back that failed. */
  refused: number
  /** Times that the server said its history is too short. */
  gaps: number
}

/** One subscriber, over all of its channels: its account closes across them. */
export class Subscriber implements Receiver {
  private readonly crowd: Crowd
  private readonly inlet: Inlet
  private channel: Channel | undefined
  /** The highest sequence it saw. */
  private seen = -1
  /** Counts channels, so that one which closed while it was being opened is not taken for open. */
  private closings = 0
  private attempts = 0
  /** When its channel was lost, until the first message on a new one. */
  private lostNs: number | undefined
  /** When it cut its channel itself. */
  private cutNs: number | undefined
  private lastError: Error | undefined
  /** What the server asked it to wait before it comes back. */
  private askedNs: number | undefined
  private onBack: () => void = () => {}

  constructor(crowd: Crowd, subscriber: number) {
    this.crowd = crowd
    this.inlet = crowd.host.inbox.inlet(subscriber, FEED)
  }

  get connected(): boolean {
    return this.channel !== undefined
  }

  async connect(): Promise<void> {
    const { closings } = this
    const channel = await this.crowd.dialer.connect(this, {}, this.seen < 0 ? undefined : String(this.seen))
    if (closings !== this.closings) return
    this.channel = channel
  }

  /** Cuts its channel, as a phone does that goes into a tunnel. */
  cut(): void {
    this.cutNs = this.crowd.host.nowNs()
    this.channel?.destroy()
  }

  /** Resolves when it is connected. */
  back(): Promise<void> {
    if (this.connected) return Promise.resolve()
    return new Promise((resolve) => {
      this.onBack = resolve
    })
  }

  /** Nothing more will come. @returns whether it had come back */
  end(): boolean {
    if (this.connected) return true
    this.inlet.closed({ by: 'peer', error: this.lastError ?? new Error('it did not come back') })
    return false
  }

  message(bytes: Uint8Array): void {
    const { inlet } = this
    const { reader } = this.crowd
    const state = reader.read(bytes)
    if (state !== 'good') {
      inlet.damaged(bytes.length, state === 'damaged' ? reader.header : undefined)
      return
    }
    const { kind, sequence } = reader.header
    if (kind === Kind.gap) {
      this.crowd.losses.gaps++
      inlet.forgone(sequence)
      this.seen = Math.max(this.seen, sequence - 1)
      return
    }
    if (this.lostNs !== undefined) this.recovered(this.lostNs)
    this.seen = Math.max(this.seen, sequence)
    if (kind === Kind.replayed) inlet.takeReplayed(reader.header, bytes.length)
    else inlet.take(reader.header, bytes.length)
  }

  closed({ error }: Closed): void {
    this.closings++
    // It may have been told at any time while it was connected.
    if (this.channel?.retryMs !== undefined) this.askedNs = this.channel.retryMs * 1e6
    this.channel = undefined
    this.lastError = error
    this.crowd.losses.dropped++
    // One that is lost again before it got anything has been cut off since the first time.
    if (this.lostNs === undefined) {
      this.lostNs = this.cutNs ?? this.crowd.host.nowNs()
      if (this.crowd.host.measures(this.lostNs)) this.crowd.losses.cutOff++
    }
    this.cutNs = undefined
    this.attempts = 0
    this.comeBack()
  }

  private recovered(lostNs: number): void {
    this.lostNs = undefined
    const { host } = this.crowd
    if (host.measures(lostNs)) host.histogram('recovery').record(host.nowNs() - lostNs)
  }

  private comeBack(): void {
    this.crowd.host.after(this.waitNs(), async () => {
      try {
        await this.crowd.gate.through(() => this.connect())
      } catch (thrown) {
        this.crowd.losses.refused++
        this.lastError = thrown instanceof Error ? thrown : new Error(String(thrown))
        this.attempts++
        this.comeBack()
        return
      }
      this.crowd.losses.reconnects++
      if (this.connected) this.onBack()
    })
  }

  private waitNs(): number {
    const { initial, max, jitter } = this.crowd.host.parameters.backoff
    const longestNs = Math.min(max, (this.askedNs ?? initial) * 2 ** this.attempts)
    return longestNs * (1 - jitter * this.crowd.host.random())
  }
}
