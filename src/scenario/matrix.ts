/** `vary`: from lists of values to the points where every subject is measured. */
import { type Draft, overlap, placeOf, valueAt, withValue } from './draft.ts'
import type { Problem } from './problems.ts'
import { excerpt, quote } from './quote.ts'
import type { Point } from './settings.ts'
import { isMapping, type Path } from './source.ts'
import { suggest } from './suggest.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A cell is a subject at a point; each costs a trial a block. */
const MOST_CELLS = 1000
const MOST_AXES = 100

/** One point before it is validated. */
export interface DraftPoint {
  /** What was varied, as the user wrote it. */
  readonly at: Readonly<Record<string, string | number>>
  readonly draft: Draft
}

interface Axis {
  readonly name: string
  readonly path: Path
  readonly values: readonly unknown[]
}

/**
 * A copy in which a list in place of a value that may vary has become an entry of `vary`.
 * Where both are given, that is added to `problems`.
 */
export function withLevels(draft: Draft, variables: readonly string[], problems: Problem[]): Draft {
  const { vary = {} } = draft.value
  if (!isMapping(vary)) return draft
  const inOrder = Object.keys(draft.value).flatMap((key) =>
    variables.filter((name) => name === key || name.startsWith(`${key}.`)),
  )
  const listed = inOrder.filter((name) => Array.isArray(valueAt(draft, name.split('.'))))
  if (listed.length === 0) return draft
  for (const name of listed) {
    if (!Object.hasOwn(vary, name)) continue
    const text = `vary.${name} sets what the list of ${name} sets; remove one of them`
    problems.push({ ...placeOf(draft, ['vary', name], 'key'), text })
  }
  const levels = new Map(listed.map((name) => [name, name.split('.')] as const))
  const lists = Object.fromEntries([...levels].map(([name, path]) => [name, valueAt(draft, path)]))
  const rest = [...levels.values()].reduce(without, draft.value)
  return { ...draft, value: { ...rest, vary: { ...lists, ...vary } }, levels }
}

/** A mapping that has nothing else in it goes, too. */
function without(value: Readonly<Record<string, unknown>>, [first = '', ...rest]: readonly string[]) {
  const { [first]: inner, ...others } = value
  if (rest.length === 0 || !isMapping(inner)) return others
  const left: Record<string, unknown> = without(inner, rest)
  return Object.keys(left).length === 0 ? others : { ...value, [first]: left }
}

/**
 * All points of the draft, in the order of the file with the last parameter running fastest.
 * Whatever is wrong with `vary` is added to `problems`, and left out of the points.
 */
export function pointsOf(draft: Draft, { variables, refusalOf }: Vocabulary, problems: Problem[]): DraftPoint[] {
  const axes = axesOf(draft, variables, refusalOf, problems)
  const subjects = Array.isArray(draft.value.transports) ? Math.max(1, draft.value.transports.length) : 1
  const cells = axes.reduce((product, { values }) => product * values.length, subjects)
  if (cells > MOST_CELLS) {
    const text = `vary must give at most ${MOST_CELLS} cells (points times transports), got ${cells}; vary less`
    problems.push({ ...placeOf(draft, ['vary'], 'key'), text })
    axes.length = 0
  }
  const { vary: _, ...rest } = draft.value
  let points: DraftPoint[] = [{ at: {}, draft: { ...draft, value: rest } }]
  for (const { name, path, values } of axes) {
    points = points.flatMap((point) =>
      values.map((value, item) => ({
        at: { ...point.at, [name]: asWritten(value) },
        draft: withValue(point.draft, path, value, placeOf(draft, ['vary', name, item], 'value')),
      })),
    )
  }
  return points
}

function asWritten(value: unknown): string | number {
  return typeof value === 'number' ? value : inFlow(value)
}

/** On one line, as in a scenario: `{rate: 1000/s}`. */
function inFlow(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${inFlow(one)}`)
  return `{${entries.join(', ')}}`
}

function axesOf(
  draft: Draft,
  variables: Vocabulary['variables'],
  refusalOf: Vocabulary['refusalOf'],
  problems: Problem[],
): Axis[] {
  const { vary } = draft.value
  const complain = (path: Path, part: 'key' | 'value', text: string) => {
    problems.push({ ...placeOf(draft, path, part), text })
  }
  if (vary === undefined) return []
  if (!isMapping(vary)) {
    complain(['vary'], 'value', `vary must be a mapping, got ${quote(vary)}; write it as in {payload: [64, 1KiB]}`)
    return []
  }
  const axes: Axis[] = []
  for (const [name, values] of Object.entries(vary).slice(0, MOST_AXES)) {
    const path = name.split('.')
    const earlier = axes.find((axis) => overlap(axis.path, path))
    const shown = nameOf(draft, name)
    if (!variables.includes(name)) {
      const unknown = `unknown parameter ${quote(name)} to vary; ${suggest(name, variables)}`
      complain(['vary', name], 'key', refusalOf(name) ?? unknown)
    } else if (earlier !== undefined) {
      complain(['vary', name], 'key', `${shown} sets what ${nameOf(draft, earlier.name)} sets; remove one of them`)
    } else if (!Array.isArray(values) || values.length === 0) {
      complain(
        ['vary', name],
        'value',
        `${shown} must be a list of values, got ${quote(values)}; write it as in [1, 2]`,
      )
    } else axes.push({ name, path, values })
  }
  return axes
}

/** An entry of `vary`, as it stands in the file. */
function nameOf({ levels }: Draft, name: string): string {
  return levels.has(name) ? `the list of ${name}` : `vary.${excerpt(name)}`
}

/** Points that say one thing twice: `[1024, 1KiB]`, or a flag that sets what a varied mapping sets. */
export function twinsOf(points: readonly { readonly point: Point; readonly draft: Draft }[]): Problem[] {
  const seen = new Map<string, Point>()
  return points.flatMap(({ point, draft }) => {
    const key = JSON.stringify(point.settings)
    const twin = seen.get(key)
    seen.set(key, twin ?? point)
    if (twin === undefined) return []
    const text = `vary gives the same settings at ${quote(twin.at)} and at ${quote(point.at)}; leave one of them out`
    return [{ ...placeOf(draft, ['vary'], 'key'), text }]
  })
}
