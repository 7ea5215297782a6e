/**
 * Ports for a server that goes and comes back. While nobody listens, clients try to connect, and each attempt is given a source
 * port: were the server's own among those the system gives, one could get that very port, and the successor not bind to it.
 */
import { randomInt } from 'node:crypto'
import type { PortRange } from './limits.ts'

/** What most systems give begins above; where this one does not tell, it is taken for one of them. */
const USUALLY: PortRange = { low: 32_768, high: 65_535 }
/** Below, ports need privileges. */
const LOWEST = 1024
const HIGHEST = 65_535
/** The nearest to the range are tried: lower down live the services that people know by number. */
const NEAREST = 16_384
const TRIES = 64

/**
 * Source ports that the system gives go in, where it tells.
 * @returns different ports that it gives to nobody, to be tried in turn; none where it may give all
 */
export function lastingPorts({ low, high }: PortRange = USUALLY): number[] {
  const below = { low: Math.max(LOWEST, low - NEAREST), high: low - 1 }
  const above = { low: Math.max(LOWEST, high + 1), high: HIGHEST }
  const { low: from, high: to } = below.high >= below.low ? below : above
  const count = Math.max(0, to - from + 1)
  // At random, that two runs at the same time hardly ever want the same one.
  const first = count > 0 ? randomInt(count) : 0
  return Array.from({ length: Math.min(TRIES, count) }, (_, index) => from + ((first + index) % count))
}
