/** What an idle scenario may say, and what that comes to. */
import type { ParametersOf } from '../parameter.ts'
import type { Heartbeat } from '../transport.ts'

export const parameters = {
  connectRate: {
    kind: 'rate',
    preset: '2000/s',
    from: '100/s',
    to: '100000/s',
    text: 'Connections that all clients together open a second, at the most.',
  },
  probes: {
    kind: 'whole',
    preset: 100,
    from: 1,
    to: 1_000_000,
    text: 'Connections that get the messages of the load, spread evenly over all; the others get none.',
  },
  heartbeat: {
    kind: 'group',
    always: false,
    text: 'Signs of life by the transport’s own means; a peer that misses them is dead, and cut.',
    keys: {
      every: { kind: 'duration', preset: '1s', from: '10ms', to: '1h', text: 'How often a sign of life is asked for.' },
      missed: { kind: 'whole', preset: 2, from: 1, to: 100, text: 'So many missed in a row, and the peer is dead.' },
    },
  },
} as const

export type IdleParameters = ParametersOf<typeof parameters>

export function heartbeatOf({ heartbeat }: IdleParameters): Heartbeat | undefined {
  return heartbeat && { everyMs: heartbeat.every / 1e6, missed: heartbeat.missed }
}

/** The connections that get probes, spread evenly: source n of the load is the nth of them. */
export function sampleOf(connections: number, { probes }: IdleParameters): number[] {
  const size = Math.min(connections, probes)
  return Array.from({ length: size }, (_, index) => Math.floor((index * connections) / size))
}
