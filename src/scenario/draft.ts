/** A scenario before it is validated: a plain value of which every part knows who set it, file or flag. */
import type { Problem } from './problems.ts'
import { isMapping, type Path, type Source } from './source.ts'

/** Where a problem is shown and sorted. */
export type Place = Omit<Problem, 'text'>

export interface Draft {
  readonly value: Readonly<Record<string, unknown>>
  readonly source: Source
  /** Who set what over the file, in order. */
  readonly setters: readonly { readonly path: Path; readonly place: Place }[]
  /** Entries of `vary` that stand in the file as lists in place of the values. */
  readonly levels: ReadonlyMap<string, Path>
}

/** The keys of `load` of which there is exactly one. */
export const LOAD_MODELS: readonly string[] = ['rate', 'inFlight', 'saturate']

/** A scalar in place of one of these mappings stands for this key of it. */
const SHORT_FOR: Readonly<Record<string, string>> = { payload: 'size', warmup: 'time' }

export function draftOf(source: Source): Draft {
  return { value: source.value, source, setters: [], levels: new Map() }
}

/** `load.rate`, `thresholds[0]` */
export function pathName(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('')
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((step, at) => String(path[at]) === String(step))
}

/** One of them decides about the other, too. */
export function overlap(a: Path, b: Path): boolean {
  const models = a[0] === 'load' && b[0] === 'load' && [a[1], b[1]].every((key) => LOAD_MODELS.includes(String(key)))
  return models || (a.length < b.length ? startsWith(b, a) : startsWith(a, b))
}

/** The last who set this path or something above it; failing that, the file; failing that, who set a part of it. */
export function placeOf(draft: Draft, path: Path, part: 'key' | 'value'): Place {
  const above = draft.setters.findLast((setter) => startsWith(path, setter.path))
  if (above !== undefined) return above.place
  const below = draft.source.has(path) ? undefined : draft.setters.findLast((setter) => startsWith(setter.path, path))
  if (below !== undefined && path.length > 0) return below.place
  const { line, column } = draft.source.positionOf(writtenAt(draft, path), part)
  return { place: `${draft.source.file}:${line}:${column}`, line, column }
}

/** Where in the file a path stands. */
function writtenAt({ source, levels }: Draft, path: Path): Path {
  const [first, name, ...rest] = path
  if (first !== 'vary') return path
  if (name === undefined) return source.has(path) ? path : ([...levels.values()][0] ?? path)
  const level = levels.get(String(name))
  return level === undefined ? path : [...level, ...rest]
}

export function valueAt(draft: Draft, path: Path): unknown {
  let value: unknown = draft.value
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

/**
 * A copy with one value set; mappings on the way are made. What `load.rate` and its kin set replaces the load of the
 * file, because a load has one model; but not what another flag set: two flags that contradict each other are an error,
 * which the schema finds.
 */
export function withValue(draft: Draft, path: Path, value: unknown, place: Place): Draft {
  const setAt = (within: unknown, at: number): unknown => {
    const step = path[at]
    if (step === undefined) return value
    if (Array.isArray(within) && /^\d+$/.test(String(step))) {
      const items: unknown[] = [...within]
      // One past the end appends; further would leave holes.
      const index = Math.min(Number(step), items.length)
      items[index] = setAt(items[index], at + 1)
      return items
    }
    const short = at === 1 ? SHORT_FOR[String(path[0])] : undefined
    let keys: Record<string, unknown> = {}
    if (isMapping(within)) keys = { ...within }
    else if (short !== undefined && within !== undefined) keys = { [short]: within }
    if (at === 1 && path[0] === 'load' && LOAD_MODELS.includes(String(step)))
      keys = withoutOtherModels(draft, keys, step)
    keys[step] = setAt(Object.hasOwn(keys, step) ? keys[step] : undefined, at + 1)
    return keys
  }
  const changed = setAt(draft.value, 0) as Record<string, unknown>
  return { ...draft, value: changed, setters: [...draft.setters, { path, place }] }
}

function withoutOtherModels(draft: Draft, load: Record<string, unknown>, model: string | number) {
  const stays = (key: string) => {
    if (key === model || key === 'search' || (key === 'arrivals' && model === 'rate')) return true
    const setter = draft.setters.findLast(({ path }) => startsWith(['load', key], path))
    // Line 0: a flag.
    return setter?.place.line === 0
  }
  return Object.fromEntries(Object.entries(load).filter(([key]) => stays(key)))
}
