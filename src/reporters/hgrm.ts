/**
 * Percentile distributions as HdrHistogram prints them, for its plotter and other tools: one subject at one point a file, because
 * a plotter takes every file for one line. Times are in milliseconds.
 * Format: `outputPercentileDistribution` of https://github.com/HdrHistogram/HdrHistogram, 5 ticks for each half distance.
 */
import type { Chapter, FileReporter, ReportPart } from '../reporter.ts'
import type { Result, Trial } from '../result.ts'
import { trialsAtCapacity } from '../stats/capacity.ts'
import { type Cell, cellsOf, pointName } from '../stats/cell.ts'
import { clean, cut, plural } from './format.ts'
import { type Distribution, merged } from './hdr.ts'
import { titlesOf } from './titles.ts'

const TICKS = 5
const NS_PER_MS = 1e6
const LONGEST_FILE_NAME = 60
const LONGEST_LINE = 200

export const hgrmReporter: FileReporter = {
  render: (chapters) =>
    partsOf(chapters)
      .map(({ text }) => text)
      .join('\n') || `${HEAD}\n\n#[No valid trial]\n`,
  parts: (chapters) => partsOf(chapters),
}

function partsOf(chapters: readonly Chapter[]): ReportPart[] {
  const titles = titlesOf(chapters)
  const all = chapters.flatMap(({ result }, index) =>
    cellsThatCount(result).map((cell) => {
      const where = pointName(cell.point)
      const own = `${cell.subject}${where && ` at ${where}`}`
      const title = titles[index] ?? ''
      return { name: chapters.length > 1 ? `${title} ${own}` : own, text: sectionOf(cell, `${title}: ${own}`) }
    }),
  )
  const taken = new Set<string>()
  return all.map(({ name, text }) => ({ name: fileNameOf(name, taken), text }))
}

/** In a search those at the capacity: beyond it a subject is expected to fail. */
function cellsThatCount({ capacities, trials }: Result): Cell[] {
  const counted = capacities.length > 0 ? trialsAtCapacity(capacities, trials) : trials
  return cellsOf(counted).filter(({ usable }) => usable.length > 0)
}

/** @param taken so far, in lower case, because some file systems do not tell case apart; gets the new one */
function fileNameOf(name: string, taken: Set<string>): string {
  const plain = name
    .replace(/[^\w.-]+/g, '-')
    .slice(0, LONGEST_FILE_NAME)
    .replace(/^[-.]+|[-.]+$/g, '')
  const base = plain || 'subject'
  let free = base
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${base}-${number}`
  taken.add(free.toLowerCase())
  return free
}

const HEAD = '       Value     Percentile TotalCount 1/(1-Percentile)'

function sectionOf({ usable }: Cell, title: string): string {
  const times = usable.every(({ latency }) => latency.response) ? 'response' : 'service'
  const histograms = usable.flatMap(({ latency }) => latency[times] ?? [])
  const whole = histograms.length === usable.length ? merged(histograms.map(({ hdr }) => hdr)) : null
  const name = cut(clean(title).slice(0, 4 * LONGEST_LINE), LONGEST_LINE)
  if (!whole) return `${HEAD}\n\n#[${name}: no histogram that can be read]\n`
  const missing = usable.reduce((sum, trial) => sum + missingOf(trial), 0)
  const due = whole.count + missing
  const lost = missing > 0 ? `, ${plural(missing, 'message')} never came and count as the slowest` : ''
  return [
    HEAD,
    '',
    ...linesOf(whole, due),
    ...footerOf(whole),
    `#[${name}: ${times} time in ms, merged histogram of ${plural(usable.length, 'trial')}${lost}]`,
    '',
  ].join('\n')
}

function missingOf({ counts: { expected, skipped, delivered, errors } }: Trial): number {
  const failed = Object.values(errors).reduce((sum, one) => sum + one, 0)
  return Math.max(0, expected + skipped + failed - delivered)
}

/** @param due samples that there should have been: without all of them there is no last line, at 100 % */
function linesOf({ values, counts, count }: Distribution, due: number): string[] {
  const lines: string[] = []
  let percentile = 0
  let seen = 0
  values.forEach((value, at) => {
    seen += counts[at] ?? 0
    while (percentile < 100 && (100 * seen) / due >= percentile) {
      const inverse = (1 / (1 - percentile / 100)).toFixed(2).padStart(14)
      lines.push(`${lineOf(value, percentile, seen)} ${inverse}`)
      percentile = next(percentile)
      // The highest value stands for every level above its first.
      if (seen === count) break
    }
  })
  return count === due ? [...lines, lineOf(values.at(-1) ?? 0, 100, count)] : lines
}

function lineOf(value: number, percentile: number, seen: number): string {
  const time = (value / NS_PER_MS).toFixed(6).padStart(12)
  return `${time} ${(percentile / 100).toFixed(12)} ${String(seen).padStart(10)}`
}

/** Half of what is left to 100 % is divided into so many ticks. */
function next(percentile: number): number {
  const halvings = Math.floor(Math.log2(100 / (100 - percentile))) + 1
  return percentile + 100 / (TICKS * 2 ** halvings)
}

function footerOf({ values, counts, count }: Distribution): string[] {
  const total = values.reduce((sum, value, at) => sum + value * (counts[at] ?? 0), 0)
  const mean = total / count
  const squares = values.reduce((sum, value, at) => sum + (value - mean) ** 2 * (counts[at] ?? 0), 0)
  const ms = (value: number) => (value / NS_PER_MS).toFixed(6).padStart(12)
  return [
    `#[Mean    = ${ms(mean)}, StdDeviation   = ${ms(Math.sqrt(squares / count))}]`,
    `#[Max     = ${ms(values.at(-1) ?? 0)}, Total count    = ${String(count).padStart(12)}]`,
    // Of every histogram in a result: 3 significant digits up to 2^52 ns.
    `#[Buckets = ${String(43).padStart(12)}, SubBuckets     = ${String(2048).padStart(12)}]`,
  ]
}
