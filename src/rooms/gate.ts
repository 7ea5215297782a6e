import type { Channel } from '../transport.ts'
import type { Host, Window } from '../workload.ts'

/** Stops reading from publishers while some member is behind, and keeps the time. */
export class Gate {
  private readonly host: Pick<Host, 'nowNs'>
  private readonly publishers = new Set<Channel>()
  private readonly behind = new Set<object>()
  private closedAtNs = 0
  private closedNs = 0
  private window: Window = { startNs: 0, warmNs: 0, endNs: 0 }

  constructor(host: Pick<Host, 'nowNs'>) {
    this.host = host
  }

  open(window: Window): void {
    this.window = window
  }

  add(publisher: Channel): void {
    this.publishers.add(publisher)
    if (this.behind.size > 0) publisher.pause()
  }

  remove(publisher: Channel): void {
    this.publishers.delete(publisher)
  }

  fellBehind(member: object): void {
    this.behind.add(member)
    if (this.behind.size > 1) return
    this.closedAtNs = this.host.nowNs()
    for (const publisher of this.publishers) publisher.pause()
  }

  caughtUp(member: object): void {
    if (!this.behind.delete(member) || this.behind.size > 0) return
    this.count(this.host.nowNs())
    for (const publisher of this.publishers) publisher.resume()
  }

  /** How long publishers were not read from, within the window. */
  blockedNs(): number {
    if (this.behind.size > 0) {
      const nowNs = this.host.nowNs()
      this.count(nowNs)
      this.closedAtNs = nowNs
    }
    return this.closedNs
  }

  private count(nowNs: number): void {
    const { warmNs, endNs } = this.window
    this.closedNs += Math.max(0, Math.min(nowNs, endNs) - Math.max(this.closedAtNs, warmNs))
  }
}
