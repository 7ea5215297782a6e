/** What a scenario may say about a fan-out, and what contradicts itself. */
import type { ParametersOf } from '../parameter.ts'
import type { BufferPolicy } from '../rooms/buffers.ts'
import type { Batch } from '../rooms/room.ts'
import type { Complaint, Host, WorkloadSpec } from '../workload.ts'

type Settings = Host['settings']

export const parameters = {
  subscribers: { kind: 'whole', text: 'Subscribers, spread over the rooms.', preset: 100, from: 1, to: 1_000_000 },
  publishers: {
    kind: 'whole',
    text: 'Publishers, beside the subscribers and in a process of their own; each publishes to every room in turn.',
    preset: 1,
    from: 1,
    to: 10_000,
  },
  rooms: { kind: 'whole', text: 'Rooms.', preset: 1, from: 1, to: 100_000 },
  strategy: {
    kind: 'variant',
    text: 'Whether the server sends each message at once or several in one write.',
    preset: 'immediate',
    words: ['immediate'],
    keys: {
      batch: {
        kind: 'group',
        text: 'Several messages of a room leave in one write, each still a message of its own.',
        always: true,
        keys: {
          every: {
            kind: 'duration',
            text: 'At the latest so long after the first of them.',
            preset: '10ms',
            from: '1ms',
            to: '10s',
          },
          max: { kind: 'whole', text: 'At the latest when there are so many.', preset: 100, from: 2, to: 100_000 },
        },
      },
    },
  },
  slow: {
    kind: 'group',
    text: 'Some subscribers are slow.',
    always: false,
    keys: {
      subscribers: { kind: 'whole', text: 'How many of the subscribers.', preset: 1, from: 0, to: 1_000_000 },
      pause: {
        kind: 'duration',
        text: 'They pause reading for so long, again and again, and read for a tenth of it in between.',
        preset: '100ms',
        from: '1ms',
        to: '60s',
      },
    },
  },
  buffer: {
    kind: 'group',
    text: 'What the server does about a subscriber that does not keep up.',
    always: true,
    keys: {
      limit: {
        kind: 'size',
        text: 'From so many unsent bytes for one subscriber on. Unless given: `highWater` for block, and 16 times that for the others.',
        preset: undefined,
        from: '1B',
        to: '1GiB',
      },
      policy: {
        kind: 'choice',
        text:
          'none: it grows; block: publishers wait; drop: what comes meanwhile is left out; disconnect: the subscriber is cut. ' +
          'Unless given: none, and block where the load is `saturate`.',
        preset: undefined,
        words: ['none', 'block', 'drop', 'disconnect'],
      },
    },
  },
} as const satisfies WorkloadSpec['parameters']

export type FanOutParameters = ParametersOf<typeof parameters>

/** Times the high-water mark that a subscriber may be behind before something is dropped, or it is cut. */
const PATIENCE = 16

export function bufferOf({ load, highWaterBytes }: Settings, { buffer }: FanOutParameters): BufferPolicy {
  const policy = buffer.policy ?? (load.model === 'saturate' ? 'block' : 'none')
  return { policy, limitBytes: buffer.limit ?? highWaterBytes * (policy === 'block' ? 1 : PATIENCE) }
}

export function batchOf({ strategy }: FanOutParameters): Batch | undefined {
  if (typeof strategy === 'string') return undefined
  return { everyNs: strategy.batch.every, max: strategy.batch.max }
}

export function complaintsOf(settings: Settings, given: FanOutParameters): Complaint[] {
  const { subscribers, rooms, slow } = given
  const complaints: Complaint[] = []
  const complain = (path: readonly string[], text: string) => complaints.push({ path, text })
  if (rooms > subscribers) {
    complain(['rooms'], `must not be above subscribers (${subscribers}), or a room has nobody in it; lower rooms`)
  }
  if (slow && slow.subscribers >= subscribers) {
    complain(
      ['slow', 'subscribers'],
      `must be below subscribers (${subscribers}): the others are what is measured; lower it`,
    )
  }
  const { policy, limitBytes } = bufferOf(settings, given)
  if (policy === 'block' && limitBytes < settings.highWaterBytes) {
    complain(
      ['buffer', 'limit'],
      `must not be below highWater (${settings.highWaterBytes} bytes) when the policy is block; raise it or lower highWater`,
    )
  }
  if (policy === 'none' && settings.load.model === 'saturate') {
    complain(
      ['buffer', 'policy'],
      'must not be none when the load is saturate, or the buffers grow without end; use block, drop or disconnect',
    )
  }
  return complaints
}
