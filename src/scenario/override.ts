/** What the command line sets over the file. */

import { UserError } from '../errors.ts'
import { type Draft, overlap, type Place, withValue } from './draft.ts'
import { escapeText, excerpt, quote } from './quote.ts'
import { isForbiddenKey, isMapping, type Path, readFlagValue } from './source.ts'

export interface Override {
  /** `load.rate`, `thresholds.0`, `vary.load.rate` */
  readonly path: string
  /** Written like a value in the file. */
  readonly value: string
  /** As the user typed it, for errors: `--set load.rate=5`. */
  readonly flag: string
}

export interface Setting {
  readonly path: Path
  readonly value: unknown
  readonly place: Place
}

/** Line 0: flags come before the file, and are known by it. */
function placeOfFlag({ flag }: Override): Place {
  return { place: excerpt(flag, 100), line: 0, column: 0 }
}

/** @throws UserError for a path that cannot be one, or a value that is no YAML */
export function settingOf(override: Override): Setting {
  const place = placeOfFlag(override)
  const fail = (text: string): never => {
    throw new UserError(`${place.place}: ${text}`)
  }
  const steps = override.path.split('.')
  if (steps.some((step) => step === '')) {
    return fail(`the path must be keys with dots between them, got ${quote(override.path)}; write it as in load.rate`)
  }
  const forbidden = steps.find(isForbiddenKey)
  if (forbidden !== undefined) return fail(`the key ${quote(forbidden)} is not allowed; remove it`)
  // Parameters to vary have dots in their names.
  const [first = '', ...rest] = steps
  const path = first === 'vary' && rest.length > 0 ? [first, rest.join('.')] : steps
  return { path, value: readFlagValue(override.value, escapeText(place.place)), place }
}

/** A list in place of a value that may vary is short for a setting on `vary`. */
export function asLevels(setting: Setting, variables: readonly string[]): Setting {
  const name = setting.path.join('.')
  const isLevels = Array.isArray(setting.value) && variables.includes(name)
  return isLevels ? { ...setting, path: ['vary', name] } : setting
}

/** Settings on `vary` itself, over the file. */
export function withVary(draft: Draft, settings: readonly Setting[]): Draft {
  return settings
    .filter(({ path }) => path[0] === 'vary')
    .reduce((changed, { path, value, place }) => withValue(changed, path, value, place), draft)
}

/**
 * A parameter that the command line sets is no longer varied: the command line wins over the file.
 * @throws UserError when the command line itself sets and varies it
 */
export function withoutPinned(draft: Draft, settings: readonly Setting[]): Draft {
  const { vary, ...rest } = draft.value
  if (!isMapping(vary)) return draft
  const kept: [string, unknown][] = []
  for (const [name, values] of Object.entries(vary)) {
    const path = name.split('.')
    // A part of a varied mapping (payload.kind over vary.payload) leaves the rest of it varied.
    const pin = settings.find((setting) => setting.path.length <= path.length && overlap(setting.path, path))
    if (pin === undefined) kept.push([name, values])
    const varied = settings.find(({ path: [first, second] }) => first === 'vary' && (second ?? name) === name)
    if (pin !== undefined && varied !== undefined) {
      throw new UserError(`${pin.place.place}: sets what ${varied.place.place} varies; remove one of them`)
    }
  }
  return { ...draft, value: { ...rest, vary: Object.fromEntries(kept) } }
}

/** All other settings, over one point. */
export function withSettings(draft: Draft, settings: readonly Setting[]): Draft {
  return settings
    .filter(({ path }) => path[0] !== 'vary')
    .reduce((changed, { path, value, place }) => withValue(changed, path, value, place), draft)
}
