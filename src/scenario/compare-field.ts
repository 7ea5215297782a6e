/** `compare`: which two subjects are compared, by what, and when a difference is one. */
import { z } from 'zod'
import { gatePresets } from '../gate.ts'
import { type Metric, metrics } from '../metric.ts'
import type { WorkloadSpec } from '../workload.ts'
import { mapping, share, text } from './fields.ts'
import { suggest } from './suggest.ts'

const MOST_GATED = 20

/** Only what has a better side, and a ratio, can be worse by a share; counts are for thresholds. */
function refusalOf(name: string, { unit, better }: Metric): string | undefined {
  if (unit === 'count')
    return `must be a figure that is compared by its ratio, and ${name} is a count; make it a threshold, as in "${name} == 0"`
  if (name.startsWith('sendLag.'))
    return `must be a figure of a subject, and ${name} is the generator's own; choose another, as in service.p50`
  if (better === 'none') return `must be a figure of which more or less is better, and ${name} is neither; remove it`
  return undefined
}

function metricField({ figures }: WorkloadSpec) {
  const known: ReadonlyMap<string, Metric> = new Map(Object.entries({ ...metrics, ...figures }))
  return z
    .string({ error: 'must be the name of a metric; write it as in service.p50' })
    .superRefine((name, context) => {
      const metric = known.get(name)
      const message = metric ? refusalOf(name, metric) : `must be a known metric; ${suggest(name, [...known.keys()])}`
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
}

export function compareField(workload: WorkloadSpec) {
  const label = text(60, 'one line').optional()
  const gateError = `must be a list of 1 to ${MOST_GATED} different metrics; write it as in [service.p50, cpu.serverPerMessageNs]`
  const gate = z
    .array(metricField(workload), { error: gateError })
    .min(1, { error: gateError })
    .max(MOST_GATED, { error: gateError })
    .refine((names) => new Set(names).size === names.length, { error: gateError })
  return mapping(
    {
      base: label.describe('Label of the subject that is the measure; base unless given.'),
      head: label.describe('Label of the subject that is judged by it; head unless given.'),
      gate: gate
        .optional()
        .describe('Metrics that can fail the run; by the load: service.p50 or throughput, and server CPU per message.'),
      minEffect: share(0.001, 0.5, 'from 0.1 % to 50 %')
        .prefault(gatePresets.minEffect)
        .describe('A smaller difference does not matter, however certain it is.'),
      detect: share(0.001, 1, 'from 0.1 % to 100 %')
        .optional()
        .describe('The slowdown to exclude before two are called the same; 10 %, or twice minEffect.'),
      sessionAllowance: share(0, 5, 'from 0 % to 500 %')
        .prefault(gatePresets.sessionAllowance)
        .describe('By so much separate runs of the same may differ.'),
      failOnInconclusive: z
        .boolean({ error: 'must be true or false; write one of them' })
        .default(gatePresets.failOnInconclusive)
        .describe('A gated metric that is not decided fails the run.'),
    },
    'must be a mapping; write it as in {base: old, head: new, minEffect: 5 %}',
  ).transform(({ detect, ...given }, context) => {
    const settled = { ...given, detect: detect ?? Math.max(gatePresets.detect, 2 * given.minEffect) }
    if (settled.detect >= settled.minEffect) return settled
    const message = `must not be below compare.minEffect (${given.minEffect}); raise it or lower compare.minEffect`
    context.addIssue({ code: 'custom', path: ['detect'], message })
    return z.NEVER
  })
}

export type ParsedCompare = z.output<ReturnType<typeof compareField>>
