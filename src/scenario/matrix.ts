/** `vary`: from lists of values to the points where every subject is measured. */
import { type Draft, overlap, pathName, placeOf, withValue } from './draft.ts'
import type { Problem } from './problems.ts'
import { excerpt, quote } from './quote.ts'
import type { Point } from './settings.ts'
import { isMapping, type Path } from './source.ts'
import { suggest } from './suggest.ts'

/** A cell is a subject at a point; each costs a trial a block. */
const MOST_CELLS = 1000

/** What may differ between points. */
export const VARIABLE = [
  'connections',
  'payload',
  'payload.size',
  'payload.kind',
  'load',
  'load.rate',
  'load.arrivals',
  'load.inFlight',
  'warmup',
  'warmup.time',
  'warmup.messages',
  'duration',
  'timeout',
  'workers',
  'highWater',
] as const

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
 * All points of the draft, in the order of the file with the last parameter running fastest.
 * Whatever is wrong with `vary` is added to `problems`, and left out of the points.
 */
export function pointsOf(draft: Draft, problems: Problem[]): DraftPoint[] {
  const axes = axesOf(draft, problems)
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
  if (typeof value === 'number') return value
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function axesOf(draft: Draft, problems: Problem[]): Axis[] {
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
  for (const [name, values] of Object.entries(vary).slice(0, 2 * VARIABLE.length)) {
    const path = name.split('.')
    const earlier = axes.find((axis) => overlap(axis.path, path))
    const shown = `vary.${excerpt(name)}`
    if (!(VARIABLE as readonly string[]).includes(name)) {
      complain(['vary', name], 'key', `unknown parameter ${quote(name)} to vary; ${suggest(name, VARIABLE)}`)
    } else if (earlier !== undefined) {
      complain(['vary', name], 'key', `${shown} sets what ${pathName(['vary', earlier.name])} sets; remove one of them`)
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
