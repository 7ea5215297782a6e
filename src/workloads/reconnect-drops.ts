/** When connections drop, which ones, and what befalls whole processes. */
import type { Host, Incident, Window } from '../workload.ts'
import type { ReconnectParameters } from './reconnect-parameters.ts'

type Settings = Host['settings']

/** Instants within the window, from its start, at which connections drop, ns. */
export function dropTimes({ durationNs }: Settings, { drop }: ReconnectParameters): number[] {
  if (drop.every === undefined) return [durationNs / 2]
  const times: number[] = []
  for (let atNs = drop.every; atNs < durationNs; atNs += drop.every) times.push(atNs)
  return times
}

/** Calls `drop` whenever connections are to drop. */
export function atDropTimes(host: Host<ReconnectParameters>, { warmNs }: Window, drop: () => void): void {
  for (const atNs of dropTimes(host.settings, host.parameters)) host.after(warmNs + atNs - host.nowNs(), drop)
}

/** As many of them as `share` says, at least one, drawn by chance. */
export function drawn<T>(all: readonly T[], share: number, random: () => number): T[] {
  const rest = [...all]
  const count = Math.min(rest.length, Math.max(1, Math.round(rest.length * share)))
  return Array.from({ length: count }, (_, taken) => {
    const pick = taken + Math.floor(random() * (rest.length - taken))
    const one = rest[pick] as T
    rest[pick] = rest[taken] as T
    rest[taken] = one
    return one
  })
}

/** What befalls whole processes; the stopped one is of the first group. */
export function incidentsOf(settings: Settings, parameters: ReconnectParameters): Incident[] {
  const { by, down } = parameters.drop
  if (by === 'client' || by === 'server') return []
  return dropTimes(settings, parameters).map((atNs) =>
    by === 'restart'
      ? { kind: 'restart-server', atNs, downNs: down }
      : { kind: 'freeze-client', atNs, forNs: down, index: 0 },
  )
}
