import type { MessageReader } from '../message.ts'
import type { Receiver, ServerChannel, Traits } from '../transport.ts'
import type { Host, Inlet, Pair } from '../workload.ts'
import { acknowledgementWriter } from './upload-acknowledgement.ts'

/** When the server acknowledges: after so many messages, and so long after the first one of them at the latest. */
export interface Habit {
  readonly every: number
  readonly afterNs: number
}

/** A transport that answers each message, or all at the end, leaves no choice. */
export function habitOf({ answers }: Traits, { ackEvery, ackAfter }: { ackEvery: number; ackAfter: number }): Habit {
  if (answers === 'each') return { every: 1, afterNs: ackAfter }
  const never = Number.POSITIVE_INFINITY
  return answers === 'end' ? { every: never, afterNs: never } : { every: ackEvery, afterNs: ackAfter }
}

/** Makes what receives one upload. */
export type Desk = (channel: ServerChannel<unknown>) => Receiver

/** @param early called for a message that seems to have come before it was due */
export function receiptDesk(host: Host, habit: Habit, early: () => void): Desk {
  const reader: MessageReader = host.reader()
  const write = acknowledgementWriter()
  const oneWay = host.histogram('oneWay')

  const timed = (intendedNs: number): void => {
    if (!host.measures(intendedNs)) return
    const tookNs = host.nowNs() - intendedNs
    if (tookNs < 0) early()
    else oneWay.record(tookNs)
  }

  /** One channel's messages: accounted for, and acknowledged as ranges that name exactly what came. */
  class Receipt implements Receiver {
    private readonly channel: ServerChannel<unknown>
    private readonly number: number
    private readonly account: number
    private readonly inlet: Inlet
    private came: Pair[] = []
    /** Messages since the last acknowledgement, the damaged and the doubled ones among them. */
    private count = 0
    private sinceNs = 0
    private waiting: (() => void) | undefined

    constructor(channel: ServerChannel<unknown>, number: number) {
      this.channel = channel
      this.number = number
      // A message that is lost on the way up is missing here and never acknowledged. It is one lost message: this account
      // has a number of its own, so that the ledger joins the client's alone, and takes over from here what else went wrong.
      this.account = host.connections + number
      this.inlet = host.inbox.inlet(number, this.account, { relay: true, ordered: false })
    }

    message(bytes: Uint8Array): void {
      const { header } = reader
      if (reader.read(bytes) === 'good' && header.source === this.number) {
        header.source = this.account
        if (this.inlet.take(header, bytes.length)) {
          this.add(header.sequence)
          timed(header.intendedNs)
        }
      } else {
        this.inlet.damaged(bytes.length)
      }
      this.count++
      if (this.count >= habit.every) this.acknowledge()
      else if (this.count === 1) this.wait()
    }

    drain(): void {
      this.channel.resume()
    }

    end(): void {
      this.acknowledge()
      this.channel.close()
    }

    closed(): void {
      this.waiting?.()
      this.waiting = undefined
    }

    private add(sequence: number): void {
      const last = this.came.at(-1)
      if (last?.[1] === sequence) this.came[this.came.length - 1] = [last[0], sequence + 1]
      else this.came.push([sequence, sequence + 1])
    }

    private acknowledge(): void {
      const ranges = this.came
      this.came = []
      this.count = 0
      // A client that does not read its acknowledgements is not read from, either: memory stays bounded.
      this.channel.send(write(this.number, ranges))
      if (this.channel.full) this.channel.pause()
    }

    /** One timer at a time, whatever was acknowledged meanwhile: a timer for each would cost more than the messages. */
    private wait(): void {
      this.sinceNs = host.nowNs()
      if (Number.isFinite(habit.afterNs)) this.waiting ??= host.after(habit.afterNs, () => this.look())
    }

    private look(): void {
      this.waiting = undefined
      if (this.count === 0) return
      const leftNs = this.sinceNs + habit.afterNs - host.nowNs()
      if (leftNs > 0) this.waiting = host.after(leftNs, () => this.look())
      else this.acknowledge()
    }
  }

  return (channel) => new Receipt(channel, Number(channel.hello.channel))
}
