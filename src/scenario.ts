/** From a file, and what the command line sets over it, to a validated scenario. */
import { basename } from 'node:path'
import { type Draft, draftOf } from './scenario/draft.ts'
import { problemsOf } from './scenario/issues.ts'
import { pointsOf, twinsOf } from './scenario/matrix.ts'
import { type Override, settingOf, withoutPinned, withSettings, withVary } from './scenario/override.ts'
import { type Problem, refuse } from './scenario/problems.ts'
import { excerpt } from './scenario/quote.ts'
import { jsonSchemaOf, type ParsedScenario, scenarioSchema } from './scenario/schema.ts'
import type { Catalog, Load, Point, Search, Settings, Subject } from './scenario/settings.ts'
import { readSource } from './scenario/source.ts'
import type { Threshold } from './scenario/threshold.ts'

export type { Catalog, Load, Override, Point, Search, Settings, Subject, Threshold }

export interface Scenario {
  readonly name: string
  readonly description?: string
  readonly workload: string
  readonly subjects: readonly Subject[]
  readonly blocks: number
  readonly seed: number
  /** Never empty; exactly one without `vary`. */
  readonly points: readonly Point[]
  /** Then the points are at `search.from`, where the search begins, without saying so in `at`. */
  readonly search?: Search
  readonly thresholds: readonly Threshold[]
  /** Of the file's bytes, in hex. */
  readonly sha256: string
  /** Plain JSON of everything after defaults and overrides. */
  readonly resolved: Readonly<Record<string, unknown>>
}

/** More than are shown, even when some are found at many points. */
const ENOUGH_PROBLEMS = 200

function settingsOf(parsed: ParsedScenario): Settings {
  return {
    connections: parsed.connections,
    payload: parsed.payload,
    load: parsed.load,
    warmupNs: parsed.warmup.time,
    warmupMessages: parsed.warmup.messages,
    durationNs: parsed.duration,
    timeoutNs: parsed.timeout,
    workers: parsed.workers ?? null,
    highWaterBytes: parsed.highWater,
    parameters: {},
  }
}

/** `scenarios/echo.yaml` -> `echo` */
function nameOf(file: string): string {
  return excerpt(basename(file).replace(/(?<=.)\.[^.]*$/, ''), 100)
}

/**
 * @param overrides applied in order over the file, and over the values of `vary`
 * @throws UserError with everything that is wrong, one a line, each at its place or flag
 */
export function readScenario(file: string, catalog: Catalog, overrides: readonly Override[] = []): Scenario {
  const source = readSource(file)
  const settings = overrides.map(settingOf)
  const draft = withoutPinned(withVary(draftOf(source), settings), settings)
  const schema = scenarioSchema(catalog)
  const problems: Problem[] = []
  const points: { point: Point; draft: Draft }[] = []
  let first: ParsedScenario | undefined
  // The schema sees each point as a whole, because limits depend on one another (workers and connections).
  for (const { at, draft: varied } of pointsOf(draft, problems)) {
    if (problems.length > ENOUGH_PROBLEMS) break
    const pointDraft = withSettings(varied, settings)
    const { success, data, error } = schema.safeParse(pointDraft.value)
    if (success) {
      first ??= data
      points.push({ point: { at, settings: settingsOf(data) }, draft: pointDraft })
    } else problems.push(...problemsOf(error.issues, pointDraft))
  }
  problems.push(...twinsOf(points))
  refuse(problems)
  if (first === undefined) throw new Error('a scenario without problems has a point')

  const { name = nameOf(file), description, workload, transports: subjects, blocks, seed, thresholds } = first
  const said = {
    name,
    ...(description === undefined ? {} : { description }),
    workload,
    subjects,
    blocks,
    seed,
    points: points.map(({ point }) => point),
  }
  const expressions = thresholds.map(({ expression }) => expression)
  return { ...said, thresholds, sha256: source.sha256, resolved: { ...said, thresholds: expressions } }
}

/** What editors check a scenario with: JSON Schema, draft 2020-12. */
export function scenarioJsonSchema(catalog: Catalog): object {
  return jsonSchemaOf(scenarioSchema(catalog))
}
