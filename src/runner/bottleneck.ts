import type { Role } from '../control.ts'
import { percent } from '../percent.ts'
import type { Trial } from '../result.ts'

/** A side whose event loop has no more than a tenth of its time to spare is a limit: it could not have done much more. */
const BUSY = 0.9
/** The other side, where one is at its limit, is at its own as well from here on. */
const NEARLY = 0.8
/** On a core for so much less than at work: something else had the core. */
const KEPT_FROM_CORE = 0.25
/** Below this share of the window there is no busy waiting to take out. */
const NO_SPIN = 0.01

type Process = Pick<
  Trial['processes'][number],
  'role' | 'cpuUserNs' | 'cpuSystemNs' | 'spinNs' | 'eventLoopUtilization'
>
export type Bottleneck = NonNullable<Trial['bottleneck']>

/** How the load went, as far as it says who was the limit. */
export interface LoadTaken {
  readonly model: Trial['load']['model']
  readonly durationNs: number
  /** An offered load that was not sent or not received on time, or sent late; null where all was on time. */
  readonly missed: string | null
  /** Others had so much of the machine that it shows; null where they had not. */
  readonly crowded: string | null
}

/** How busy one process was: shares of the window. */
interface Business {
  /** Its event loop, without busy waiting. */
  readonly loop: number
  /** On a core, without busy waiting. */
  readonly core: number
}

/**
 * Who was the limit of what was measured: from how busy the event loops were, busy waiting taken out, since a process runs its
 * JavaScript on one of them. Of several client processes the busiest counts: the load is dealt out evenly.
 */
export function bottleneckOf(
  processes: readonly Process[],
  { model, durationNs, missed, crowded }: LoadTaken,
): Bottleneck {
  const server = busiest(processes, 'server', durationNs)
  const client = busiest(processes, 'client', durationNs)
  if (!server || !client) {
    return { who: 'unknown', because: `nobody knows how busy the ${server ? 'client' : 'server'} was` }
  }
  const who = whoOf(server, client)
  const shares = `its event loop was ${percent(who === 'client' ? client.loop : server.loop)} busy, the ${who === 'client' ? "server's" : "client's"} ${percent(who === 'client' ? server.loop : client.loop)}`
  if (who === 'client' || who === 'server') {
    const kept = keptFromCore(who === 'client' ? client : server)
    const follows = who === 'client' ? 'the server could do more' : 'the client could ask for more'
    return { who, because: `the ${who} was the limit (${shares}${kept}): ${follows}` }
  }
  const both = `event loops ${percent(server.loop)} busy on the server, ${percent(client.loop)} on the client`
  if (who === 'both') return { who, because: `server and client were both at their limit (${both})` }
  if (missed === null && model === 'open') {
    return { who, because: `neither side was the limit: both had time to spare (${both})` }
  }
  if (crowded !== null) return { who: 'unknown', because: `who was the limit is not known: ${crowded} (${both})` }
  if (model === 'closed') {
    return { who, because: `neither side was the limit: the messages in flight set the pace (${both})` }
  }
  if (model === 'saturate') return { who, because: `neither side was the limit: back-pressure set the pace (${both})` }
  const starved = Math.max(server.loop - server.core, client.loop - client.core) > KEPT_FROM_CORE
  const why = starved ? 'other work of the machine kept them from a core' : 'neither was busy all the time'
  return { who: 'unknown', because: `${missed}, and ${why} (${both})` }
}

function whoOf(server: Business, client: Business): 'server' | 'client' | 'both' | 'neither' {
  if (Math.max(server.loop, client.loop) < BUSY) return 'neither'
  if (Math.min(server.loop, client.loop) >= NEARLY) return 'both'
  return server.loop > client.loop ? 'server' : 'client'
}

function busiest(processes: readonly Process[], role: Role, durationNs: number): Business | undefined {
  const own = processes.filter((one) => one.role === role).map((one) => businessOf(one, durationNs))
  if (own.some((one) => one === undefined)) return undefined
  return own.filter((one) => one !== undefined).toSorted((one, other) => other.loop - one.loop)[0]
}

function businessOf(process: Process, durationNs: number): Business | undefined {
  const { cpuUserNs, cpuSystemNs, spinNs, eventLoopUtilization: loop } = process
  if (loop === null || durationNs <= 0) return undefined
  const core = (cpuUserNs + cpuSystemNs) / durationNs
  const spin = spinNs / durationNs
  if (spin < NO_SPIN) return { loop: Math.min(1, loop), core }
  // Busy waiting is at work, too, while it is kept from a core: there only the CPU time tells waiting from working.
  return { loop: Math.max(0, Math.min(1, loop, core) - spin), core: Math.max(0, core - spin) }
}

function keptFromCore({ loop, core }: Business): string {
  return loop - core > KEPT_FROM_CORE ? `, though it had a core for ${percent(core)} only` : ''
}
