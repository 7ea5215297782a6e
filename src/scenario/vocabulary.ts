/** What the scenarios of one workload may name, and what is said of names that only others know. */
import type { WorkloadSpec } from '../workload.ts'
import type { Draft } from './draft.ts'
import { problemsOf } from './issues.ts'
import { userError } from './problems.ts'
import { quote } from './quote.ts'
import type { Catalog } from './settings.ts'
import { variablesOf } from './variable.ts'

export interface Vocabulary {
  readonly workload: WorkloadSpec
  /** Paths that may vary. */
  readonly variables: readonly string[]
  /** What is wrong with a name that another workload has, and how to mend it; nothing for one that none has. */
  refusalOf(name: string): string | undefined
}

export function vocabularyOf(workload: WorkloadSpec, { workloads }: Catalog): Vocabulary {
  return {
    workload,
    variables: variablesOf(workload),
    refusalOf(name) {
      if (name === 'connections' && workload.withoutConnections !== undefined)
        return `connections cannot be set for ${workload.name}; ${workload.withoutConnections}`
      const [first = ''] = name.split('.')
      if (Object.hasOwn(workload.parameters, first)) return undefined
      const owners = workloads.filter(({ parameters }) => Object.hasOwn(parameters, first))
      if (owners.length === 0) return undefined
      const names = owners.map(({ name }) => name).join(', ')
      return `${quote(name)} belongs to the workload ${names}, and this is ${workload.name}; remove it`
    },
  }
}

/** @throws UserError when the draft names none: nothing else can be said of it then */
export function workloadOf(draft: Draft, { workloads }: Catalog): WorkloadSpec {
  const found = workloads.find(({ name }) => name === draft.value.workload)
  if (found !== undefined) return found
  const values = workloads.map(({ name }) => name)
  throw userError(problemsOf([{ code: 'invalid_value', path: ['workload'], message: 'workload', values }], draft))
}
