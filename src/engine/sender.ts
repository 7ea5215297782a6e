import type { Sent, Source } from '../workload.ts'
import type { Activity } from './alarm.ts'
import type { Recorder } from './recorder.ts'
import type { Traffic } from './traffic.ts'

/** One source and the send side of its account. */
export class Lane {
  readonly source: Source
  /** The sequence number its next message gets. */
  next = 0
  /** Sequences inside the window are [from, to); both -1 while there is none. */
  from = -1
  to = -1
  scheduled = 0
  skipped = 0
  channelClosed = 0

  constructor(source: Source) {
    this.source = source
  }

  sent(): Sent {
    const from = this.from < 0 ? this.next : this.from
    const to = Math.max(from, this.to)
    return {
      source: this.source.number,
      from,
      to,
      scheduled: this.scheduled,
      sent: to - from,
      skipped: this.skipped,
      errors: this.channelClosed > 0 ? { 'channel-closed': this.channelClosed } : {},
    }
  }
}

/** What a process has sent. */
export interface Tally {
  /** The warm-up's messages among them. */
  sent: number
  /** Of those, in the window. */
  measured: number
}

/** Gives sequence numbers at the send, and counts what became of every message that was due. */
export class Sender {
  readonly tally: Tally = { sent: 0, measured: 0 }
  private readonly recorder: Recorder
  private readonly activity: Activity
  private readonly traffic: Traffic

  constructor(recorder: Recorder, activity: Activity, traffic: Traffic) {
    this.recorder = recorder
    this.activity = activity
    this.traffic = traffic
  }

  /** Sends the lane's next message. */
  send(lane: Lane, intendedNs: number, lagNs: number): void {
    const sequence = lane.next++
    this.tally.sent++
    this.activity.messages++
    if (this.recorder.measures(intendedNs)) {
      if (lane.from < 0) lane.from = sequence
      lane.to = sequence + 1
      lane.scheduled++
      this.tally.measured++
      this.recorder.sent(lagNs)
    }
    this.traffic.sent++
    this.traffic.sentBytes += lane.source.emit(sequence, intendedNs, lagNs)
  }

  /** A due message that will not be sent: there was no room until the end, or no channel. */
  drop(lane: Lane, intendedNs: number): void {
    if (!this.recorder.measures(intendedNs)) return
    lane.scheduled++
    if (lane.source.open) lane.skipped++
    else lane.channelClosed++
  }
}
