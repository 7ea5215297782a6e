import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { UserError } from '../errors.ts'
import type { Scenario, Settings } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import { warmupNsOf } from './plan.ts'

/** Descriptors a process needs beside its channels: standard streams, control, epoll, timers, and a reserve, because near the limit even reading one's own memory use fails. */
const RESERVED_DESCRIPTORS = 128

/** What this machine allows one process, and one source address. */
export interface Limits {
  readonly descriptors: number
  readonly ports: number
}

/** Client processes of a trial: as the scenario says, else one for every core but the server's. */
export function workersOf({ workers, connections }: Settings): number {
  return Math.min(workers ?? Math.max(1, availableParallelism() - 1), connections)
}

/** Reads the limits; where the system does not tell, nothing is refused. */
export function readLimits(): Limits {
  return { descriptors: descriptorLimit(), ports: portCount() }
}

/** The hard limit: Node raises its own soft limit to it. */
export function descriptorLimit(): number {
  const line = readOptional('/proc/self/limits')?.match(/^Max open files\s+(\S+)\s+(\S+)/m)
  const hard = Number(line?.[2])
  return Number.isFinite(hard) && hard > 0 ? hard : Number.POSITIVE_INFINITY
}

function portCount(): number {
  const [low, high] = (readOptional('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number)
  return low !== undefined && high !== undefined && high >= low ? high - low + 1 : Number.POSITIVE_INFINITY
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** @throws UserError before anything starts, when a point of the matrix needs more than there is */
export function checkResources(scenario: Scenario, traitsOf: (transport: string) => Traits, limits: Limits): void {
  for (const { settings } of scenario.points) {
    checkWarmup(scenario, settings)
    for (const { label, transport } of scenario.subjects) {
      checkOne(scenario, label, settings, traitsOf(transport).socketsPerChannel, limits)
    }
  }
}

/** A warm-up by number of messages gets long at a low rate; beyond this it is hardly what was meant. */
const LONGEST_WARMUP_NS = 3600e9

function checkWarmup({ name }: Scenario, settings: Settings): void {
  const warmupNs = warmupNsOf(settings)
  if (warmupNs <= LONGEST_WARMUP_NS) return
  throw new UserError(
    `${name}: ${settings.warmupMessages} messages of warm-up take ${Math.round(warmupNs / 60e9)} minutes at this rate, the limit is 60; lower warmup.messages`,
  )
}

function checkOne(
  scenario: Scenario,
  label: string,
  settings: Settings,
  socketsPerChannel: number,
  limits: Limits,
): void {
  const { connections } = settings
  const sockets = connections * socketsPerChannel
  // The server holds all of them; no client process holds more.
  const server = sockets + RESERVED_DESCRIPTORS
  const asked = `${scenario.name}: ${connections} connections over ${label}`
  const each = socketsPerChannel > 1 ? ` (${socketsPerChannel} sockets a connection)` : ''
  if (server > limits.descriptors) {
    const most = Math.floor((limits.descriptors - RESERVED_DESCRIPTORS) / socketsPerChannel)
    throw new UserError(
      `${asked} need ${server} file descriptors in the server process${each}, and there are ${limits.descriptors}; ` +
        `raise the limit with "ulimit -Hn ${server}" (as root, or in /etc/security/limits.conf), or ask for at most ${most} connections`,
    )
  }
  if (sockets > limits.ports) {
    throw new UserError(
      `${asked} need ${sockets} local ports${each}, and there are ${limits.ports}; ` +
        'widen the range with "sysctl -w net.ipv4.ip_local_port_range=\'1024 65535\'", or ask for fewer connections',
    )
  }
}
