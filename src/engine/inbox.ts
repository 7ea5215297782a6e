import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Header } from '../message.ts'
import type { Closed } from '../transport.ts'
import type { Got, Inbox, Inlet, Owed } from '../workload.ts'
import type { Activity } from './alarm.ts'
import { Ranges } from './ranges.ts'
import type { Recorder } from './recorder.ts'

/** How often settling looks whether everything has come, ms. */
const SETTLE_POLL_MS = 5

/** Payload bytes that crossed the channels of this process. */
export interface Traffic {
  sentBytes: number
  receivedBytes: number
}

interface Shared {
  readonly clock: Clock
  readonly recorder: Recorder
  readonly activity: Activity
  readonly traffic: Traffic
  readonly timeoutNs: number
}

/** The account of one subscriber and source: what came, what is missing, what came twice or too late. */
class Account implements Inlet {
  private next = 0
  private readonly missing = new Ranges()
  private readonly timedOut = new Ranges()
  private open = true
  private closedBecause: string | undefined
  private duplicate = 0
  private outOfOrder = 0
  private corrupt = 0
  private unreadable = 0
  private late = 0
  private readonly shared: Shared
  private readonly subscriber: number
  private readonly source: number

  constructor(shared: Shared, subscriber: number, source: number) {
    this.shared = shared
    this.subscriber = subscriber
    this.source = source
  }

  take(header: Header, bytes: number): boolean {
    const { sequence, intendedNs, lagNs } = header
    const { recorder, activity, clock, timeoutNs } = this.shared
    const nowNs = clock.nowNs()
    activity.messages++
    this.shared.traffic.receivedBytes += bytes
    if (header.source !== this.source) {
      this.corrupt++
      return false
    }
    if (sequence === this.next) this.next++
    else if (sequence > this.next) this.leap(sequence)
    else if (this.missing.remove(sequence)) this.outOfOrder++
    else {
      this.duplicate++
      return false
    }
    recorder.received(nowNs, intendedNs)
    if (!this.timedOut.empty && this.timedOut.has(sequence)) {
      this.late++
      return false
    }
    if (nowNs - intendedNs > timeoutNs) {
      this.timedOut.add(sequence, sequence + 1)
      this.late++
    } else if (recorder.measures(intendedNs)) recorder.delivered(nowNs, intendedNs, lagNs)
    return true
  }

  damaged(bytes: number, header?: Header): void {
    this.shared.activity.messages++
    this.shared.traffic.receivedBytes += bytes
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

  closed({ by, error }: Closed): void {
    this.open = false
    this.closedBecause = error?.message ?? (by === 'peer' ? 'the peer closed it' : undefined)
  }

  /** Nothing more can be expected: all of it came, or the channel is gone. */
  complete(owed: Owed): boolean {
    if (!this.open) return true
    if (this.next < owed.to && !this.timedOut.covers(this.next, owed.to)) return false
    return this.missing.list().every(([, to]) => to <= owed.from)
  }

  got(): Got {
    const { subscriber, source, next, open, duplicate, outOfOrder, corrupt, unreadable, late } = this
    const ranges = { missing: this.missing.list(), timedOut: this.timedOut.list() }
    const because = this.closedBecause === undefined ? {} : { closedBecause: this.closedBecause }
    return {
      subscriber,
      source,
      owedFrom: 0,
      next,
      ...ranges,
      open,
      duplicate,
      outOfOrder,
      corrupt,
      unreadable,
      late,
      ...because,
    }
  }

  private leap(sequence: number): void {
    this.missing.add(this.next, sequence)
    this.next = sequence + 1
  }
}

/** Takes messages in for every subscriber of this process and keeps the delivery side of the ledger. */
export function createInbox(shared: Shared): Inbox {
  const bySource = new Map<number, Account[]>()
  return {
    inlet(subscriber, source) {
      const account = new Account(shared, subscriber, source)
      const accounts = bySource.get(source)
      if (accounts) accounts.push(account)
      else bySource.set(source, [account])
      return account
    },
    async settle(owed, deadlineNs) {
      let waiting = owed.flatMap((one) => (bySource.get(one.source) ?? []).map((account) => ({ one, account })))
      for (;;) {
        waiting = waiting.filter(({ one, account }) => !account.complete(one))
        if (waiting.length === 0) return
        const nowNs = shared.clock.nowNs()
        if (nowNs >= deadlineNs) {
          // The youngest of them was due before the end of the window.
          const overdue = nowNs - shared.recorder.endNs >= shared.timeoutNs
          if (overdue) for (const { one, account } of waiting) account.giveUp(one.to)
          return
        }
        await sleep(SETTLE_POLL_MS)
      }
    },
    got: () => [...bySource.values()].flat().map((account) => account.got()),
  }
}
