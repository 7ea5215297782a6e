import { readFileSync } from 'node:fs'
import { platform } from 'node:os'

/** What this machine allows. */
export interface Limits {
  /** To one process. */
  readonly descriptors: number
  /** To one source address. */
  readonly ports: number
  /** Has the whole of 127.0.0.0/8 to connect from. */
  readonly isLinux: boolean
}

/** Both ends are in it. */
export interface PortRange {
  readonly low: number
  readonly high: number
}

/** Reads the limits; where the system does not tell, nothing is refused. */
export function readLimits(): Limits {
  return { descriptors: descriptorLimit(), ports: portCount(), isLinux: platform() === 'linux' }
}

/** The hard limit: Node raises its own soft limit to it. */
export function descriptorLimit(): number {
  const line = readOptional('/proc/self/limits')?.match(/^Max open files\s+(\S+)\s+(\S+)/m)
  const hard = Number(line?.[2])
  return Number.isFinite(hard) && hard > 0 ? hard : Number.POSITIVE_INFINITY
}

function portCount(): number {
  const range = sourcePorts()
  return range ? range.high - range.low + 1 : Number.POSITIVE_INFINITY
}

/** What the system gives a socket that connects and does not ask for a port, where it tells. */
export function sourcePorts(): PortRange | undefined {
  const [low, high] = (readOptional('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number)
  return low !== undefined && high !== undefined && high >= low ? { low, high } : undefined
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
