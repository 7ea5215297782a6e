import type { Closed, Listener, Receiver, ServerChannel } from '../transport.ts'
import { type Bench, Facade } from './handicap-facade.ts'
import { FaultyWay, type Lottery, type Stamp } from './handicap-fault.ts'

/** A transport's frame, with what its fate depends on. */
export interface Parcel<F> {
  readonly frame: F
  readonly bytes: number
  readonly stamp: Stamp | undefined
}

/** A listener whose frames a handicapped server can tell apart. */
export function parcelling<F>(listener: Listener<F>, lottery: Lottery): Listener<Parcel<F>> {
  return {
    address: listener.address,
    encode: (message, id) => ({
      frame: listener.encode(message, id),
      bytes: message.length,
      stamp: lottery.stampOf(message),
    }),
    wire: () => listener.wire(),
    close: () => listener.close(),
  }
}

/** Handicaps what its server sends on one channel, where the server sets the pace and receives nothing worth mentioning. */
export class Outbound<F> extends Facade implements ServerChannel<Parcel<F>> {
  private readonly channel: ServerChannel<F>
  private readonly bench: Bench
  private readonly encode: Listener<Parcel<F>>['encode']
  private readonly way: FaultyWay<Parcel<F>>
  private heldBytes = 0
  private ending = false
  private gone = false
  private wasFull = false
  private receiver: Receiver | undefined

  /** @param lane number of the channel: channels that get the same message do not share its fate */
  constructor(channel: ServerChannel<F>, bench: Bench, lane: number, encode: Listener<Parcel<F>>['encode']) {
    super(channel)
    this.channel = channel
    this.bench = bench
    this.encode = encode
    this.way = new FaultyWay(
      bench.lottery,
      lane,
      (parcel) => parcel,
      (parcel) => this.await(parcel),
    )
  }

  /** @returns what the transport tells, on its way to the workload */
  open(accept: (channel: ServerChannel<Parcel<F>>) => Receiver): Receiver {
    const receiver = accept(this)
    this.receiver = receiver
    return {
      message: (bytes) => receiver.message(bytes),
      drain: () => this.drain(),
      heard: () => receiver.heard?.(),
      end: () => receiver.end?.(),
      closed: (why) => this.closed(why),
    }
  }

  override get full(): boolean {
    return super.full || this.heldBytes >= this.bench.roomBytes
  }

  override queuedBytes(): number {
    return super.queuedBytes() + this.heldBytes
  }

  override send(message: Uint8Array, id?: string): boolean {
    return this.sendEncoded(this.encode(message, id))
  }

  sendEncoded(parcel: Parcel<F>): boolean {
    if (this.ending) return false
    this.way.put(parcel, parcel.stamp)
    const { full } = this
    if (full) this.wasFull = true
    return !full
  }

  override end(): void {
    this.finish(() => super.end())
  }

  override close(): void {
    this.finish(() => super.close())
  }

  override destroy(): void {
    this.drop()
    super.destroy()
  }

  drain(): void {
    if (!this.wasFull || this.full || this.gone) return
    this.wasFull = false
    this.receiver?.drain?.()
  }

  closed(why: Closed): void {
    this.drop()
    this.receiver?.closed(why)
  }

  private finish(how: () => void): void {
    if (this.ending) return
    this.way.flush()
    this.ending = true
    this.bench.agenda.behind(how)
  }

  private drop(): void {
    this.ending = true
    this.gone = true
    this.way.drop()
  }

  private await(parcel: Parcel<F>): void {
    const dueNs = this.bench.agenda.book()
    if (dueNs === undefined) {
      this.handOn(parcel)
      return
    }
    this.heldBytes += parcel.bytes
    this.bench.agenda.at(dueNs, () => {
      this.heldBytes -= parcel.bytes
      if (this.gone) return
      this.handOn(parcel)
      this.drain()
    })
  }

  private handOn({ frame }: Parcel<F>): void {
    this.bench.burn()
    this.channel.sendEncoded(frame)
  }
}
