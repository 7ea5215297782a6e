import type { Handicap } from '../handicap.ts'
import type { Host } from '../workload.ts'
import { Fifo } from './fifo.ts'

interface Entry {
  readonly dueNs: number
  readonly run: () => void
}

/**
 * When a handicapped server gets to each message: after the delay, and no more of them a second than the limit. First come,
 * first served, over all channels, and never before a message is due.
 */
export class Agenda {
  private readonly entries = new Fifo<Entry>()
  private readonly host: Pick<Host, 'nowNs' | 'after'>
  private readonly delayNs: number
  private readonly spacingNs: number
  /** When the limit lets the next one through. */
  private freeNs = 0
  private armed = false

  constructor(host: Pick<Host, 'nowNs' | 'after'>, { delayNs = 0, limitPerSec }: Handicap) {
    this.host = host
    this.delayNs = delayNs
    this.spacingNs = limitPerSec === undefined ? 0 : 1e9 / limitPerSec
  }

  /** Gives the next message its time. @returns ns on the run's clock; undefined: now, without waiting */
  book(): number | undefined {
    if (this.delayNs === 0 && this.spacingNs === 0) return undefined
    const nowNs = this.host.nowNs()
    const dueNs = Math.max(nowNs + this.delayNs, this.freeNs)
    this.freeNs = dueNs + this.spacingNs
    return dueNs > nowNs || this.entries.length > 0 ? dueNs : undefined
  }

  /** @param dueNs as it was booked, in that order */
  at(dueNs: number, run: () => void): void {
    this.entries.push({ dueNs, run })
    this.arm()
  }

  /** Behind all that was booked until now, and no later. */
  behind(run: () => void): void {
    const { last } = this.entries
    if (last) this.entries.push({ dueNs: last.dueNs, run })
    else run()
  }

  private arm(): void {
    const { first } = this.entries
    if (this.armed || !first) return
    this.armed = true
    this.host.after(Math.max(0, first.dueNs - this.host.nowNs()), () => {
      this.armed = false
      this.serve()
      this.arm()
    })
  }

  /** A timer may ring early: what is not due yet stays. */
  private serve(): void {
    for (let { first } = this.entries; first && first.dueNs <= this.host.nowNs(); { first } = this.entries) {
      this.entries.shift()
      first.run()
    }
  }
}
