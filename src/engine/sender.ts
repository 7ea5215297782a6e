import type { Sent, Source } from '../workload.ts'
import type { Activity } from './alarm.ts'
import type { Recorder } from './recorder.ts'

/** The send side of the ledger: gives sequence numbers at the send and counts what became of every due message. */
export class Sender {
  readonly sources: readonly Source[]
  private readonly recorder: Recorder
  private readonly activity: Activity
  private readonly next: Float64Array
  /** First sequence inside the window; -1 while there is none. */
  private readonly from: Float64Array
  /** One above the last sequence inside the window. */
  private readonly to: Float64Array
  private readonly scheduled: Float64Array
  private readonly skipped: Float64Array
  private readonly channelClosed: Float64Array
  /** Messages sent by this process, the warm-up's among them. */
  total = 0

  constructor(sources: readonly Source[], recorder: Recorder, activity: Activity) {
    this.sources = sources
    this.recorder = recorder
    this.activity = activity
    this.next = new Float64Array(sources.length)
    this.from = new Float64Array(sources.length).fill(-1)
    this.to = new Float64Array(sources.length)
    this.scheduled = new Float64Array(sources.length)
    this.skipped = new Float64Array(sources.length)
    this.channelClosed = new Float64Array(sources.length)
  }

  /** Sends the source's next message. @returns its sequence number */
  send(index: number, intendedNs: number, lagNs: number): number {
    const sequence = this.next[index] as number
    this.next[index] = sequence + 1
    this.total++
    this.activity.messages++
    if (this.recorder.measures(intendedNs)) {
      if ((this.from[index] as number) < 0) this.from[index] = sequence
      this.to[index] = sequence + 1
      this.scheduled[index] = (this.scheduled[index] as number) + 1
      this.recorder.sent(lagNs)
    }
    const source = this.sources[index] as Source
    source.emit(sequence, intendedNs, lagNs)
    return sequence
  }

  /** A due message that will not be sent. */
  drop(index: number, intendedNs: number, why: 'skipped' | 'channel-closed'): void {
    if (!this.recorder.measures(intendedNs)) return
    this.scheduled[index] = (this.scheduled[index] as number) + 1
    const counts = why === 'skipped' ? this.skipped : this.channelClosed
    counts[index] = (counts[index] as number) + 1
  }

  sent(): Sent[] {
    return this.sources.map(({ number }, index) => {
      const none = (this.from[index] as number) < 0
      const from = (none ? this.next[index] : this.from[index]) as number
      const to = none ? from : (this.to[index] as number)
      const closed = this.channelClosed[index] as number
      return {
        source: number,
        from,
        to,
        scheduled: this.scheduled[index] as number,
        sent: to - from,
        skipped: this.skipped[index] as number,
        errors: closed > 0 ? { 'channel-closed': closed } : {},
      }
    })
  }
}
