/**
 * JUnit XML, as CI systems show it: a suite for each scenario; a test for each subject at each point, threshold and gated comparison.
 * Format: https://github.com/testmoapp/junitxml; what a reading says of it is in docs/reports.md.
 */
import type { Chapter, FileReporter } from '../reporter.ts'
import type { Capacity, Comparison, GateRecord, Result, ThresholdResult } from '../result.ts'
import { mayBearMore } from '../stats/capacity.ts'
import { type Cell, cellsOf, pointName } from '../stats/cell.ts'
import { change, changes, pairName } from '../stats/change.ts'
import { endingOf } from '../stats/status.ts'
import { clean, figure } from './format.ts'
import { titlesOf } from './titles.ts'

export const junitReporter: FileReporter = {
  render(chapters) {
    const titles = titlesOf(chapters)
    const suites = chapters.map((chapter, index) => ({ title: titles[index] ?? '', chapter, cases: casesOf(chapter) }))
    const all = suites.flatMap(({ cases }) => cases)
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="rtbench" ${totals(all)}>`,
      ...suites.flatMap(({ title, chapter, cases }) => suiteLines(title, chapter, cases)),
      '</testsuites>',
      '',
    ].join('\n')
  },
}

/** `failure`: measured, and not good enough. `error`: it cannot be said. `skipped`: nobody wanted to know, or nobody can. */
interface Case {
  readonly name: string
  readonly seconds: number
  readonly outcome?: { readonly kind: 'failure' | 'error' | 'skipped'; readonly type: string; readonly message: string }
  /** Doubts that fail nothing. */
  readonly remarks?: readonly string[]
}

function casesOf({ runs, result }: Chapter): Case[] {
  const subjects =
    result.capacities.length > 0 ? result.capacities.map(capacityCase) : cellsOf(result.trials).map(cellCase)
  const cases = [
    ...subjects,
    ...result.thresholds.map(thresholdCase),
    ...runs.flatMap(({ result: own }) =>
      own.comparisons.filter(({ gated }) => gated).map((one) => comparisonCase(one, own.gate)),
    ),
  ]
  const isTold = cases.some(({ outcome }) => outcome?.kind === 'failure' || outcome?.kind === 'error')
  return [...cases, ...runs.flatMap((run) => runCase(run.name, run.result, isTold))]
}

/** What ended a run; and a run that did not pass is never all green. */
function runCase(name: string, result: Result, isTold: boolean): Case[] {
  const { status, reasons } = result
  if (status === 'passed' || (isTold && status !== 'aborted')) return []
  const type = reasons[0]?.code ?? 'nothing-measured'
  const kind = status === 'failed' ? 'failure' : 'error'
  return [{ name: `run ${name}`, seconds: 0, outcome: { kind, type, message: endingOf(result) } }]
}

function nameOf({ subject, point }: Pick<Cell, 'subject' | 'point'>): string {
  const where = pointName(point)
  return `${subject}${where && ` at ${where}`}`
}

function cellCase(cell: Cell): Case {
  const { trials, verdict } = cell
  const seconds = trials.reduce((sum, { durationNs }) => sum + durationNs / 1e9, 0)
  const measured = { name: `${nameOf(cell)} is measured`, seconds }
  if (verdict === 'valid' || verdict === 'suspect') {
    const warnings = trials.flatMap((trial) => trial.warnings.map(({ code, message }) => `${code}: ${message}`))
    return warnings.length > 0 ? { ...measured, remarks: [...new Set(warnings)] } : measured
  }
  const reason = trials.find((trial) => trial.verdict === verdict)?.reasons[0]
  const kind = verdict === 'invalid' ? 'error' : 'skipped'
  const message = reason?.message ?? `${verdict} without a reason`
  return { ...measured, outcome: { kind, type: reason?.code ?? verdict, message } }
}

function capacityCase(one: Capacity): Case {
  const named = { name: `${nameOf(one)} has a capacity by ${one.over}`, seconds: 0 }
  if (one.state === 'found')
    return { ...named, remarks: [`${one.atLeast ? 'at least ' : ''}${figure(one.capacity, one.unit)}`] }
  const cause = one.curve.at(-1)?.causes[0]
  const isUnjudged = one.state === 'invalid' || (one.state === 'none' && mayBearMore(one))
  const kind = isUnjudged ? 'error' : one.state === 'none' ? 'failure' : 'skipped'
  const type = one.state === 'none' ? 'no-capacity' : (cause?.code ?? one.state)
  return { ...named, outcome: { kind, type, message: cause?.message ?? one.state } }
}

function thresholdCase({ expression, subject, point, status, actual, unit }: ThresholdResult): Case {
  const named = { name: `${nameOf({ subject, point })}: ${expression}`, seconds: 0 }
  const message = `${expression}: ${figure(actual, unit)}`
  if (status === 'fail') return { ...named, outcome: { kind: 'failure', type: 'threshold-failed', message } }
  if (status === 'no-data') return { ...named, outcome: { kind: 'error', type: 'threshold-no-data', message } }
  return named
}

function comparisonCase(one: Comparison, gate: GateRecord | null): Case {
  const { metric, point, verdict, ratio, ci95, note } = one
  const where = pointName(point)
  const name = `${pairName(one, 'against')}: ${metric}${where && ` at ${where}`}`
  const found = ratio === null ? 'no figure' : `${change(ratio)}${ci95 ? ` (${changes(ci95)})` : ''}`
  const message = `${verdict}, ${found}${note === null ? '' : `: ${note}`}`
  if (verdict === 'worse') return { name, seconds: 0, outcome: { kind: 'failure', type: 'regression', message } }
  if (verdict !== 'inconclusive') return { name, seconds: 0, remarks: [message] }
  const kind = gate?.failOnInconclusive ? 'failure' : 'skipped'
  return { name, seconds: 0, outcome: { kind, type: 'inconclusive', message } }
}

function totals(cases: readonly Case[]): string {
  const of = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0)
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}" time="${seconds.toFixed(3)}"`
}

function suiteLines(title: string, { result }: Chapter, cases: readonly Case[]): string[] {
  const began = result.trials.map(({ startedAt }) => startedAt).toSorted()[0]
  // The format has no time zone: it is UTC.
  const timestamp = began === undefined ? '' : ` timestamp="${escaped(began.replace(/(\.\d+)?Z$/, ''))}"`
  return [
    `  <testsuite name="${escaped(title)}" ${totals(cases)}${timestamp}>`,
    ...cases.flatMap((one) => caseLines(one, title)),
    '  </testsuite>',
  ]
}

function caseLines({ name, seconds, outcome, remarks = [] }: Case, title: string): string[] {
  const head = `    <testcase classname="${escaped(title)}" name="${escaped(name)}" time="${seconds.toFixed(3)}"`
  const inner = [
    ...(outcome ? [outcomeLine(outcome)] : []),
    ...(remarks.length > 0 ? [`      <system-out>${remarks.map(escaped).join('\n')}</system-out>`] : []),
  ]
  return inner.length > 0 ? [`${head}>`, ...inner, '    </testcase>'] : [`${head}/>`]
}

function outcomeLine({ kind, type, message }: NonNullable<Case['outcome']>): string {
  const typed = kind === 'skipped' ? '' : ` type="${escaped(type)}"`
  const text = kind === 'skipped' ? `${type}: ${message}` : message
  return `      <${kind}${typed} message="${escaped(text)}"/>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Fit for text and attributes. What XML 1.0 has no place for, control characters and U+FFFE and U+FFFF, is shown as its code. */
function escaped(text: string): string {
  return clean(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
