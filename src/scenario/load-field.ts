/** `load`: when messages are sent, or which load is looked for. */
import { z } from 'zod'
import type { WorkloadSpec } from '../workload.ts'
import { LOAD_MODELS } from './draft.ts'
import { mapping, rate, share, whole } from './fields.ts'
import type { Load } from './settings.ts'
import { figuresOf, parseThreshold, type Threshold } from './threshold.ts'
import { ratePerSec } from './units.ts'
import { searchableBy } from './variable.ts'

const MOST_THRESHOLDS = 100

/** The key that chooses each model. */
const KEY_OF: Readonly<Record<Load['model'], string>> = { open: 'rate', closed: 'inFlight', saturate: 'saturate' }
const EXAMPLE_OF: Readonly<Record<Load['model'], string>> = {
  open: '{rate: 2000/s}',
  closed: '{inFlight: 1}',
  saturate: '{saturate: true}',
}

/** The keys of the models that a workload takes. */
export function modelKeys({ loads }: WorkloadSpec): string[] {
  return loads.map((model) => KEY_OF[model])
}

export function thresholdsField(workload: WorkloadSpec, fewest: number) {
  const figures = figuresOf(workload)
  const count = fewest === 0 ? `at most ${MOST_THRESHOLDS}` : `${fewest} to ${MOST_THRESHOLDS} conditions`
  const error = `must be a list of ${count}; write it as in ["latency.p99 < 20ms"]`
  const threshold = z
    .string({ error: 'must be text; write it as in "latency.p99 < 20ms"' })
    .transform((value, context): Threshold => {
      const parsed = parseThreshold(value, figures)
      if (typeof parsed !== 'string') return parsed
      context.addIssue({ code: 'custom', message: parsed })
      return z.NEVER
    })
  return z.array(threshold, { error }).min(fewest, { error }).max(MOST_THRESHOLDS, { error })
}

/** What stands under `load.search`; that both ends can be measured is seen only by trying. */
export function searchField(workload: WorkloadSpec) {
  const end = z.union([z.number(), z.string()], { error: 'must be a rate or a count; write it as in 100/s or 100' })
  return mapping(
    {
      over: z
        .enum(searchableBy(workload), { error: 'load to search over' })
        .describe('What is raised until the objective is missed.'),
      from: end.describe('Where the search begins: a load that should meet the objective.'),
      to: end.describe('Where it ends at the latest.'),
      slo: thresholdsField(workload, 1).describe('The objective: conditions that all have to hold.'),
      precision: share(0.001, 0.5, 'from 0.1 % to 50 %')
        .prefault('5 %')
        .describe('How close to the limit is close enough.'),
      confirm: whole(0, 20).default(2).describe('How many more trials have to confirm the load that was found.'),
    },
    'must be a mapping; write it as in {over: rate, from: 100/s, to: 100000/s, slo: ["latency.p99 < 10ms"]}',
  ).transform((value, context) => {
    const isRate = value.over === 'rate'
    const ends = (['from', 'to'] as const).map((key) => {
      const given = value[key]
      const parsed = isRate ? ratePerSec(String(given)) : Number.isSafeInteger(given) ? Number(given) : undefined
      if (parsed !== undefined) return parsed
      const message = isRate ? 'must be a rate; write it as in 2000/s' : 'must be a whole number; write it as in 100'
      context.addIssue({ code: 'custom', path: [key], message })
      return Number.NaN
    })
    const [from = Number.NaN, to = Number.NaN] = ends
    if (from >= to) {
      const message = `must be below load.search.to (${value.to}); lower it or raise load.search.to`
      context.addIssue({ code: 'custom', path: ['from'], message })
    }
    return { ...value, from, to, path: isRate ? ['load', 'rate'] : [value.over] }
  })
}

/** All models are known to every workload; one that it does not take is refused in words of its own. */
function loadShape(workload: WorkloadSpec) {
  return {
    rate: rate(1 / 3600, 1e7, 'from 1/h to 10000000/s')
      .optional()
      .describe('Open loop: messages sent in a time over all connections, whatever the replies do.'),
    arrivals: z
      .enum(['uniform', 'poisson'], { error: 'arrivals' })
      .optional()
      .describe('How the messages of a rate are spread; uniform unless given.'),
    inFlight: whole(1, 10_000).optional().describe('Closed loop: messages in flight on each connection.'),
    saturate: z
      .literal(true, { error: 'must be true; remove it to choose another load' })
      .optional()
      .describe('As many messages as go through.'),
    search: searchField(workload).optional().describe('The highest load that meets an objective is looked for.'),
  }
}

export function loadField(workload: WorkloadSpec) {
  const taken = modelKeys(workload)
  const listed = taken.length > 1 ? `one of ${taken.slice(0, -1).join(', ')} and ${taken.at(-1)}` : taken.join()
  const example = workload.loads.map((model) => EXAMPLE_OF[model])[0] ?? '{}'
  return mapping(loadShape(workload), `must be a mapping with ${listed}; write it as in ${example}`).transform(
    (value, context): Load => {
      const refuseKey = (path: string[], message: string) => {
        context.addIssue({ code: 'custom', path, message })
        return z.NEVER
      }
      const [model, second] = LOAD_MODELS.filter((key) => key in value)
      if (model === undefined) return refuseKey([], `must have ${listed}; write it as in ${example}`)
      if (second !== undefined)
        return refuseKey(
          [second],
          `cannot stand beside load.${model}; remove load.${second} to keep load.${model}, or the other way round`,
        )
      if (!taken.includes(model))
        return refuseKey([model], `is no load that ${workload.name} takes; it takes ${listed}, as in ${example}`)
      if (value.arrivals !== undefined && model !== 'rate')
        return refuseKey(['arrivals'], 'is for load.rate alone; remove it')
      if (value.rate !== undefined)
        return { model: 'open', ratePerSec: value.rate, arrivals: value.arrivals ?? 'uniform' }
      return value.inFlight === undefined ? { model: 'saturate' } : { model: 'closed', inFlight: value.inFlight }
    },
  )
}

/** Limits and units are checked; whether both ends can be measured is seen by trying. */
export type ParsedSearch = z.output<ReturnType<typeof searchField>>
