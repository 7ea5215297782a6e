/** Every figure of every trial, for spreadsheets and data frames: RFC 4180, UTF-8, lines end with CRLF. */
import type { Chapter, FileReporter } from '../reporter.ts'
import { metricNames, metrics, type Result, type Trial } from '../result.ts'
import { pointName } from '../stats/cell.ts'
import { figureOf } from '../stats/figure.ts'
import { clean } from './format.ts'
import { titlesOf } from './titles.ts'

const HEAD = [
  'scenario',
  'subject',
  'transport',
  'point',
  'block',
  'order',
  'trial',
  'started_at',
  'duration_ns',
  'requested_per_s',
  'connections',
  'payload_bytes',
  'verdict',
  'doubts',
  'metric',
  'unit',
  'value',
] as const

/** What is before the metric, and the metric itself. */
const FIGURE_COLUMNS = 3

export const csvReporter: FileReporter = {
  render(chapters) {
    const titles = titlesOf(chapters)
    const rows = chapters.flatMap((chapter, index) => rowsOf(chapter, titles[index] ?? ''))
    return [HEAD, ...rows].map((cells) => `${cells.map(field).join(',')}\r\n`).join('')
  },
}

type Field = string | number | null

function rowsOf({ result }: Chapter, title: string): Field[][] {
  const named = [...metricNames.map((name) => ({ name, unit: metrics[name].unit })), ...result.scenario.figures]
  if (result.trials.length === 0) return [emptyRow(title, result)]
  return result.trials.flatMap((trial) => {
    const head = headOf(title, trial)
    // Whoever pivots the rows must not get figures that stand for nothing.
    if (trial.verdict === 'invalid' || trial.verdict === 'unsupported') return [[...head, null, null, null]]
    return named.map(({ name, unit }) => [...head, name, unit, figureOf(trial, name)])
  })
}

function headOf(title: string, trial: Trial): Field[] {
  const { id, subject, transport, point, block, order, startedAt, durationNs, verdict, load, payload } = trial
  const doubts = [...trial.reasons, ...trial.warnings].map(({ code }) => code)
  return [
    title,
    subject,
    transport,
    pointName(point),
    block,
    order,
    id,
    startedAt,
    durationNs,
    load.requestedPerSec,
    load.connections,
    payload.sizeBytes,
    verdict,
    [...new Set(doubts)].join(' '),
  ]
}

/** A result without trials says so in its only row. */
function emptyRow(title: string, { status, reasons }: Result): Field[] {
  const before = HEAD.length - FIGURE_COLUMNS - 2
  const why = reasons.map(({ code }) => code).join(' ') || 'nothing-measured'
  return [title, ...new Array<null>(before - 1).fill(null), status, why, ...new Array<null>(FIGURE_COLUMNS).fill(null)]
}

/** Text that a spreadsheet would take for a formula. */
const FORMULA = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/

/** Empty where there is no figure. Foreign text is never a formula: an apostrophe before it makes it text. */
function field(value: Field): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = clean(value ?? '')
  const defused = FORMULA.test(text) ? `'${text}` : text
  return /[",]/.test(defused) || defused !== defused.trim() ? `"${defused.replaceAll('"', '""')}"` : defused
}
