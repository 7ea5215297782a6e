/** From a file, and what the command line sets over it, to a validated scenario. */
import { basename } from 'node:path'
import type { Blocks, Gate, GateRules } from './gate.ts'
import { gateOf, rulesOf } from './scenario/compare.ts'
import { type Draft, draftOf, placeOf } from './scenario/draft.ts'
import { jsonSchemaOf } from './scenario/json-schema.ts'
import type { ParsedSearch } from './scenario/load-field.ts'
import { pointsOf, twinsOf, withLevels } from './scenario/matrix.ts'
import { asLevels, type Override, settingOf, withoutPinned, withSettings, withVary } from './scenario/override.ts'
import { pointReader } from './scenario/point.ts'
import { type Problem, refuse } from './scenario/problems.ts'
import { excerpt } from './scenario/quote.ts'
import type { ParsedScenario } from './scenario/schema.ts'
import { atEnd, readSearch, searchOf, straySearch, withoutSearch } from './scenario/search.ts'
import type { Catalog, Load, Point, Search, Settings, Subject } from './scenario/settings.ts'
import { isMapping, readSource } from './scenario/source.ts'
import type { NamedText } from './scenario/text-file.ts'
import type { Threshold } from './scenario/threshold.ts'
import { vocabularyOf, workloadOf } from './scenario/vocabulary.ts'

export type { Catalog, Load, NamedText, Override, Point, Search, Settings, Subject, Threshold }

export interface Scenario {
  readonly name: string
  readonly description?: string
  readonly workload: string
  readonly subjects: readonly Subject[]
  readonly blocks: Blocks
  readonly seed: number
  /** Never empty; exactly one without `vary`. */
  readonly points: readonly Point[]
  /** Then the points are at `search.from`, where the search begins, without saying so in `at`. */
  readonly search?: Search
  readonly thresholds: readonly Threshold[]
  /** The two subjects that are compared, and how; absent: none in particular. */
  readonly gate?: Gate
  /** The same without the two, for comparisons with stored results. */
  readonly rules: GateRules
  /** Of the file's bytes, in hex. */
  readonly sha256: string
  /** Plain JSON of everything after defaults and overrides. */
  readonly resolved: Readonly<Record<string, unknown>>
}

/** More than are shown, even when some are found at many points. */
const ENOUGH_PROBLEMS = 200

/** `scenarios/echo.yaml` -> `echo` */
function nameOf(file: string): string {
  return excerpt(basename(file).replace(/(?<=.)\.[^.]*$/, ''), 100)
}

/** How a scenario is going to be used. */
export interface Purpose {
  /** It is held against stored results: the settings of a comparison need no pair of subjects then. */
  readonly hasBaselines?: boolean
}

/**
 * @param from a file's path, or the text itself
 * @param overrides applied in order over the file, and over the values of `vary`
 * @throws UserError with everything that is wrong, one a line, each at its place or flag
 */
export function readScenario(
  from: string | NamedText,
  catalog: Catalog,
  overrides: readonly Override[] = [],
  { hasBaselines = false }: Purpose = {},
): Scenario {
  const source = readSource(from)
  const given = overrides.map(settingOf)
  const vocabulary = vocabularyOf(workloadOf(withSettings(draftOf(source), given), catalog), catalog)
  const settings = given.map((setting) => asLevels(setting, vocabulary.variables))
  const problems: Problem[] = []
  const leveled = withLevels(draftOf(source), vocabulary.variables, problems)
  const draft = withoutPinned(withVary(leveled, settings), settings)
  const whole = withSettings(draft, settings)
  const search = readSearch(whole, vocabulary, problems)
  const read = pointReader(catalog, vocabulary)
  const points: { point: Point; draft: Draft }[] = []
  let first: ParsedScenario | undefined
  for (const { at, draft: varied } of pointsOf(draft, vocabulary, problems)) {
    if (problems.length > ENOUGH_PROBLEMS) break
    const pointDraft = withSettings(varied, settings)
    problems.push(...straySearch(pointDraft, whole))
    const result = read(search ? atEnd(pointDraft, search, 'from') : withoutSearch(pointDraft, 'dropped'))
    if ('problems' in result) problems.push(...result.problems)
    else {
      first ??= result.parsed
      points.push({ point: { at, settings: result.settings }, draft: pointDraft })
    }
    const last = search && read(atEnd(pointDraft, search, 'to'))
    if (last && 'problems' in last) problems.push(...last.problems)
  }
  problems.push(...twinsOf(points))
  const settled = points.map(({ point }) => point)
  const gate = first && gateFor(whole, first, settled, hasBaselines, problems)
  refuse(problems)
  if (first === undefined) throw new Error('a scenario without problems has a point')

  const {
    name = nameOf(typeof from === 'string' ? from : from.name),
    description,
    workload,
    transports: subjects,
    seed,
    thresholds,
  } = first
  const blocks = { ...first.blocks, budgetNs: first.budget ?? null }
  const said = {
    name,
    ...(description === undefined ? {} : { description }),
    workload,
    subjects,
    blocks,
    seed,
    points: settled,
  }
  const searching = search && { search: searchOf(search, points, read) }
  const rules = rulesOf(first.compare, settled)
  const { metrics, ...rest } = rules
  const resolved = {
    ...said,
    thresholds: expressionsOf(thresholds),
    ...(search && { search: plain(search) }),
    ...(gate && { compare: { base: gate.base, head: gate.head, gate: metrics, ...rest } }),
  }
  return {
    ...said,
    ...searching,
    ...(gate && { gate }),
    rules,
    thresholds,
    sha256: source.sha256,
    resolved,
  }
}

function gateFor(
  draft: Draft,
  { compare, transports: subjects, budget }: ParsedScenario,
  points: readonly Point[],
  hasBaselines: boolean,
  problems: Problem[],
): Gate | undefined {
  const isSearch = isMapping(draft.value.load) && Object.hasOwn(draft.value.load, 'search')
  if (isSearch && budget !== undefined) {
    const text = 'budget cannot stand beside load.search, which has no blocks; remove it'
    problems.push({ ...placeOf(draft, ['budget'], 'key'), text })
  }
  return gateOf(draft, { compare, subjects, points, isSearch, hasBaselines }, problems)
}

function expressionsOf(thresholds: readonly Threshold[]): string[] {
  return thresholds.map(({ expression }) => expression)
}

function plain({ over, from, to, slo, precision, confirm }: ParsedSearch) {
  return { over, from, to, slo: expressionsOf(slo), precision, confirm }
}

/** What editors check a scenario with: JSON Schema, draft 2020-12. */
export function scenarioJsonSchema(catalog: Catalog): object {
  return jsonSchemaOf(catalog)
}
