import type { Closed, Receiver, ServerChannel } from '../transport.ts'
import { Fifo } from './fifo.ts'
import { type Bench, Facade } from './handicap-facade.ts'
import { FaultyWay } from './handicap-fault.ts'

/** Handicaps what its server receives on one channel: it stands between the transport and the workload's receiver. */
export class Inbound<F> implements Receiver {
  private readonly channel: ServerChannel<F>
  private readonly bench: Bench
  private readonly receiver: Receiver
  private readonly way: FaultyWay<Uint8Array>
  /** What was due while the workload did not read. */
  private readonly ripe = new Fifo<() => void>()
  private heldBytes = 0
  /** The workload does not read. */
  private stopped = false
  /** There is no room for more. */
  private choked = false
  /** The peer said goodbye: the workload gets the rest, whether or not it reads on. */
  private closing = false
  private gone = false

  constructor(channel: ServerChannel<F>, bench: Bench, accept: (channel: ServerChannel<F>) => Receiver) {
    this.channel = channel
    this.bench = bench
    this.way = new FaultyWay(
      bench.lottery,
      0,
      (bytes) => Uint8Array.from(bytes),
      (bytes) => this.await(bytes),
    )
    this.receiver = accept(new Front(channel, this))
  }

  message(bytes: Uint8Array): void {
    this.way.put(bytes, this.bench.lottery.stampOf(bytes))
  }

  drain(): void {
    this.receiver.drain?.()
  }

  heard(): void {
    this.receiver.heard?.()
  }

  end(): void {
    this.way.flush()
    this.bench.agenda.behind(() => this.due(() => this.receiver.end?.()))
  }

  closed(why: Closed): void {
    if (this.gone || why.error) {
      this.destroyed()
      this.receiver.closed(why)
      return
    }
    this.closing = true
    this.way.flush()
    this.resumed()
    this.bench.agenda.behind(() => {
      this.gone = true
      this.receiver.closed(why)
    })
  }

  paused(): void {
    this.stopped = !this.closing
  }

  /** @returns whether the transport may read on, too */
  resumed(): boolean {
    this.stopped = false
    while (!this.stopped && this.ripe.length > 0) this.ripe.shift()?.()
    return !this.stopped && !this.choked
  }

  /** Nothing is handed on any more. */
  destroyed(): void {
    this.gone = true
    this.way.drop()
    this.ripe.clear()
  }

  private await(bytes: Uint8Array): void {
    const { agenda, roomBytes } = this.bench
    const dueNs = agenda.book()
    if (dueNs === undefined && !this.stopped && this.ripe.length === 0) {
      this.handOn(bytes)
      return
    }
    const kept = Uint8Array.from(bytes)
    this.heldBytes += kept.length
    if (this.heldBytes >= roomBytes && !this.choked) {
      this.choked = true
      this.channel.pause()
    }
    const step = () => {
      this.heldBytes -= kept.length
      this.handOn(kept)
      this.makeRoom()
    }
    if (dueNs === undefined) this.ripe.push(step)
    else agenda.at(dueNs, () => this.due(step))
  }

  private due(step: () => void): void {
    if (this.gone) return
    if (this.stopped || this.ripe.length > 0) this.ripe.push(step)
    else step()
  }

  private handOn(bytes: Uint8Array): void {
    this.bench.burn()
    this.receiver.message(bytes)
  }

  private makeRoom(): void {
    if (!this.choked || this.heldBytes * 2 > this.bench.roomBytes) return
    this.choked = false
    if (!this.stopped && !this.gone) this.channel.resume()
  }
}

/** What the workload gets in place of the channel: it has a say in whether messages are handed on. */
class Front<F> extends Facade implements ServerChannel<F> {
  private readonly channel: ServerChannel<F>
  private readonly inbound: Inbound<F>

  constructor(channel: ServerChannel<F>, inbound: Inbound<F>) {
    super(channel)
    this.channel = channel
    this.inbound = inbound
  }

  sendEncoded(frame: F): boolean {
    return this.channel.sendEncoded(frame)
  }

  override pause(): void {
    this.inbound.paused()
    super.pause()
  }

  override resume(): void {
    if (this.inbound.resumed()) super.resume()
  }

  override destroy(): void {
    this.inbound.destroyed()
    super.destroy()
  }
}
