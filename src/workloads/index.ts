import type { Workload } from '../workload.ts'
import { connect } from './connect.ts'
import { echo } from './echo.ts'
import { reconnect } from './reconnect.ts'

/** Every workload there is. A new one is a file beside this one and a line here. */
export const workloads: readonly Workload[] = [echo, connect, reconnect]

export const workloadNames: readonly string[] = workloads.map(({ name }) => name)

export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name)
  if (!found) throw new Error(`no workload is called ${name}`)
  return found
}
