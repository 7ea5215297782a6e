import type { Heartbeat, Traits } from '../transport.ts'
import type { Conclusion, Evidence, FigureSpec, Pair } from '../workload.ts'
import { type Census, compare, joined, numbersOf, sizeOf } from './idle-census.ts'
import { heartbeatOf, type IdleParameters } from './idle-parameters.ts'
import type { Registered } from './idle-registry.ts'

/** What one client process found. */
export type ClientView = {
  readonly census: Census
  /** From when to when it connected, on the run's clock. */
  readonly connecting: Pair
  /** Messages that came by connections that nothing was sent to. */
  readonly strays: number
  /** Why the first one that was lost was closed. */
  readonly closedBecause?: string
}

/** Ranges that a sentence names. */
const NAMED = 5

export const figures = {
  'memory.serverPerConnection': {
    head: 'server/conn',
    unit: 'bytes',
    better: 'lower',
    rank: 'essential',
    text: 'Memory that the server process grew by from before connecting until all had settled, for one connection.',
  },
  'memory.clientPerConnection': {
    head: 'client/conn',
    unit: 'bytes',
    better: 'lower',
    rank: 'essential',
    text: 'The same of all client processes.',
  },
  survivors: {
    head: 'alive',
    unit: 'share',
    better: 'higher',
    rank: 'essential',
    text: 'Connections that were open on both sides at the end, of those asked for.',
  },
  'dead.byServer': {
    head: 'found dead',
    unit: 'count',
    better: 'none',
    rank: 'full',
    text: 'Clients that missed their heartbeats and were cut; no figure where the server cannot find out.',
  },
  'dead.byClient': {
    head: 'server found dead',
    unit: 'count',
    better: 'none',
    rank: 'extra',
    text: 'Connections whose client found the server silent, and cut them.',
  },
  'establish.p50': {
    head: 'connect p50',
    unit: 'ns',
    better: 'lower',
    rank: 'full',
    text: 'Time to establish one connection.',
    of: ['establish', 'p50'],
  },
  'establish.p99': {
    head: 'connect p99',
    unit: 'ns',
    better: 'lower',
    rank: 'full',
    text: 'Time to establish one connection.',
    of: ['establish', 'p99'],
  },
  'connect.rate': {
    head: 'connects/s',
    unit: 'connections/s',
    better: 'higher',
    rank: 'full',
    text: 'Connections established a second, `connectRate` at the most.',
  },
  'cpu.serverIdle': {
    head: 'server idle CPU',
    unit: 'share',
    better: 'lower',
    rank: 'full',
    text: 'CPU of the server process while measuring, as a share of one core, without busy waiting.',
  },
  'cpu.clientIdle': {
    head: 'client idle CPU',
    unit: 'share',
    better: 'lower',
    rank: 'full',
    text: 'The same of all client processes.',
  },
  'memory.server': {
    head: 'server memory',
    unit: 'bytes',
    better: 'lower',
    rank: 'extra',
    text: 'Memory that the server process grew by from before connecting until all had settled.',
  },
  'memory.client': {
    head: 'client memory',
    unit: 'bytes',
    better: 'lower',
    rank: 'extra',
    text: 'The same of all client processes.',
  },
} as const satisfies Readonly<Record<string, FigureSpec>>

/** Compares the server's registry with what the clients saw, and weighs what a connection costs. */
export function conclude(evidence: Evidence<IdleParameters>): Conclusion {
  const { settings, traits, reports } = evidence
  const heartbeat = heartbeatOf(evidence.parameters)
  const server = reports.find(({ role }) => role === 'server')
  const registered = server?.part.found as Registered | undefined
  const views = reports.filter(({ role }) => role === 'client').map(({ part }) => part.found as unknown as ClientView)
  const client = joined(views.map(({ census }) => census))
  const shared = {
    figures: figuresOf(evidence, registered, client, views, heartbeat),
    notes: notesOf(traits, heartbeat),
  }
  if (!registered) return { ...shared, details: { clients: client } }

  const differing = compare(registered.census, client)
  const both = openOnBoth(registered.census, client)
  const lost = settings.connections - both
  const { strangers, twice, census, ...seen } = registered
  const problems: string[] = []
  if (sizeOf(differing.server) > 0) {
    problems.push(`the server holds connections open that its clients do not: ${named(differing.server)}`)
  }
  if (sizeOf(differing.client) > 0) {
    problems.push(`clients hold connections open that the server does not: ${named(differing.client)}`)
  }
  if (sizeOf(twice) > 0) problems.push(`more than one connection said that it was ${named(twice)}`)
  if (strangers > 0) problems.push(`${strangers} connections did not say which of the clients' they were`)
  const strays = views.reduce((sum, view) => sum + view.strays, 0)
  if (strays > 0) problems.push(`${strays} messages came to connections that were sent none`)
  const because = causeOf(registered.census, client, views)
  return {
    ...shared,
    problems,
    ...(lost > 0 ? { lost: { count: lost, ...(because === undefined ? {} : { because }) } } : {}),
    details: {
      registry: { ...census, ...seen },
      clients: client,
      differing,
      heartbeat: heartbeat ? { ...heartbeat, finds: traits.heartbeat } : null,
    },
  }
}

function figuresOf(
  { settings, traits, reports }: Evidence<IdleParameters>,
  registered: Registered | undefined,
  client: Census,
  views: readonly ClientView[],
  heartbeat: Heartbeat | undefined,
): Record<string, number | null> {
  const of = (role: 'server' | 'client') => {
    const usages = reports.filter((report) => report.role === role).map(({ usage }) => usage)
    const open = sizeOf((role === 'server' ? registered?.census : client)?.open ?? [])
    const grown = usages.reduce<number | null>((sum, { heldBeforeBytes, heldSettledBytes }) => {
      const known = sum !== null && heldBeforeBytes !== null && heldSettledBytes !== null
      return known ? sum + heldSettledBytes - heldBeforeBytes : null
    }, 0)
    const cpuNs = usages.reduce((sum, one) => sum + one.cpuUserNs + one.cpuSystemNs - one.spinNs, 0)
    const memory = usages.length > 0 ? grown : null
    return {
      memory,
      perConnection: memory !== null && open > 0 ? memory / open : null,
      cpu: usages.length > 0 ? Math.max(0, cpuNs) / settings.durationNs : null,
    }
  }
  const [onServer, onClient] = [of('server'), of('client')]
  const began = Math.min(...views.map(({ connecting }) => connecting[0]))
  const ended = Math.max(...views.map(({ connecting }) => connecting[1]))
  return {
    'memory.server': onServer.memory,
    'memory.client': onClient.memory,
    'memory.serverPerConnection': onServer.perConnection,
    'memory.clientPerConnection': onClient.perConnection,
    'cpu.serverIdle': onServer.cpu,
    'cpu.clientIdle': onClient.cpu,
    'connect.rate': ended > began ? settings.connections / ((ended - began) / 1e9) : null,
    survivors: registered ? openOnBoth(registered.census, client) / settings.connections : null,
    'dead.byServer': heartbeat && traits.heartbeat === 'both' && registered ? sizeOf(registered.census.dead) : null,
    'dead.byClient': heartbeat && traits.heartbeat !== 'none' ? sizeOf(client.dead) : null,
  }
}

function openOnBoth(server: Census, client: Census): number {
  const there = new Set(numbersOf(client.open))
  return numbersOf(server.open).filter((number) => there.has(number)).length
}

/** What nobody could find out, where heartbeats were asked for. */
function notesOf({ heartbeat: finds }: Traits, heartbeat: Heartbeat | undefined): string[] {
  if (!heartbeat || finds === 'both') return []
  return finds === 'none'
    ? ['without heartbeats, neither side can find out that its peer fell silent']
    : ['heartbeats go from the server to its clients alone, so that it cannot find out that a client fell silent']
}

function causeOf(server: Census, client: Census, views: readonly ClientView[]): string | undefined {
  const [byServer, byClient] = [sizeOf(server.dead), sizeOf(client.dead)]
  if (byServer + byClient > 0) return `found dead by heartbeat: ${byServer} by the server, ${byClient} by the clients`
  return views.find(({ closedBecause }) => closedBecause !== undefined)?.closedBecause
}

/** `3-7, 12` */
function named(ranges: readonly Pair[]): string {
  const texts = ranges.slice(0, NAMED).map(([from, to]) => (to - from === 1 ? `${from}` : `${from}-${to - 1}`))
  return ranges.length > NAMED ? `${texts.join(', ')}, …` : texts.join(', ')
}
