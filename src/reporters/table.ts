import type { Reporter, View } from '../reporter.ts'
import type { Result } from '../result.ts'
import { trialsThatCount } from '../stats/capacity.ts'
import { pointName } from '../stats/cell.ts'
import { endingOf } from '../stats/status.ts'
import { sentencesOf } from './answer.ts'
import { inAscii } from './ascii.ts'
import { calibrationNotes } from './calibration.ts'
import { capacityCurves, capacityNotes, capacitySheets } from './capacity.ts'
import { chartsOf } from './chart.ts'
import { comparisonSections, wrapped } from './comparison.ts'
import { costSections } from './costs.ts'
import { cleanDeep, cut, widthOf, wrap } from './format.ts'
import { drawn } from './grid.ts'
import { blockNotes, captions, doubts, remarks, setting, suppressions, thresholdLines } from './notes.ts'
import { type Painter, painter } from './paint.ts'
import { type Field, type Row, type Sheet, sheetsOf } from './sheet.ts'
import { type SlopeSheet, slopeSheetsOf } from './slopes.ts'

/** Up to this width figures of one subject stand together; above, as many side by side as fit. */
const NARROW_COLUMNS = 60

/** The report for people in a terminal: a table a point of the matrix, then what has to be known about it. */
export const tableReporter: Reporter = {
  name: 'table',
  summary: 'tables for a terminal, laid out for its width',
  render(foreign, view) {
    const result = cleanDeep(foreign)
    const paint = painter(view)
    const text = (line: string, first = '', rest = first) => wrap(line, view.columns, first, rest)
    const isSearch = result.capacities.length > 0
    // Beyond its capacity a subject is expected to fail: that is told by its curve.
    const told = isSearch ? { ...result, trials: trialsThatCount(result.capacities, result.trials) } : result
    const sheets = isSearch ? capacitySheets(result) : sheetsOf(result)
    const layout = layoutFor(sheets, view)
    const sections = [
      [...text(result.scenario.name).map(paint.bold), ...text(setting(result))],
      answerSection(result),
      ...sheets.map((sheet) => [...headOf(sheet, view).map(paint.bold), ...layout(sheet)]),
      ...curveSections(result),
      ...comparedSections(result),
      ...costSections(result, view),
      ...slopeSheetsOf(result).map((slopes) => [
        ...text(slopes.title).map(paint.bold),
        ...slopeLines(slopes, view),
        ...(slopes.remark ? text(slopes.remark) : []),
      ]),
      ...chartsOf(result, { columns: view.columns, ascii: view.ascii ?? false }).map(({ title, lines }) => [
        ...text(title).map(paint.bold),
        ...lines,
      ]),
      [
        ...(isSearch ? capacityNotes(result) : captions(result)),
        ...blockNotes(result),
        ...suppressions(told),
        ...remarks(result),
        ...calibrationNotes(result),
      ].flatMap((line) => text(line)),
      ...doubtSections(told),
      thresholdSection(result),
      statusSection(result),
    ]
    const all = `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`
    return view.ascii ? inAscii(all) : all

    function answerSection(of: Result): string[] {
      const colours = { good: paint.green, bad: paint.red, open: paint.yellow, plain: (line: string) => line }
      return sentencesOf(of).flatMap(({ kind, text: sentence }) =>
        wrapped(sentence, view.columns).map((line) => paint.bold(colours[kind](line))),
      )
    }

    /** Its answer stands first of all. */
    function comparedSections(of: Result): string[][] {
      const [table = [], ...notes] = comparisonSections(of, view)
      return of.gate ? [[...text(`${of.gate.head} against ${of.gate.base}`).map(paint.bold), ...table], ...notes] : []
    }

    function curveSections(from: Result): string[][] {
      const curves = capacityCurves(from)
      const layoutOf = layoutFor(
        curves.map(({ sheet }) => sheet),
        view,
        curveLayouts,
        0,
      )
      return curves.map(({ title, sheet }) => [...text(title).map(paint.bold), ...layoutOf(sheet)])
    }

    function doubtSections(from: Result): string[][] {
      const all = doubts(from)
      return (['invalid', 'unsupported', 'suspect'] as const).map((verdict) => {
        const own = all.filter((doubt) => doubt.verdict === verdict)
        return own.length === 0
          ? []
          : [
              paint.verdict(verdict)(titles[verdict]),
              ...own.flatMap((doubt) => [
                ...text(doubt.text, '  ', '    '),
                ...(doubt.remedy ? text(`remedy: ${doubt.remedy}`, '    ', '    ') : []),
              ]),
            ]
      })
    }

    function thresholdSection(from: Result): string[] {
      const lines = thresholdLines(from)
      if (lines.length === 0) return []
      const words = { pass: 'pass   ', fail: 'FAIL   ', 'no-data': 'no data' }
      const colours = { pass: paint.green, fail: paint.red, 'no-data': paint.yellow }
      return [
        'Thresholds',
        ...lines.flatMap(({ status, text: line }) => {
          const [first = '', ...others] = text(line, `  ${words[status]} `, '          ')
          return [first.replace(words[status], colours[status]), ...others]
        }),
      ]
    }

    function statusSection(of: Result): string[] {
      return text(endingOf(of)).map(of.status === 'passed' ? paint.green : paint.red)
    }
  },
}

function headOf({ point }: Sheet, { columns }: View): string[] {
  const name = pointName(point)
  return name === '' ? [] : wrap(name, columns)
}

const titles = { invalid: 'Invalid (!)', unsupported: 'Unsupported', suspect: 'Suspect (?)' } as const

type Layout = (sheet: Sheet, paint: Painter) => string[]

/** From the one that tells most to the one that always fits. */
const sheetLayouts: readonly Layout[] = [
  subjectsAsRows(24, ['essential', 'full', 'extra']),
  subjectsAsRows(24, ['essential', 'full']),
  subjectsAsRows(16, ['essential', 'full']),
  subjectsAsColumns(16),
  subjectsAsColumns(10),
  subjectsAsRows(24, ['essential']),
  subjectsAsRows(12, ['essential']),
]

/** A curve has loads in place of subjects. */
const curveLayouts: readonly Layout[] = [
  subjectsAsRows(24, ['essential', 'full']),
  subjectsAsRows(24, ['essential'], false),
]

/** One layout for all points, so that they can be compared by eye. @param narrow up to so many columns there is no table */
function layoutFor(
  sheets: readonly Sheet[],
  view: View,
  layouts: readonly Layout[] = sheetLayouts,
  narrow = NARROW_COLUMNS,
): (sheet: Sheet) => string[] {
  const plain = painter({ ...view, colour: false })
  const fits = (layout: Layout) =>
    sheets.every((sheet) => layout(sheet, plain).every((line) => widthOf(line) <= view.columns))
  const fitting = layouts.find(fits)
  if (view.columns <= narrow || !fitting) return (sheet) => oneByOne(sheet, view)
  const paint = painter(view)
  return (sheet) => fitting(sheet, paint)
}

/** @param tells whether it says which fields are left out */
function subjectsAsRows(labelColumns: number, ranks: ReadonlyArray<Field['rank']>, tells = true): Layout {
  return ({ fields, rows }, paint) => {
    const shown = fields.map(({ rank }) => ranks.includes(rank))
    const of = (texts: readonly string[]) => texts.filter((_, index) => shown[index])
    const lines = drawn(
      ['', ...of(fields.map(({ head }) => head))],
      rows.map((row) => [label(row, labelColumns), ...of(paintedTexts(row, paint))]),
    )
    const hidden = fields.filter(({ rank }) => rank === 'full' && !ranks.includes(rank)).map(({ head }) => head)
    return tells && hidden.length > 0 ? [...lines, `In a wider terminal: ${hidden.join(', ')}.`] : lines
  }
}

function subjectsAsColumns(labelColumns: number): Layout {
  return ({ fields, rows }, paint) => {
    const texts = rows.map((row) => paintedTexts(row, paint))
    const lines = fields.flatMap(({ head, rank }, index) =>
      rank === 'extra' ? [] : [[head, ...texts.map((column) => column[index] ?? '')]],
    )
    return drawn(['', ...rows.map((row) => label(row, labelColumns))], lines)
  }
}

function oneByOne({ fields, rows }: Sheet, view: View): string[] {
  const paint = painter(view)
  return rows.flatMap((row) => {
    // Spaces that do not break keep a figure with its name.
    const pairs = fields.slice(0, -1).flatMap(({ head, rank }, index) => {
      const text = row.texts[index] ?? ''
      return rank === 'extra' ? [] : [(head === '±' ? `±${text}` : `${head} ${text}`).replace(/ /g, '\u00a0')]
    })
    const standing = row.texts.at(-1) ?? ''
    const name = label(row, Math.max(1, view.columns - standing.length - 2))
    const lines = wrap(pairs.join(', '), view.columns, '  ').map((line) => line.replace(/\u00a0/g, ' '))
    const head = `${name}  ${paint.row(row)(standing)}`
    return row.verdict === 'unsupported' ? [head] : [head, ...lines]
  })
}

/** As a table where it fits, else subject by subject. */
function slopeLines({ heads, rows }: SlopeSheet, { columns }: View): string[] {
  for (const labelColumns of [24, 10]) {
    const lines = drawn(
      ['', ...heads],
      rows.map(({ subject, texts }) => [cut(subject, labelColumns), ...texts]),
    )
    if (lines.every((line) => widthOf(line) <= columns)) return lines
  }
  return rows.flatMap(({ subject, texts }) => {
    const pairs = heads.map((head, index) => `${head} ${texts[index] ?? ''}`).join(', ')
    return [cut(subject, columns), ...wrap(pairs, columns, '  ')]
  })
}

/** A name with what is to be known before its figures are believed. */
function label({ subject, verdict }: Row, columns: number): string {
  const mark = { valid: '', suspect: ' ?', invalid: ' !', unsupported: '' }[verdict]
  return `${cut(subject, columns - mark.length)}${mark}`
}

function paintedTexts(row: Row, paint: Painter): string[] {
  return row.texts.map((text, index) => (index === row.texts.length - 1 ? paint.row(row)(text) : text))
}
