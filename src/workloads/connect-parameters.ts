/** What a connect scenario may say, and which connections that comes to. */
import type { ParametersOf } from '../parameter.ts'
import type { Cast, Complaint, Host } from '../workload.ts'

export const parameters = {
  hold: {
    kind: 'duration',
    from: '0s',
    to: '24h',
    preset: undefined,
    text: 'How long a connection stays open after its first answer; to the end unless given.',
  },
  established: {
    kind: 'group',
    always: true,
    text: 'Connections that were there before, and what the storm does to them.',
    keys: {
      connections: { kind: 'whole', from: 0, to: 100_000, preset: 20, text: 'How many.' },
      rate: { kind: 'rate', from: '0.1/s', to: '1000000/s', preset: '500/s', text: 'Of the messages on all of them.' },
    },
  },
} as const

export type ConnectParameters = ParametersOf<typeof parameters>

type Settings = Host['settings']

/** The processes that open connections, and the one whose connections are there before. */
export const STORM = 'storm'
const WITNESS = 'witness'

/** Opening and closing take their time: beyond its `hold`, a connection counts as open for so long. */
const SLACK_NS = 1e9
/** Of arrivals by chance there may be more than expected, hardly ever by so many standard deviations. */
const DEVIATIONS = 6

/** How many connections the window can see opened. */
function openingsOf({ load, durationNs }: Settings): number {
  if (load.model !== 'open') return 0
  const mean = (load.ratePerSec * durationNs) / 1e9
  const spread = load.arrivals === 'poisson' ? DEVIATIONS * Math.sqrt(mean) : 0
  return Math.max(1, Math.ceil(mean + spread))
}

export function castOf(settings: Settings, { hold, established }: ConnectParameters): Cast[] {
  const channels = openingsOf(settings)
  const { load } = settings
  const atOnce =
    hold !== undefined && load.model === 'open'
      ? Math.min(channels, Math.ceil((load.ratePerSec * (hold + SLACK_NS)) / 1e9))
      : channels
  return [
    { group: STORM, channels, atOnce, processes: 'workers', sends: true },
    { group: WITNESS, channels: established.connections, processes: 'one', sends: true },
  ]
}

export function complaintsOf(settings: Settings, { established }: ConnectParameters): Complaint[] {
  if (established.connections === 0 || settings.warmupNs > 0) return []
  const text = 'must be above 0s: its second half is the calm that the storm is compared with; raise it'
  return [{ path: ['warmup'], text }]
}
