import type { Header } from '../message.ts'
import type { Channel, Closed } from '../transport.ts'
import type { Inlet, Pace, Source, Workload } from '../workload.ts'
import { answering } from './answering.ts'

/** One message there and back: the server returns every message on the channel it came by. */
export const echo: Workload = {
  name: 'echo',
  summary: 'every message comes back to its sender',
  latency: 'from the intended send time at the client to the receipt of the echo at the same client',
  needs: { answers: 'each' },
  parameters: {},
  loads: ['open', 'closed', 'saturate'],
  defaultLoad: { inFlight: 1 },
  figures: {},
  cast: ({ connections }) => [{ group: 'client', channels: connections, processes: 'workers', sends: true }],

  serve: answering,

  drive(host, dialer) {
    const members: Member[] = []
    const composer = host.composer()
    const reader = host.reader()
    let pace: Pace | undefined

    /** One channel: the source of its messages and the subscriber to their echoes. */
    class Member implements Source {
      open = true
      channel: Channel | undefined
      readonly number: number
      private readonly index: number
      private readonly inlet: Inlet
      private readonly header: Header

      constructor(number: number, index: number) {
        this.number = number
        this.index = index
        this.inlet = host.inbox.inlet(number, number, { ordered: host.traits.ordered })
        this.header = { kind: 0, source: number, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
      }

      get full(): boolean {
        return this.channel?.full ?? true
      }

      emit(sequence: number, intendedNs: number, lagNs: number): number {
        this.header.sequence = sequence
        this.header.intendedNs = intendedNs
        this.header.lagNs = lagNs
        const message = composer.stamp(this.header)
        this.channel?.send(message)
        return message.length
      }

      abandon(to: number): void {
        this.inlet.giveUp(to)
      }

      message(bytes: Uint8Array): void {
        const state = reader.read(bytes)
        if (state === 'good') {
          if (this.inlet.take(reader.header, bytes.length)) pace?.answered(this.index)
        } else {
          this.inlet.damaged(bytes.length, state === 'damaged' ? reader.header : undefined)
          pace?.answered(this.index)
        }
      }

      drain(): void {
        pace?.drained(this.index)
      }

      closed(why: Closed): void {
        this.open = false
        this.inlet.closed(why)
      }
    }

    return {
      async prepare() {
        host.channels.forEach((number, index) => {
          members.push(new Member(number, index))
        })
        await host.connect(async (_, index) => {
          const member = members[index]
          if (member) member.channel = await dialer.connect(member, {})
        })
      },
      start(window) {
        pace = host.pace(members, host.connections)
        return pace.run(window)
      },
      settle: (owed, deadlineNs) => host.inbox.settle(owed, deadlineNs),
      finish: () => ({ got: host.inbox.got() }),
    }
  },
}
