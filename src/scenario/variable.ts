/** What may differ between points of the matrix, by paths with dots between the keys. */
import type { Parameters } from '../parameter.ts'
import type { WorkloadSpec } from '../workload.ts'

const OF_ALL = [
  'payload',
  'payload.size',
  'payload.kind',
  'load',
  'load.rate',
  'load.arrivals',
  'load.inFlight',
  'warmup',
  'warmup.time',
  'warmup.messages',
  'duration',
  'timeout',
  'workers',
  'highWater',
]

/** Of every workload's scenarios the same ones, and all that its parameters are made of. */
export function variablesOf({ parameters, withoutConnections }: WorkloadSpec): string[] {
  return [...(withoutConnections === undefined ? ['connections'] : []), ...OF_ALL, ...pathsOf(parameters, '')]
}

/**
 * Loads to search over: the rate, where there is one, and what is counted, the connections unless the workload counts
 * otherwise.
 */
export function searchableBy({ loads, parameters, withoutConnections }: WorkloadSpec): string[] {
  const counts = Object.keys(parameters).filter((name) => parameters[name]?.kind === 'whole')
  return [...(loads.includes('open') ? ['rate'] : []), ...(withoutConnections === undefined ? ['connections'] : counts)]
}

function pathsOf(parameters: Parameters, above: string): string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const path = above + name
    return 'keys' in parameter ? [path, ...pathsOf(parameter.keys, `${path}.`)] : [path]
  })
}
