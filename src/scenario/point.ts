/** One point of the matrix, from a draft to settings that its workload can work with. */
import type { Values } from '../parameter.ts'
import type { Cast, Complaint, WorkloadSpec } from '../workload.ts'
import { type Draft, pathName, placeOf, valueAt } from './draft.ts'
import { complaintsOf, problemsOf } from './issues.ts'
import type { Problem } from './problems.ts'
import { quote } from './quote.ts'
import { MOST_CONNECTIONS, type ParsedScenario, scenarioSchema } from './schema.ts'
import type { Catalog, Settings } from './settings.ts'
import type { Vocabulary } from './vocabulary.ts'

export type PointRead =
  | { readonly parsed: ParsedScenario; readonly settings: Settings }
  | { readonly problems: readonly Problem[] }

/** The schema sees each point as a whole, because limits depend on one another. */
export function pointReader(catalog: Catalog, { workload, refusalOf }: Vocabulary): (draft: Draft) => PointRead {
  const schema = scenarioSchema(catalog, workload)
  return (draft) => {
    const { success, data, error } = schema.safeParse(draft.value)
    if (!success) return { problems: problemsOf(error.issues, draft, refusalOf) }
    const read = settingsOf(data, workload)
    if (Array.isArray(read)) return { problems: complaintsOf(read, draft, workload.parameters) }
    const late = lateFreezes(data, draft)
    return late.length > 0 ? { problems: late } : { parsed: data, settings: read }
  }
}

function settingsOf(parsed: ParsedScenario, workload: WorkloadSpec): Settings | Complaint[] {
  const parameters = parametersOf(parsed, workload)
  const given: Settings = {
    connections: parsed.connections ?? 0,
    payload: parsed.payload,
    load: parsed.load,
    warmupNs: parsed.warmup.time,
    warmupMessages: parsed.warmup.messages,
    durationNs: parsed.duration,
    timeoutNs: parsed.timeout,
    workers: parsed.workers ?? null,
    highWaterBytes: parsed.highWater,
    parameters,
  }
  const complaints = workload.check?.(given, parameters) ?? []
  if (complaints.length > 0) return complaints
  const casts = workload.cast(given, parameters)
  const connections = casts.reduce((sum, { channels }) => sum + channels, 0)
  if (parsed.connections !== undefined && parsed.connections !== connections)
    throw new Error(`${workload.name} casts ${connections} channels of ${parsed.connections} connections`)
  const wrong = [...tooMany(connections, workload), ...idleWorkers(given, casts)]
  return wrong.length > 0 ? wrong : { ...given, connections }
}

/** A server that is to freeze when nothing is measured any more. */
function lateFreezes({ transports, duration }: ParsedScenario, draft: Draft): Problem[] {
  return transports.flatMap(({ handicap }, index) => {
    if ((handicap?.freeze?.atNs ?? 0) < duration) return []
    const path = ['transports', index, 'server', 'handicap', 'freeze', 'at']
    const got = quote(valueAt(draft, path))
    const text = `${pathName(path)} must be before the end of duration, got ${got}; let it freeze earlier`
    return [{ ...placeOf(draft, path, 'value'), text }]
  })
}

/** The schema has checked each of them, by `parameterFields`. */
function parametersOf(parsed: ParsedScenario, { parameters }: WorkloadSpec): Values {
  const all: Readonly<Record<string, unknown>> = parsed
  return Object.fromEntries(
    Object.keys(parameters).flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
  ) as Values
}

function tooMany(connections: number, { name, withoutConnections }: WorkloadSpec): Complaint[] {
  if (connections >= 1 && connections <= MOST_CONNECTIONS) return []
  const text = `must come to 1 to ${MOST_CONNECTIONS} connections, and these settings of ${name} come to ${connections}`
  return [{ path: ['workload'], text: `${text}; ${withoutConnections ?? 'change what it counts'}` }]
}

/** A group has no more processes than connections. */
function idleWorkers({ workers, connections }: Settings, casts: readonly Cast[]): Complaint[] {
  const groups = casts.filter(({ processes }) => processes === 'workers')
  const most = Math.max(1, ...groups.map(({ channels }) => channels))
  if (workers === null || workers <= most) return []
  const text =
    most === connections
      ? `must be at most the number of connections (${most}); lower it or raise connections`
      : `must be at most the connections of the largest group of clients (${most}); lower it`
  return [{ path: ['workers'], text }]
}
