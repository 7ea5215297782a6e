/** What a reconnect scenario may say, and what contradicts itself. */
import type { ParametersOf } from '../parameter.ts'
import type { Complaint, Host } from '../workload.ts'
import { dropTimes } from './reconnect-drops.ts'

export const parameters = {
  drop: {
    kind: 'group',
    always: true,
    text: 'How connections are lost.',
    keys: {
      by: {
        kind: 'choice',
        words: ['client', 'server', 'restart', 'freeze'],
        preset: 'client',
        text: 'What breaks them: clients cut them, the server does, the server process restarts, or a client process is stopped and falls silent.',
      },
      share: {
        kind: 'share',
        from: '0.1 %',
        to: '100 %',
        preset: '100 %',
        text: 'Of the connections, drawn anew each time; a restart takes all of them.',
      },
      every: {
        kind: 'duration',
        from: '10ms',
        to: '1h',
        preset: undefined,
        text: 'From one time to the next; once, in the middle of the window, unless given.',
      },
      down: {
        kind: 'duration',
        from: '1ms',
        to: '1h',
        preset: '500ms',
        text: 'How long no server is there (restart), or how long the client process is stopped (freeze).',
      },
    },
  },
  history: {
    kind: 'whole',
    from: 0,
    to: 100_000,
    preset: 1000,
    text: 'The youngest messages, so many, that the server keeps to replay them.',
  },
  backoff: {
    kind: 'group',
    always: true,
    text: 'How long a client waits before it comes back.',
    keys: {
      initial: { kind: 'duration', from: '1ms', to: '1h', preset: '50ms', text: 'Before the first attempt.' },
      max: { kind: 'duration', from: '1ms', to: '1h', preset: '2s', text: 'It doubles with each attempt, up to this.' },
      jitter: {
        kind: 'share',
        from: '0 %',
        to: '100 %',
        preset: '50 %',
        text: 'Of each wait, so much is left to chance, so that not all come back at once.',
      },
    },
  },
  heartbeat: {
    kind: 'group',
    always: false,
    text: 'Signs of life asked for by the transport’s own means; only they find a peer that fell silent.',
    keys: {
      every: { kind: 'duration', from: '10ms', to: '1h', preset: '200ms', text: 'From one to the next.' },
      missed: { kind: 'whole', from: 1, to: 100, preset: 2, text: 'A peer that misses so many in a row is dead.' },
    },
  },
} as const

export type ReconnectParameters = ParametersOf<typeof parameters>

export function complaintsOf(settings: Host['settings'], parameters: ReconnectParameters): Complaint[] {
  const { drop, backoff, heartbeat } = parameters
  const complaints: Complaint[] = []
  const add = (path: string, text: string) => complaints.push({ path: path.split('.'), text })
  if (drop.every !== undefined && drop.every >= settings.durationNs) {
    add('drop.every', 'must be below duration, else nothing drops; lower it or remove it')
  }
  if (backoff.max < backoff.initial) add('backoff.max', 'must be at least backoff.initial; raise it')
  if (drop.by === 'restart' || drop.by === 'freeze') {
    if (drop.every !== undefined && drop.down >= drop.every) {
      add('drop.down', 'must be below drop.every; lower it or raise drop.every')
    } else if ((dropTimes(settings, parameters).at(-1) ?? 0) + drop.down >= settings.durationNs) {
      add('drop.down', 'must end within duration; lower it or raise duration')
    }
  }
  if (drop.by === 'restart' && drop.share < 1) add('drop.share', 'cannot be set for a restart: it takes all; remove it')
  if (drop.by === 'freeze' && !heartbeat) {
    add('heartbeat', 'is needed with drop.by freeze; write it as in {every: 200ms, missed: 2}')
  }
  if (drop.by === 'freeze' && heartbeat && heartbeat.every * (heartbeat.missed + 1) > drop.down) {
    add('drop.down', 'must be longer than the heartbeats take to find it (every times missed + 1); raise it')
  }
  return complaints
}
