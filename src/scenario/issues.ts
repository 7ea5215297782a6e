/** From what the schema library found to what the user reads. Knows the shape of its issues, not the library. */
import type { Parameters } from '../parameter.ts'
import type { Complaint } from '../workload.ts'
import { type Draft, pathName, placeOf, valueAt } from './draft.ts'
import type { Problem } from './problems.ts'
import { quote } from './quote.ts'
import type { Path } from './source.ts'
import { suggest } from './suggest.ts'

/**
 * One issue of the schema library. The schema writes its messages for this file:
 * `requirement; remedy` for a value, what is named for an enumeration, all known keys for unknown ones.
 */
export interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The unknown ones. */
  readonly keys?: readonly string[]
  /** Of an enumeration. */
  readonly values?: readonly unknown[]
  /** Of a union: what is wrong with each alternative. */
  readonly errors?: ReadonlyArray<readonly Issue[]>
}

/** More than are shown. */
const ENOUGH = 100

/** Of unknown keys in one mapping; a place and a suggestion for each of a hundred thousand would take minutes. */
const MOST_KEYS = 50

/** Keys that editors read and nobody has to be told of. */
const UNLISTED = /^\$/

/** What separates the known keys in the message of an issue about unknown ones. */
export const KEY_SEPARATOR = ' '

/**
 * @param ownerOf what is said of a key at the top that other workloads have
 * @param above path of the value in which the issues' own paths start
 * @returns what the user reads of all that is wrong with a draft
 */
export function problemsOf(
  issues: readonly Issue[],
  draft: Draft,
  ownerOf: (key: string) => string | undefined = () => undefined,
  above: Path = [],
): Problem[] {
  return telling(issues)
    .slice(0, ENOUGH)
    .flatMap((issue) => explain(issue, draft, above, ownerOf))
}

/** What a mapping lacks is what its unknown key was meant to be. */
function telling(issues: readonly Issue[]): Issue[] {
  const names = (code: string) => issues.filter((issue) => issue.code === code).map(({ path }) => path.join('.'))
  const unknown = new Set(names('unrecognized_keys'))
  return issues.filter(({ code, path }) => code !== 'custom' || !unknown.has(path.join('.')))
}

/** Whether an alternative of a union was tried in earnest: it found a mapping, or a name where it wants one. */
function looksInside({ code, path, keys }: Issue, value: unknown): boolean {
  return path.length > 0 || keys !== undefined || (code === 'invalid_value' && typeof value === 'string')
}

/** @param above path of the value in which the issue's own path starts */
function explain(issue: Issue, draft: Draft, above: Path, ownerOf: (key: string) => string | undefined): Problem[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  const value = valueAt(draft, path)

  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(KEY_SEPARATOR).filter((key) => !UNLISTED.test(key))
    const within = path.length === 0 ? '' : ` in ${pathName(path)}`
    return (issue.keys ?? []).slice(0, MOST_KEYS).map((key) => {
      const owner = path.length === 0 ? ownerOf(key) : undefined
      // In `{rate:5}` YAML sees one key and no value.
      const remedy = key.includes(':') ? 'put a space after its ":"' : suggest(key, known)
      return {
        ...placeOf(draft, [...path, key], 'key'),
        text: owner ?? `unknown key ${quote(key)}${within}; ${remedy}`,
      }
    })
  }
  // The alternative that was meant is the one that got so far as to look inside.
  const meant = issue.errors?.find((inner) => inner.some((each) => looksInside(each, value)))
  if (meant !== undefined) return telling(meant).flatMap((inner) => explain(inner, draft, path, ownerOf))

  const name = path.length === 0 ? 'the scenario' : pathName(path)
  const place = placeOf(draft, path, 'value')
  if (issue.code === 'invalid_value' && issue.values !== undefined && !issue.message.includes('; ')) {
    const known = issue.values.map(String)
    if (value === undefined) return [{ ...place, text: `${name} is missing; write one of ${known.join(', ')}` }]
    const all = `known are ${known.join(', ')}`
    if (typeof value !== 'string') return [{ ...place, text: `${name} must be a name, got ${quote(value)}; ${all}` }]
    const suggestion = suggest(value, known)
    const remedy = suggestion === all ? all : `${suggestion} ${all}`
    return [{ ...place, text: `unknown ${issue.message} ${quote(value)}; ${remedy}` }]
  }
  const { requirement, remedy } = parted(issue.message)
  if (value === undefined) return [{ ...place, text: `${name} is missing${remedy}` }]
  return [{ ...place, text: `${name} ${requirement}, got ${quote(value)}${remedy}` }]
}

/** What a workload says is wrong. A value that is not in the draft is a default, or what lacks. */
export function complaintsOf(complaints: readonly Complaint[], draft: Draft, parameters: Parameters): Problem[] {
  return complaints.map(({ path, text }) => {
    const { requirement, remedy } = parted(text)
    const given = valueAt(draft, path)
    const preset = given === undefined ? presetAt(parameters, path) : undefined
    const got =
      given !== undefined ? `, got ${quote(given)}` : preset !== undefined ? `, got ${quote(preset)} (its default)` : ''
    return { ...placeOf(draft, path, 'value'), text: `${pathName(path)} ${requirement}${got}${remedy}` }
  })
}

function presetAt(parameters: Parameters, [first = '', ...rest]: readonly string[]): unknown {
  const parameter = Object.hasOwn(parameters, first) ? parameters[first] : undefined
  if (parameter === undefined) return undefined
  if (rest.length > 0) return 'keys' in parameter ? presetAt(parameter.keys, rest) : undefined
  return 'preset' in parameter ? parameter.preset : undefined
}

/** `requirement; remedy` */
function parted(message: string): { requirement: string; remedy: string } {
  const [requirement = '', ...remedies] = message.split('; ')
  return { requirement, remedy: remedies.length === 0 ? '' : `; ${remedies.join('; ')}` }
}
