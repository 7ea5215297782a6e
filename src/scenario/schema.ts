/** What a scenario may say: every key, its default and its limits. */
import { z } from 'zod'
import { minimumPayloadBytes, type PayloadKind } from '../message.ts'
import type { WorkloadSpec } from '../workload.ts'
import { blocksField, budgetField } from './blocks-field.ts'
import { compareField } from './compare-field.ts'
import { duration, mapping, size, text, whole } from './fields.ts'
import { serverField } from './handicap-field.ts'
import { loadField, thresholdsField } from './load-field.ts'
import { optionFields } from './option-fields.ts'
import { parameterFields } from './parameter-fields.ts'
import type { Catalog, Subject } from './settings.ts'

/** Of all client processes of a trial together. */
export const MOST_CONNECTIONS = 1_000_000
const MOST_SUBJECTS = 100
const MIB = 2 ** 20
const MS = 1e6
const HOUR = 3600e9
const KINDS: readonly PayloadKind[] = ['text', 'json', 'binary']
const SMALLEST_BYTES = Math.min(...KINDS.map((kind) => minimumPayloadBytes(kind)))

const payloadSize = size(SMALLEST_BYTES, 16 * MIB, `from ${SMALLEST_BYTES}B (the message header) to 16MiB`)
const payload = z
  .union(
    [
      payloadSize,
      mapping(
        {
          size: payloadSize.prefault(128).describe('Size of a whole message, in bytes or with a unit.'),
          kind: z.enum(KINDS, { error: 'payload kind' }).default('text').describe('What the messages are made of.'),
        },
        'must be a mapping; write it as in {size: 1KiB, kind: json}',
      ),
    ],
    {
      error: `must be a size from ${SMALLEST_BYTES}B (the message header) to 16MiB; write it as in 128, 16KiB or {size: 1KiB, kind: json}`,
    },
  )
  .transform((value, context) => {
    const { size: sizeBytes, kind } = typeof value === 'number' ? { size: value, kind: 'text' as const } : value
    const least = minimumPayloadBytes(kind)
    if (sizeBytes >= least) return { sizeBytes, kind }
    const path = typeof value === 'number' ? [] : ['size']
    context.addIssue({
      code: 'custom',
      path,
      message: `must be at least ${least}B for ${kind} (header and frame); raise it`,
    })
    return z.NEVER
  })

/** Cold code looks like a slow transport; more would make rare messages wait for minutes. */
const WARMUP_MESSAGES = 200
const warmupTime = duration(0, HOUR, 'from 0s to 1h')
const warmup = z
  .union(
    [
      warmupTime,
      mapping(
        {
          time: warmupTime.prefault('1s').describe('At least this long.'),
          messages: whole(0, 1e9)
            .default(WARMUP_MESSAGES)
            .describe(
              'At least this many messages: an offered rate warms up for longer to send them, elsewhere fewer are warned of.',
            ),
        },
        'must be a mapping; write it as in {time: 1s, messages: 200}',
      ),
    ],
    { error: 'must be a time from 0s to 1h; write it as in 1s or {time: 1s, messages: 200}' },
  )
  // 0s alone means no warm-up at all, nor any messages of it.
  .transform((value) =>
    typeof value === 'number' ? { time: value, messages: value === 0 ? 0 : WARMUP_MESSAGES } : value,
  )

function subjects(catalog: Catalog) {
  const { transports } = catalog
  const { shape, ownOf } = optionFields(catalog)
  const use = z.enum(transports, { error: 'transport' }).describe('The transport to measure.')
  const subject = mapping(
    {
      use,
      label: text(60, 'one line').optional().describe('Name of its column; the transport unless given.'),
      server: serverField,
      ...shape,
    },
    '',
  ).transform(({ use, label = use, server, ...given }, context): Subject => {
    const { options, foreign } = ownOf(use, given)
    for (const { key, message } of foreign) context.addIssue({ code: 'custom', path: [key], message })
    const handicap = server?.handicap
    return { label, transport: use, ...(options && { options }), ...(handicap && { handicap }) }
  })
  const item = z.union([use, subject], { error: 'must be a transport; write its name, or {use: ws, label: name}' })
  const error = `must be a list of 1 to ${MOST_SUBJECTS} transports; write it as in [ws, tcp]`
  return z
    .array(item, { error })
    .min(1, { error })
    .max(MOST_SUBJECTS, { error })
    .transform((items, context): Subject[] => {
      const all = items.map((item): Subject => {
        if (typeof item !== 'string') return item
        const { options } = ownOf(item, {})
        return { label: item, transport: item, ...(options && { options }) }
      })
      for (const [at, { label, transport }] of all.entries()) {
        if (all.findIndex((other) => other.label === label) === at) continue
        const message = `must have a label of its own; write it as in {use: ${transport}, label: another name}`
        context.addIssue({ code: 'custom', path: [at], message })
      }
      return all
    })
}

/** The keys that every workload's scenarios have. */
export function sharedShape(catalog: Catalog, workload: WorkloadSpec) {
  const { name, withoutConnections, defaultLoad } = workload
  const connections =
    withoutConnections === undefined
      ? whole(1, MOST_CONNECTIONS).default(1)
      : z.never({ error: `cannot be set for ${name}; ${withoutConnections}` }).optional()
  return {
    $schema: z.unknown().optional().describe('For editors; ignored.'),
    name: text(100, 'one line').optional().describe('Name in reports; the name of the file unless given.'),
    description: text(2000, 'lines').optional().describe('What the scenario is for.'),
    workload: z
      .enum(
        catalog.workloads.map(({ name }) => name),
        { error: 'workload' },
      )
      .describe('The shape of the traffic.'),
    transports: subjects(catalog).describe('What is compared: transports, or transports with labels.'),
    connections: connections.describe('Connections of all client processes together.'),
    payload: payload.prefault(128).describe('Size of a message, or its size and kind.'),
    load: loadField(workload)
      .prefault(defaultLoad)
      .describe('When messages are sent: one of rate, inFlight and saturate, or a search for the highest load.'),
    warmup: warmup
      .prefault('1s')
      .describe('What comes before the measurement: a time, or a time and a number of messages.'),
    duration: duration(MS, 24 * HOUR, 'from 1ms to 24h')
      .prefault('10s')
      .describe('How long each trial measures.'),
    blocks: blocksField()
      .prefault(3)
      .describe('How many times every transport is measured, in random order; auto: until the intervals are narrow.'),
    budget: budgetField().describe('No further block is begun that would not end within this time.'),
    compare: compareField(workload)
      .optional()
      .describe('Two subjects that are compared; without it those labelled base and head.'),
    seed: whole(0, 2 ** 32 - 1)
      .default(1)
      .describe('Of everything random: the order of trials, and arrivals.'),
    workers: whole(1, 256).optional().describe('Client processes; one less than there are cores unless given.'),
    timeout: duration(MS, HOUR, 'from 1ms to 1h').prefault('5s').describe('After this long a message is given up.'),
    highWater: size(1, 1024 * MIB, 'from 1B to 1GiB')
      .prefault('64KiB')
      .describe('From this many unsent bytes on a connection is full.'),
    vary: z
      .record(z.string(), z.array(z.unknown()).min(1))
      .optional()
      .describe(
        'Values to run through: every combination of them is measured. A list in place of a value says the same.',
      ),
    thresholds: thresholdsField(workload, 0).default([]).describe('Conditions under which the run passes.'),
  }
}

/** The keys that only one workload has. @param shared what all have */
export function ownShape({ name, parameters }: WorkloadSpec, shared: readonly string[]) {
  const taken = shared.find((key) => Object.hasOwn(parameters, key))
  if (taken !== undefined) throw new Error(`the parameter ${taken} of ${name} has the name of a common key`)
  return parameterFields(parameters)
}

/** Everything that a scenario of one workload may say. */
export function scenarioSchema(catalog: Catalog, workload: WorkloadSpec) {
  const shared = sharedShape(catalog, workload)
  const shape: typeof shared = { ...ownShape(workload, Object.keys(shared)), ...shared }
  const barred = workload.withoutConnections === undefined ? [] : ['connections']
  return mapping(shape, 'must be a mapping of keys to values; write lines such as "workload: echo"', barred)
}

/** A scenario at one point, after defaults; the workload's parameters stand beside these keys. */
export type ParsedScenario = z.output<ReturnType<typeof scenarioSchema>>
