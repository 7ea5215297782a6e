import type { Clock } from '../clock.ts'
import type { Header } from '../message.ts'
import type { Closed } from '../transport.ts'
import type { Got, Inlet, InletOptions, Owed, Pair } from '../workload.ts'
import type { Activity } from './alarm.ts'
import type { Histogram } from './histogram.ts'
import { Ranges } from './ranges.ts'
import type { Recorder } from './recorder.ts'
import type { Traffic } from './traffic.ts'

/** What the accounts of one process have in common. */
export interface Shared {
  readonly clock: Clock
  readonly recorder: Recorder
  readonly activity: Activity
  readonly traffic: Traffic
  readonly timeoutNs: number
}

/** The account of one subscriber and source: what came, what is missing, what came twice or too late. */
export class Account implements Inlet {
  private next = 0
  private readonly missing = new Ranges()
  private readonly timedOut = new Ranges()
  /** Of the missing, what the sender said will not come. */
  private readonly hopeless = new Ranges()
  private owed: Pair[] = [[0, Number.POSITIVE_INFINITY]]
  private state: Got['state'] = 'open'
  private closedBecause: string | undefined
  private duplicate = 0
  private outOfOrder = 0
  private corrupt = 0
  private unreadable = 0
  private late = 0
  private replayed = 0
  private readonly ordered: boolean
  private readonly relay: boolean
  /** Where its latencies go, when not into the trial's. */
  private readonly apart: Histogram | undefined
  private readonly shared: Shared
  private readonly subscriber: number
  private readonly source: number

  constructor(shared: Shared, subscriber: number, source: number, options: InletOptions) {
    const { ordered = true, relay = false, histogram } = options
    this.shared = shared
    this.subscriber = subscriber
    this.source = source
    this.ordered = ordered
    this.relay = relay
    this.apart = histogram === undefined ? undefined : shared.recorder.histogram(histogram)
  }

  take(header: Header, bytes: number): boolean {
    const nowNs = this.arrived(bytes)
    if (!this.enter(header)) return false
    const { sequence, intendedNs, lagNs } = header
    if (this.relay) return true
    const { recorder } = this.shared
    recorder.received(nowNs, intendedNs, this.apart !== undefined)
    const timing = this.timing(sequence, intendedNs, nowNs)
    if (timing === 'in time' && recorder.measures(intendedNs)) {
      if (this.apart) recorder.deliveredApart(this.apart, nowNs, intendedNs)
      else recorder.delivered(nowNs, intendedNs, lagNs)
    }
    return timing !== 'given up'
  }

  takeReplayed(header: Header, bytes: number): boolean {
    const nowNs = this.arrived(bytes)
    if (!this.enter(header)) return false
    const { sequence, intendedNs } = header
    const { recorder } = this.shared
    recorder.received(nowNs, intendedNs)
    const timing = this.timing(sequence, intendedNs, nowNs)
    if (timing === 'in time' && recorder.measures(intendedNs)) {
      this.replayed++
      recorder.replayed(nowNs, intendedNs)
    }
    return timing !== 'given up'
  }

  damaged(bytes: number, header?: Header): void {
    this.arrived(bytes)
    this.corrupt++
    if (!header || header.source !== this.source) this.unreadable++
    else if (header.sequence >= this.next) {
      this.leap(header.sequence)
      this.missing.add(header.sequence, header.sequence + 1)
    }
  }

  giveUp(to: number): void {
    this.timedOut.add(this.next, to)
  }

  forgone(to: number): void {
    if (to <= this.next) return
    this.hopeless.add(this.next, to)
    this.missing.add(this.next, to)
    this.next = to
  }

  joined(sequence: number): void {
    const before = this.owed.filter(([, to]) => Number.isFinite(to))
    this.owed = [...before, [sequence, Number.POSITIVE_INFINITY]]
    this.next = Math.max(this.next, sequence)
    this.state = 'open'
  }

  left(sequence: number): void {
    const last = this.owed.pop()
    if (last && last[0] < sequence) this.owed.push([last[0], sequence])
    this.state = 'left'
  }

  closed({ by, error }: Closed): void {
    if (this.state === 'left') return
    this.state = 'closed'
    this.closedBecause = error?.message ?? (by === 'self' ? undefined : 'the peer closed it')
  }

  /** Nothing more can be expected: all of it came, or the channel is gone. */
  complete({ from, to }: Owed): boolean {
    if (this.state !== 'open') return true
    const end = Math.min(to, this.owed.at(-1)?.[1] ?? 0)
    if (this.next < end && !this.timedOut.covers(this.next, end)) return false
    const isOver = (start: number, end: number) => this.timedOut.covers(start, end) || this.hopeless.covers(start, end)
    return this.missing.list().every(([start, until]) => until <= from || isOver(start, until))
  }

  got(): Got {
    const { subscriber, source, owed, next, state, ordered, relay } = this
    const { duplicate, outOfOrder, corrupt, unreadable, late, replayed } = this
    const ranges = { missing: this.missing.list(), timedOut: this.timedOut.list() }
    const because = this.closedBecause === undefined ? {} : { closedBecause: this.closedBecause }
    const faults = { duplicate, outOfOrder, corrupt, unreadable, late, replayed, ...(this.apart && { apart: true }) }
    return { subscriber, source, owed, next, ...ranges, state, ordered, relay, ...faults, ...because }
  }

  private arrived(bytes: number): number {
    this.shared.activity.messages++
    this.shared.traffic.received++
    this.shared.traffic.receivedBytes += bytes
    return this.shared.clock.nowNs()
  }

  /** @returns false for a message of somebody else and for one that came before */
  private enter({ source, sequence }: Header): boolean {
    if (source !== this.source) {
      this.corrupt++
      return false
    }
    if (sequence === this.next) this.next++
    else if (sequence > this.next) this.leap(sequence)
    else if (this.missing.remove(sequence)) {
      if (this.ordered) this.outOfOrder++
    } else {
      this.duplicate++
      return false
    }
    return true
  }

  /** `given up` before; `late`: comes so late that it counts as timed out from now on. */
  private timing(sequence: number, intendedNs: number, nowNs: number): 'in time' | 'late' | 'given up' {
    const givenUp = !this.timedOut.empty && this.timedOut.has(sequence)
    if (!givenUp && nowNs - intendedNs <= this.shared.timeoutNs) return 'in time'
    this.late++
    if (givenUp) return 'given up'
    this.timedOut.add(sequence, sequence + 1)
    return 'late'
  }

  private leap(sequence: number): void {
    this.missing.add(this.next, sequence)
    this.next = sequence + 1
  }
}
