/** Latency by percentile as text: each nine takes the same width, each subject has a glyph, and no colour is needed. */
import type { Result } from '../result.ts'
import { cellsOf, pointKey, pointName } from '../stats/cell.ts'
import { cut, duration, plural, widthOf, wrap } from './format.ts'
import { valuesAt } from './html/hdr.ts'
import { SAMPLES_BEYOND, type Samples, samplesOf } from './samples.ts'

/** Narrower, it would be no more than a few dots. */
const FEWEST_COLUMNS = 48
const MOST_COLUMNS = 76
const ROWS = 10
/** So many points of a matrix have a chart; the HTML report has them all. */
const MOST_CHARTS = 2
const UNICODE = { glyphs: '●◆▲■○◇△□', side: '│', tick: '┤', corner: '└', line: '─', mark: '┴' }
const ASCII = { glyphs: 'ox+*#@%&', side: '|', tick: '+', corner: '+', line: '-', mark: '+' }
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const NINES = [
  ['p50', 2],
  ['p90', 10],
  ['p99', 100],
  ['p99.9', 1e3],
  ['p99.99', 1e4],
  ['p99.999', 1e5],
] as const

export interface Chart {
  readonly title: string
  readonly lines: readonly string[]
}

interface Canvas {
  readonly columns: number
  readonly ascii: boolean
}

/** One for each point; none of a search, whose trials are of different loads. @param result with clean texts */
export function chartsOf({ trials, scenario, capacities }: Result, canvas: Canvas): Chart[] {
  if (canvas.columns < FEWEST_COLUMNS || capacities.length > 0) return []
  const order = ({ cell }: Samples) => scenario.subjects.indexOf(cell.subject)
  const samples = cellsOf(trials)
    .filter(({ verdict }) => verdict === 'valid' || verdict === 'suspect')
    .flatMap(samplesOf)
    .filter(({ due }) => due > SAMPLES_BEYOND)
    .toSorted((one, other) => order(one) - order(other))
  const keys = [...new Set(scenario.points.map(pointKey))]
  const charts = keys.flatMap((key) => {
    const here = samples.filter(({ cell }) => pointKey(cell.point) === key)
    return here.length > 0 ? [chartOf(here, canvas)] : []
  })
  return charts.length > MOST_CHARTS ? [] : charts
}

function chartOf(samples: readonly Samples[], { columns, ascii }: Canvas): Chart {
  const signs = ascii ? ASCII : UNICODE
  const furthest = Math.max(...samples.map(({ due }) => due)) / SAMPLES_BEYOND
  const lines = samples.slice(0, LETTERS.length)
  const values = (width: number) => lines.map((one) => curveOf(one, width, furthest))
  const known = values(MOST_COLUMNS)
    .flat()
    .filter((value) => value !== null)
  const [low, high] = boundsOf(known)
  const rowOf = (value: number) => Math.round((Math.log(value / low) / Math.log(high / low)) * (ROWS - 1))
  const labels = labelsOf(low, high, rowOf)
  const gutter = Math.max(...[...labels.values()].map(widthOf))
  const width = Math.min(columns, MOST_COLUMNS) - gutter - 2
  const glyphs = lines.length > signs.glyphs.length ? LETTERS : signs.glyphs
  const cells = drawn(
    values(width).map((curve) => curve.map((value) => (value === null ? null : rowOf(value)))),
    glyphs,
  )
  const plot = Array.from({ length: ROWS }, (_, down) => {
    const row = ROWS - 1 - down
    const label = labels.get(row)
    return `${(label ?? '').padStart(gutter)} ${label ? signs.tick : signs.side}${cells[row] ?? ''}`.trimEnd()
  })
  const trials = new Set(lines.map(({ cell }) => cell.usable.length))
  const [most] = [...trials].toSorted((one, other) => other - one)
  const of = trials.size === 1 ? plural(most ?? 0, 'trial') : `up to ${plural(most ?? 0, 'trial')}`
  const name = pointName(lines[0]?.cell.point ?? {})
  return {
    title: `Latency by percentile${name && `, ${name}`}: all messages of ${of}`,
    lines: [
      ...plot,
      ...scaleOf(width, furthest, signs).map(
        (line, index) => `${' '.repeat(gutter + 1)}${index === 0 ? signs.corner : ' '}${line}`,
      ),
      ...legend(
        lines.map(({ cell }, index) => `${glyphs[index]}\u00a0${cut(cell.subject, 24)}`),
        columns,
      ),
    ],
  }
}

/** A value a column; null where fewer than ten samples lie beyond. */
function curveOf({ distribution, due }: Samples, width: number, furthest: number): (number | null)[] {
  const places = Array.from({ length: width }, (_, column) => furthest ** (column / (width - 1)))
  const at = valuesAt(
    places.map((place) => 1 - 1 / place),
    distribution,
    due,
  )
  return at.map((value, index) =>
    value === null || (places[index] ?? 1) * SAMPLES_BEYOND > due * 1.0001 ? null : Math.max(1, value),
  )
}

/** Not so close that noise looks like a slope. */
function boundsOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return high / low >= 2 ? [low, high] : [low / 1.5, high * 1.5]
}

/** Round values at the rows that are nearest to them; never at two rows that touch. */
function labelsOf(low: number, high: number, rowOf: (value: number) => number): Map<number, string> {
  const labels = new Map<number, string>()
  const first = Math.floor(Math.log10(low))
  const steps = Math.log10(high / low) > 3 ? [1] : [1, 2, 5]
  for (let exponent = first; 10 ** exponent <= high; exponent++) {
    for (const step of steps) {
      const value = step * 10 ** exponent
      const row = rowOf(value)
      if (value < low || value > high || labels.has(row - 1) || labels.has(row)) continue
      labels.set(row, duration(value))
    }
  }
  return labels
}

/** Text of each row, the lowest first. Where several curves share a cell they take turns, column by column. */
function drawn(curves: readonly (readonly (number | null)[])[], glyphs: string): string[] {
  const width = curves[0]?.length ?? 0
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const here = curves.flatMap((curve, index) => (curve[column] === row ? [index] : []))
      return here.length > 0 ? (glyphs[here[column % here.length] ?? 0] ?? '') : ' '
    }).join(''),
  )
}

/** The axis, and the percentiles below it. */
function scaleOf(width: number, furthest: number, { line, mark }: typeof UNICODE): string[] {
  const axis = new Array<string>(width).fill(line)
  let names = ''
  for (const [name, place] of NINES) {
    const column = Math.round((Math.log(place) / Math.log(furthest)) * (width - 1))
    const start = Math.min(column - Math.floor(name.length / 2), width - name.length)
    if (column >= width || start < (names === '' ? 0 : names.length + 1)) continue
    axis[column] = mark
    names = `${names.padEnd(start)}${name}`
  }
  return [axis.join(''), names]
}

function legend(items: readonly string[], columns: number): string[] {
  return wrap(items.join('  '), columns).map((line) => line.replace(/\u00a0/g, ' '))
}
