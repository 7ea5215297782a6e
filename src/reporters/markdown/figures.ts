/** The tables that the terminal shows, with all their columns. */
import type { Result } from '../../result.ts'
import { pointName } from '../../stats/cell.ts'
import { calibrationNotes } from '../calibration.ts'
import { capacityCurves, capacityNotes, capacitySheets } from '../capacity.ts'
import { costTable } from '../costs.ts'
import { blockNotes, captions, remarks } from '../notes.ts'
import { type Row, type Sheet, sheetsOf } from '../sheet.ts'
import { slopeSheetsOf } from '../slopes.ts'
import { folded, list, name, sentence, table } from './text.ts'

/** So many points are tables of the text; the report of a larger matrix is HTML. */
const MOST_POINTS = 50

export function figureParts(result: Result): string[] {
  const sheets = sheetsOf(result)
  if (sheets.length === 0) return []
  const notes = [...captions(result), ...blockNotes(result), ...remarks(result), ...calibrationNotes(result)]
  return [...sheetParts(sheets), ...(notes.length > 0 ? [list(notes.map(sentence))] : [])]
}

export function capacityParts(result: Result): string[] {
  const notes = [...capacityNotes(result), ...remarks(result)]
  const curves = capacityCurves(result).slice(0, MOST_POINTS)
  return [
    ...sheetParts(capacitySheets(result)),
    ...(notes.length > 0 ? [list(notes.map(sentence))] : []),
    ...curves.map(({ title, sheet }) => folded(title, sheetTable(sheet, 'load'))),
  ]
}

function sheetParts(sheets: readonly Sheet[]): string[] {
  const more = sheets.length - MOST_POINTS
  return [
    ...sheets.slice(0, MOST_POINTS).flatMap((sheet) => {
      const where = pointName(sheet.point)
      return [...(where ? [`### At ${name(where)}`] : []), sheetTable(sheet, 'subject')]
    }),
    ...(more > 0 ? [`${more} more points of the matrix are not shown here; they are in the result.`] : []),
  ]
}

function sheetTable({ fields, rows }: Sheet, corner: string): string {
  return table(
    [corner, ...fields.map(({ head }) => name(head))],
    rows.map((row) => [label(row), ...row.texts.map(name)]),
  )
}

/** With what is to be known before the figures are believed. */
function label({ subject, verdict, best }: Row): string {
  const text = best ? `**${name(subject)}**` : name(subject)
  return verdict === 'valid' ? text : `${text} (${verdict})`
}

export function costParts(result: Result): string[] {
  const costs = costTable(result)
  if (!costs) return []
  const hasPoints = costs.lines.some(({ point }) => point !== '')
  const heads = ['subject', ...(hasPoints ? ['at'] : []), ...costs.heads]
  const rows = costs.lines.map(({ subject, point, texts }) => [
    name(subject),
    ...(hasPoints ? [name(point)] : []),
    ...texts.map(name),
  ])
  return ['### Costs', table(heads, rows, hasPoints ? [1] : []), sentence(costs.legend)]
}

export function slopeParts(result: Result): string[] {
  return slopeSheetsOf(result).flatMap(({ title, heads, rows, remark }) => [
    `### ${sentence(title)}`,
    table(
      ['subject', ...heads.map(name)],
      rows.map(({ subject, texts }) => [name(subject), ...texts.map(name)]),
    ),
    ...(remark === undefined ? [] : [sentence(remark)]),
  ])
}
