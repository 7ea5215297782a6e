import { minimumPayloadBytes } from '../message.ts'
import type { ParametersOf } from '../parameter.ts'
import { type RoomHello, type RoomsFound, serveRooms } from '../rooms/server.ts'
import type { Complaint, Conclusion, Evidence, FigureSpec, Host, Pace, Workload, WorkloadSpec } from '../workload.ts'
import { chatShape, Member } from './chat-member.ts'

/** How often settling looks whether joins and leaves are answered. */
const LOOK_NS = 5e6

const parameters = {
  rooms: { kind: 'whole', text: 'Rooms; the members are spread over them.', preset: 10, from: 1, to: 100_000 },
  stay: {
    kind: 'duration',
    text: 'How long a member stays in its room: the mean of an exponential distribution. All stay unless given.',
    preset: undefined,
    from: '1ms',
    to: '24h',
  },
  away: {
    kind: 'duration',
    text: 'How long a member that left stays away: the mean of an exponential distribution.',
    preset: '1s',
    from: '1ms',
    to: '24h',
  },
} as const satisfies WorkloadSpec['parameters']

type ChatParameters = ParametersOf<typeof parameters>

const figures = {
  completeness: {
    unit: 'share',
    better: 'higher',
    head: 'complete',
    rank: 'essential',
    text: 'Deliveries, of those that were owed: to each member what was said between its join and its leave.',
  },
  joins: { unit: 'count', better: 'none', head: 'joins', rank: 'full', text: 'Members that came back to their room.' },
  leaves: { unit: 'count', better: 'none', head: 'leaves', rank: 'full', text: 'Members that left their room.' },
} as const satisfies Record<string, FigureSpec>

/** What a process of members hands over. */
interface MembersFound {
  /** Joins and leaves that were never answered, or answered without having been asked for. */
  readonly unanswered: number
  readonly unexpected: number
}

/**
 * Rooms in which every member talks, and whose members come and go. What is due on a member that is away is said by the next
 * one of its process that is there, so that the rate is the one that was asked for.
 */
export const chat: Workload<typeof parameters> = {
  name: 'chat',
  summary: 'members of rooms talk to each other, and come and go',
  latency:
    'from the intended send time at the member that talks to the receipt at each member of its room, itself among them',
  // The answer to a join comes before what follows from it.
  needs: { push: true, ordered: true },
  parameters,
  loads: ['open'],
  defaultLoad: { rate: '100/s' },
  figures,
  cast: ({ connections }) => [{ group: 'member', channels: connections, processes: 'workers', sends: true }],
  check: complaintsOf,

  serve: (host, listener) => serveRooms(host, listener, { ...topologyOf(host), shape: chatShape, ...unbounded }),

  drive(host, dialer) {
    const { sources, roomOf } = topologyOf(host)
    const common = { host, composer: host.composer(chatShape), reader: host.reader(chatShape), roomOf }
    let pace: Pace | undefined
    const members = host.channels.map((number, index) => {
      const room = roomOf(number)
      return new Member(common, { number, room, roomSource: sources + room }, () => pace?.drained(index))
    })

    return {
      prepare: () =>
        host.connect(async (channel, index) => {
          const member = members[index]
          const hello: RoomHello = { channel: String(channel) }
          if (member) await member.enter(await dialer.connect(member, { ...hello }))
        }),
      start(window) {
        for (const member of members) member.comeAndGo(window)
        pace = host.pace(members, host.connections)
        return pace.run(window)
      },
      async settle(owed, deadlineNs) {
        while (host.nowNs() < deadlineNs && members.some(({ asking }) => asking)) {
          await new Promise<void>((resolve) => host.after(LOOK_NS, resolve))
        }
        return host.inbox.settle(owed, deadlineNs)
      },
      finish() {
        const found: MembersFound = {
          unanswered: members.filter(({ asking }) => asking).length,
          unexpected: members.reduce((sum, { unexpected }) => sum + unexpected, 0),
        }
        return { got: host.inbox.got(), found: { ...found } }
      },
    }
  },
  conclude,
}

const unbounded = {
  buffer: { policy: 'none', limitBytes: Number.POSITIVE_INFINITY },
  constant: false,
} as const

/** Every member is a source, of its own number. Members fill one room after the other, so that each room is in every process. */
function topologyOf({ parameters: { rooms }, settings }: Host<ChatParameters>) {
  return {
    rooms,
    sources: settings.connections,
    roomOf: (member: number) => Math.floor((member * rooms) / settings.connections),
    sourcesOf: (channel: number) => [channel],
  }
}

function complaintsOf({ connections, payload }: Host['settings'], { rooms }: ChatParameters): Complaint[] {
  const complaints: Complaint[] = []
  if (rooms > connections) {
    const text = `must not be above connections (${connections}), or a room has nobody in it; lower rooms or raise connections`
    complaints.push({ path: ['rooms'], text })
  }
  if (payload.kind === 'binary') {
    complaints.push({
      path: ['payload', 'kind'],
      text: 'must be json or text: a chat message is a JSON object; change it',
    })
  }
  const smallest = minimumPayloadBytes('json', chatShape)
  if (payload.sizeBytes < smallest) {
    const text = `must be at least ${smallest} bytes: a chat message has userId, timestamp and content; raise it`
    complaints.push({ path: ['payload'], text })
  }
  return complaints
}

function conclude({ counts, reports }: Evidence<ChatParameters>): Conclusion {
  const server = reports.find(({ role }) => role === 'server')?.part.found as unknown as RoomsFound | undefined
  const members = reports
    .filter(({ role }) => role === 'client')
    .map(({ part }) => part.found as unknown as MembersFound)
  const sum = (of: keyof MembersFound) => members.reduce((total, found) => total + found[of], 0)
  const problems: string[] = []
  const unanswered = sum('unanswered')
  if (unanswered > 0) problems.push(`${unanswered} joins or leaves were not answered`)
  const strange = sum('unexpected') + (server?.strays ?? 0)
  if (strange > 0) problems.push(`${strange} messages of a room came to somebody who had not asked for them`)
  return {
    figures: {
      completeness: counts.expected > 0 ? counts.delivered / counts.expected : null,
      joins: server?.joins ?? null,
      leaves: server?.leaves ?? null,
    },
    details: { published: server?.published ?? [] },
    problems,
  }
}
