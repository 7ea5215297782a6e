/** `load.search`: read once, and then set into every point where a load is tried. */
import { type Draft, LOAD_MODELS, overlap, type Place, pathName, placeOf, valueAt, withValue } from './draft.ts'
import { problemsOf } from './issues.ts'
import { type ParsedSearch, searchField } from './load-field.ts'
import type { PointRead } from './point.ts'
import { type Problem, userError } from './problems.ts'
import type { Point, Search } from './settings.ts'
import { isMapping, type Path } from './source.ts'
import type { Vocabulary } from './vocabulary.ts'

const SEARCH: Path = ['load', 'search']

/** @returns nothing where the draft has none, or a wrong one: what is wrong with it is added to `problems` */
export function readSearch(draft: Draft, { workload }: Vocabulary, problems: Problem[]): ParsedSearch | undefined {
  const given = valueAt(draft, SEARCH)
  if (given === undefined) return undefined
  const { success, data, error } = searchField(workload).safeParse(given)
  const wrong = success ? contradictionsOf(draft, data) : problemsOf(error.issues, draft, undefined, SEARCH)
  problems.push(...wrong)
  return wrong.length > 0 ? undefined : data
}

/** What is searched over is neither given nor varied. */
function contradictionsOf(draft: Draft, { over, path }: ParsedSearch): Problem[] {
  const beside = over === 'rate' ? LOAD_MODELS.map((model) => ['load', model]) : [path]
  const given = beside.filter((one) => valueAt(draft, one) !== undefined)
  const { vary } = draft.value
  const varied = Object.keys(isMapping(vary) ? vary : {}).filter((name) => overlap(name.split('.'), path))
  return [
    ...given.map((one) => ({
      ...placeOf(draft, one, 'key'),
      text: `${pathName(one)} cannot stand beside load.search over ${over}, which sets it; remove one of them`,
    })),
    ...varied.map((name) => ({
      ...placeOf(draft, ['vary', name], 'key'),
      text: `${name} cannot vary beside load.search over ${over}, which sets it; remove one of them`,
    })),
  ]
}

/** A varied load may not bring a search of its own: there is one in a scenario. */
export function straySearch(draft: Draft, base: Draft): Problem[] {
  const [own, given] = [draft, base].map((one) => valueAt(one, SEARCH))
  if (own === undefined || JSON.stringify(own) === JSON.stringify(given)) return []
  const text = 'load.search cannot vary; write it under load itself, and vary what stands beside it'
  return [{ ...placeOf(draft, SEARCH, 'value'), text }]
}

/** @param base what stands beside the search; `dropped` where nothing can be said of it, because the search is wrong */
export function withoutSearch(draft: Draft, base: 'kept' | 'dropped'): Draft {
  const { load, ...others } = draft.value
  if (!isMapping(load) || !Object.hasOwn(load, 'search')) return draft
  const { search: _, ...beside } = load
  const isLoad = base === 'kept' && Object.keys(beside).length > 0
  return { ...draft, value: isLoad ? { ...draft.value, load: beside } : others }
}

/** The draft of one of its points at the beginning or the end of the search. */
export function atEnd(draft: Draft, search: ParsedSearch, end: 'from' | 'to'): Draft {
  return withLoadOf(draft, search, search[end], placeOf(draft, [...SEARCH, end], 'value'))
}

function withLoadOf(draft: Draft, { over, path }: ParsedSearch, value: number, place: Place): Draft {
  return withValue(withoutSearch(draft, 'kept'), path, asWritten(over, value), place)
}

/** As a user would write it. */
function asWritten(over: string, value: number): string | number {
  return over === 'rate' ? `${value}/s` : value
}

/** @param points each with its draft */
export function searchOf(
  parsed: ParsedSearch,
  points: ReadonlyArray<{ readonly point: Point; readonly draft: Draft }>,
  read: (draft: Draft) => PointRead,
): Search {
  const { path: _, ...said } = parsed
  const { over } = parsed
  const keyOf = ({ at: { [over]: _, ...varied } }: Point) => JSON.stringify(varied)
  const drafts = new Map(points.map(({ point, draft }) => [keyOf(point), draft]))
  return {
    ...said,
    pointAt(base, value) {
      const draft = drafts.get(keyOf(base))
      if (draft === undefined) throw new Error(`no point of the scenario is at ${JSON.stringify(base.at)}`)
      const result = read(withLoadOf(draft, parsed, value, placeOf(draft, SEARCH, 'key')))
      if ('problems' in result) throw userError(result.problems)
      return { at: { ...base.at, [over]: asWritten(over, value) }, settings: result.settings }
    },
  }
}
