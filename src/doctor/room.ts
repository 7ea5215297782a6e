/** How much room there is: descriptors, ports, memory. */
import { bad, doubtful, type Finding, good, memory } from './condition.ts'
import { groupTexts, type Machine, optionalText } from './machine.ts'

/** A few thousand connections, with what each process needs beside them. */
const ENOUGH_DESCRIPTORS = 4096
const FEWEST_DESCRIPTORS = 512
const ENOUGH_PORTS = 16_384
const FEWEST_PORTS = 1024
const ENOUGH_BYTES = 2 ** 30
const FEWEST_BYTES = 256 * 2 ** 20
/** What control groups of the older kind say where there is no limit is larger than any memory. */
const NO_LIMIT_BYTES = 2 ** 60

export function descriptors(machine: Machine): Finding {
  const hard = machine.text('/proc/self/limits').match(/^Max open files\s+\S+\s+(\S+)/m)?.[1]
  if (hard === undefined) throw new Error('/proc/self/limits does not tell')
  const limit = hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard)
  const [inUse] = (optionalText(machine, '/proc/sys/fs/file-nr') ?? '').split(/\s+/)
  const found = `${hard} a process${inUse ? `, ${inUse} in use on the whole system` : ''}`
  if (limit >= ENOUGH_DESCRIPTORS) return good(found)
  const remedy = 'raise the limit with "ulimit -Hn 65536" (as root, or in /etc/security/limits.conf)'
  return limit < FEWEST_DESCRIPTORS ? bad(found, remedy) : doubtful(found, remedy)
}

export function ports(machine: Machine): Finding {
  const range = machine.text('/proc/sys/net/ipv4/ip_local_port_range').trim().split(/\s+/).map(Number)
  const [low = 0, high = -1] = range
  const sockets = optionalText(machine, '/proc/net/sockstat') ?? ''
  const [, inUse = 0, , waiting = 0] = (sockets.match(/^TCP: inuse (\d+) orphan (\d+) tw (\d+)/m) ?? []).map(Number)
  const free = high - low + 1 - inUse - waiting
  const found = `${low} to ${high}, ${inUse + waiting} sockets in use${waiting > 0 ? ` (${waiting} of them closed, and waiting)` : ''}`
  if (free >= ENOUGH_PORTS) return good(found)
  const remedy =
    'widen the range with "sysctl -w net.ipv4.ip_local_port_range=\'1024 65535\'" (as root), or wait a minute for closed ones'
  return free < FEWEST_PORTS ? bad(found, remedy) : doubtful(found, remedy)
}

/** @param swappedPages of late */
export function memoryRoom(machine: Machine, swappedPages: number): Finding {
  const info = machine.text('/proc/meminfo')
  const bytesOf = (name: string) =>
    Number(info.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'))?.[1] ?? Number.NaN) * 1024
  const available = bytesOf('MemAvailable')
  if (Number.isNaN(available)) throw new Error('/proc/meminfo does not tell what is available')
  const most = memoryLimit(machine)
  const room = Math.min(available, most)
  const swapped = bytesOf('SwapTotal') - bytesOf('SwapFree')
  const limited = most < machine.memoryBytes ? `, limited to ${memory(most)}` : ''
  const swap = swapped > 0 ? `, ${memory(swapped)} in swap` : ', no swap in use'
  const moving = swappedPages > 0 ? `, ${swappedPages} pages swapped in a second` : ''
  const found = `${memory(available)} of ${memory(machine.memoryBytes)} available${limited}${swap}${moving}`
  const remedy = 'end what else runs here, or switch swapping off with "swapoff -a" (as root)'
  if (room < FEWEST_BYTES) return bad(found, remedy)
  return room < ENOUGH_BYTES || swappedPages > 0 ? doubtful(found, remedy) : good(found)
}

function memoryLimit(machine: Machine): number {
  try {
    const limits = groupTexts(machine, 'memory.max', ['memory', 'memory.limit_in_bytes']).map(Number)
    const real = limits.filter((bytes) => bytes > 0 && bytes < NO_LIMIT_BYTES)
    return Math.min(Number.POSITIVE_INFINITY, ...real)
  } catch {
    // Where no control group tells, the memory of the machine is the limit.
    return Number.POSITIVE_INFINITY
  }
}
