/** What a scenario may say: every key, its default and its limits. */
import { z } from 'zod'
import { minimumPayloadBytes, type PayloadKind } from '../message.ts'
import { LOAD_MODELS } from './draft.ts'
import { duration, mapping, rate, size, text, whole } from './fields.ts'
import { VARIABLE } from './matrix.ts'
import type { Catalog, Load, Subject } from './settings.ts'
import { parseThreshold } from './threshold.ts'

const MOST_SUBJECTS = 100
const MOST_THRESHOLDS = 100
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

const load = mapping(
  {
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
  },
  'must be a mapping with one of rate, inFlight and saturate; write it as in {rate: 2000/s}',
)
  .meta({ oneOf: LOAD_MODELS.map((model) => ({ required: [model] })) })
  .transform((value, context): Load => {
    const refuseKey = (path: string[], message: string) => {
      context.addIssue({ code: 'custom', path, message })
      return z.NEVER
    }
    const [model, second] = LOAD_MODELS.filter((key) => key in value)
    if (model === undefined)
      return refuseKey([], 'must have one of rate, inFlight and saturate; write it as in {rate: 2000/s}')
    if (second !== undefined)
      return refuseKey(
        [second],
        `cannot stand beside load.${model}; remove load.${second} to keep load.${model}, or the other way round`,
      )
    if (value.arrivals !== undefined && model !== 'rate')
      return refuseKey(['arrivals'], 'is for load.rate alone; remove it')
    if (value.rate !== undefined)
      return { model: 'open', ratePerSec: value.rate, arrivals: value.arrivals ?? 'uniform' }
    return value.inFlight === undefined ? { model: 'saturate' } : { model: 'closed', inFlight: value.inFlight }
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
            .describe('At least this many messages: an offered rate warms up for longer to send them.'),
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

const threshold = z
  .string({ error: 'must be text; write it as in "latency.p99 < 20ms"' })
  .transform((value, context) => {
    const parsed = parseThreshold(value)
    if (typeof parsed !== 'string') return parsed
    context.addIssue({ code: 'custom', message: parsed })
    return z.NEVER
  })

function subjects({ transports }: Catalog) {
  const use = z.enum(transports, { error: 'transport' }).describe('The transport to measure.')
  const subject = z.union(
    [
      use,
      mapping(
        { use, label: text(60, 'one line').optional().describe('Name of its column; the transport unless given.') },
        '',
      ),
    ],
    { error: 'must be a transport; write its name, or {use: ws, label: name}' },
  )
  const error = `must be a list of 1 to ${MOST_SUBJECTS} transports; write it as in [ws, tcp]`
  return z
    .array(subject, { error })
    .min(1, { error })
    .max(MOST_SUBJECTS, { error })
    .transform((items, context): Subject[] => {
      const all = items.map((item) =>
        typeof item === 'string'
          ? { label: item, transport: item }
          : { label: item.label ?? item.use, transport: item.use },
      )
      for (const [at, { label, transport }] of all.entries()) {
        if (all.findIndex((other) => other.label === label) === at) continue
        const message = `must have a label of its own; write it as in {use: ${transport}, label: another name}`
        context.addIssue({ code: 'custom', path: [at], message })
      }
      return all
    })
}

export function scenarioSchema(catalog: Catalog) {
  const variable = z.partialRecord(
    z.enum(VARIABLE),
    z.array(z.union([z.string(), z.number(), z.record(z.string(), z.unknown())])).min(1),
  )
  const thresholdsError = `must be a list of at most ${MOST_THRESHOLDS}; write it as in ["latency.p99 < 20ms"]`
  return mapping(
    {
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
      connections: whole(1, 1_000_000).default(1).describe('Connections of all client processes together.'),
      payload: payload.prefault(128).describe('Size of a message, or its size and kind.'),
      load: load
        .prefault({ inFlight: 1 })
        .describe('When messages are sent: exactly one of rate, inFlight and saturate.'),
      warmup: warmup
        .prefault('1s')
        .describe('What comes before the measurement: a time, or a time and a number of messages.'),
      duration: duration(MS, 24 * HOUR, 'from 1ms to 24h')
        .prefault('10s')
        .describe('How long each trial measures.'),
      blocks: whole(1, 1000).default(3).describe('How many times every transport is measured, in random order.'),
      seed: whole(0, 2 ** 32 - 1)
        .default(1)
        .describe('Of everything random: the order of trials, and arrivals.'),
      workers: whole(1, 256).optional().describe('Client processes; one less than there are cores unless given.'),
      timeout: duration(MS, HOUR, 'from 1ms to 1h').prefault('5s').describe('After this long a message is given up.'),
      highWater: size(1, 1024 * MIB, 'from 1B to 1GiB')
        .prefault('64KiB')
        .describe('From this many unsent bytes on a connection is full.'),
      vary: variable.optional().describe('Parameters to run through: every combination of the values is measured.'),
      thresholds: z
        .array(threshold, { error: thresholdsError })
        .max(MOST_THRESHOLDS, { error: thresholdsError })
        .default([])
        .describe('Conditions under which the run passes.'),
    },
    'must be a mapping of keys to values; write lines such as "workload: echo"',
  ).superRefine(({ workers, connections }, context) => {
    if (workers === undefined || workers <= connections) return
    const message = `must be at most the number of connections (${connections}); lower it or raise connections`
    context.addIssue({ code: 'custom', path: ['workers'], message })
  })
}

/** A scenario at one point, after defaults. */
export type ParsedScenario = z.output<ReturnType<typeof scenarioSchema>>

/** Of what people write, not of what becomes of it. */
export function jsonSchemaOf(schema: ReturnType<typeof scenarioSchema>): object {
  return { title: 'rtbench scenario', ...z.toJSONSchema(schema, { io: 'input' }) }
}
