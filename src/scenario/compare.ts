/** From `compare`, the subjects and the loads of a scenario to its gate. */
import { type Gate, type GateRules, gatedMetrics, gatePresets, isOffered } from '../gate.ts'
import type { ParsedCompare } from './compare-field.ts'
import { type Draft, placeOf } from './draft.ts'
import type { Problem } from './problems.ts'
import { quote } from './quote.ts'
import type { Point, Subject } from './settings.ts'
import type { Path } from './source.ts'
import { suggest } from './suggest.ts'

/** What a comparison goes by, whoever is compared. */
export function rulesOf(compare: ParsedCompare | undefined, points: readonly Point[]): GateRules {
  const model = points[0]?.settings.load.model ?? 'open'
  return {
    metrics: compare?.gate ?? gatedMetrics(model),
    minEffect: compare?.minEffect ?? gatePresets.minEffect,
    detect: compare?.detect ?? gatePresets.detect,
    sessionAllowance: compare?.sessionAllowance ?? gatePresets.sessionAllowance,
    failOnInconclusive: compare?.failOnInconclusive ?? gatePresets.failOnInconclusive,
  }
}

export interface Compared {
  readonly compare: ParsedCompare | undefined
  readonly subjects: readonly Subject[]
  readonly points: readonly Point[]
  readonly isSearch: boolean
  /** Held against stored results, too: the settings of a comparison need no pair of subjects then. */
  readonly hasBaselines: boolean
}

/** @returns nothing where no two are compared; what is wrong is added to `problems` */
export function gateOf(
  draft: Draft,
  { compare, subjects, points, isSearch, hasBaselines }: Compared,
  problems: Problem[],
): Gate | undefined {
  const labels = subjects.map(({ label }) => label)
  const [base, head] = [compare?.base ?? 'base', compare?.head ?? 'head']
  const isPair = labels.includes(base) && labels.includes(head)
  const isNamed = compare?.base !== undefined || compare?.head !== undefined
  const complain = (path: Path, text: string): undefined => {
    problems.push({ ...placeOf(draft, path, 'value'), text })
    return undefined
  }
  if (compare === undefined && !isPair && !hasBaselines && meansPair(labels))
    return complain(
      ['transports'],
      'transports are compared where they are labelled base and head; write the labels so, or say who is meant as in compare: {base: old, head: new}',
    )
  if (compare === undefined && (!isPair || isSearch)) return undefined
  if (isSearch)
    return complain(['compare'], 'compare cannot stand beside load.search, whose loads differ; remove one of them')
  if (!isPair && !isNamed && hasBaselines) return undefined
  for (const [key, label] of [
    ['base', base],
    ['head', head],
  ] as const) {
    if (labels.includes(label)) continue
    const given = compare?.[key] !== undefined
    const path = given ? ['compare', key] : ['compare']
    const got = given ? quote(label) : `"${label}" (its default)`
    complain(path, `compare.${key} must be the label of a subject, got ${got}; ${suggest(label, labels)}`)
  }
  if (!isPair) return undefined
  if (base === head)
    return complain(
      ['compare', 'head'],
      `compare.head must be another subject than compare.base, got ${quote(head)}; name two different ones`,
    )
  const models = new Set(points.map(({ settings }) => settings.load.model))
  if (compare?.gate === undefined && models.size > 1)
    return complain(
      ['compare'],
      'compare.gate is missing, and needed where the kind of load varies; write it as in [cpu.serverPerMessageNs]',
    )
  const rules = rulesOf(compare, points)
  const offered = rules.metrics.findIndex(isOffered)
  if (models.has('open') && offered >= 0)
    return complain(
      ['compare', 'gate', offered],
      `compare.gate cannot take ${rules.metrics[offered]} under an offered rate, which sets it; choose another, as in service.p50`,
    )
  return { base, head, ...rules }
}

/** A gate that was meant and is not there would pass without a word. */
function meansPair(labels: readonly string[]): boolean {
  const plain = labels.map((label) => label.trim().toLowerCase())
  return plain.includes('base') && plain.includes('head')
}
