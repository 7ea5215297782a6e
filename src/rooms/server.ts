import type { Header, JsonShape } from '../message.ts'
import type { Listener, Receiver, ServerChannel } from '../transport.ts'
import type { Half, Host, Inlet } from '../workload.ts'
import { type BufferPolicy, Buffers, type Member, type Overflow } from './buffers.ts'
import { Gate } from './gate.ts'
import { Kind } from './kind.ts'
import { type Batch, Room } from './room.ts'

export interface RoomsSpec {
  readonly rooms: number
  /** Sources of all who publish; the rooms are numbered as sources above them. */
  readonly sources: number
  /** In which room a source publishes. */
  roomOf(source: number): number
  /** What the channel of this number publishes as. */
  sourcesOf(channel: number): readonly number[]
  readonly buffer: BufferPolicy
  readonly batch?: Batch
  readonly shape?: JsonShape
  /** Nobody joins or leaves once the window is open, so how many accounts there are of each room is known. */
  readonly constant: boolean
}

/** What the server of rooms hands over. */
export interface RoomsFound extends Overflow {
  /** Members of each room as the window opened. */
  readonly audiences: readonly number[]
  /** The window's messages, by room. */
  readonly published: readonly number[]
  readonly joins: number
  readonly leaves: number
  /** Messages of sources that their channel does not have. */
  readonly strays: number
}

/** What a client says while it connects. */
export interface RoomHello {
  readonly channel: string
  /** It is a member of this room from the start. */
  readonly room?: string
}

/**
 * The server half of all workloads with rooms. The ledger has two legs: up, an account of each publisher's source, so that
 * what is lost on the way to the room is found; and down, where each room is a source under its own numbers.
 */
export function serveRooms<F>(host: Host<unknown>, listener: () => Listener<F>, spec: RoomsSpec) {
  const composer = host.composer(spec.shape)
  const reader = host.reader(spec.shape)
  const gate = new Gate(host)
  const buffers = new Buffers<F>(host, spec.buffer, gate, composer)
  const { batch } = spec
  const context = { host, listener, composer, buffers, ...(batch && { batch }) }
  const rooms = Array.from({ length: spec.rooms }, (_, room) => new Room<F>(spec.sources + room, context))
  const counts = { joins: 0, leaves: 0, strays: 0 }
  let audiences: readonly number[] = []

  const roomAt = (room: number): Room<F> => {
    const found = rooms[room]
    if (!found) throw new RangeError(`there is no room ${room}, only ${rooms.length}`)
    return found
  }

  /** Joins and leaves are answered with the room's position, so that both sides know from where to where a member is owed. */
  const control = (member: Member<F>, { kind, position, intendedNs }: Header): void => {
    const room = rooms[position]
    const counted = host.measures(intendedNs) ? 1 : 0
    if (room && kind === Kind.join) {
      counts.joins += counted
      member.channel.send(room.answer(Kind.joined, room.join(member)))
    } else if (room && kind === Kind.leave) {
      counts.leaves += counted
      member.channel.send(room.answer(Kind.left, room.leave(member)))
    } else {
      counts.strays++
    }
  }

  const accept = (channel: ServerChannel<F>): Receiver => {
    const number = Number(channel.hello.channel)
    const member: Member<F> = { number, channel, state: 'keeps up', missedSome: false }
    const inlets = new Map<number, Inlet>()
    for (const source of spec.sourcesOf(number)) {
      inlets.set(source, host.inbox.inlet(number, source, { relay: true, ordered: host.traits.ordered }))
    }
    if (inlets.size > 0) gate.add(channel)
    const { room } = channel.hello
    if (room !== undefined) roomAt(Number(room)).join(member)

    return {
      message(bytes) {
        const state = reader.read(bytes)
        const { header } = reader
        const inlet = state === 'unreadable' ? undefined : inlets.get(header.source)
        if (state !== 'good') {
          const any = inlet ?? inlets.values().next().value
          any?.damaged(bytes.length, state === 'damaged' ? header : undefined)
        } else if (!inlet) {
          counts.strays++
        } else if (header.kind === Kind.data) {
          // One that came twice is not published twice.
          if (inlet.take(header, bytes.length)) roomAt(spec.roomOf(header.source)).publish(header)
        } else {
          control(member, header)
        }
      },
      drain: () => gate.caughtUp(member),
      end: () => channel.close(),
      closed(why) {
        gate.remove(channel)
        // What still waits for it is nobody's any more: no policy acts on it, and no publisher waits for it.
        member.state = 'cut'
        for (const one of rooms) one.leave(member)
        gate.caughtUp(member)
        for (const inlet of inlets.values()) inlet.closed(why)
      },
    }
  }

  const half: Half = {
    prepare: async () => {},
    async start(window) {
      gate.open(window)
      audiences = rooms.map(({ size }) => size)
      return []
    },
    async settle(owed, deadlineNs) {
      await host.inbox.settle(owed, deadlineNs)
      return rooms.map((room, index) => {
        room.finish()
        return room.sent(spec.constant ? (audiences[index] ?? 0) : 0)
      })
    },
    finish() {
      const published = rooms.map((room) => room.published)
      const found: RoomsFound = { ...buffers.found(), audiences, published, ...counts }
      return { got: host.inbox.got(), found: { ...found } }
    },
  }
  return { accept, ...half }
}
