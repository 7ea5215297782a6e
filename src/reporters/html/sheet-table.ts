/** The table that the terminal shows, too: subjects by figures. */
import type { Verdict } from '../../result.ts'
import { pointName } from '../../stats/cell.ts'
import type { Sheet } from '../sheet.ts'
import { subject } from './looks.ts'
import { html, type Markup, name, plainName } from './markup.ts'
import { tableOf } from './tables.ts'
import type { ChapterView } from './view.ts'

const MARKS: Readonly<Record<Verdict, string | null>> = {
  valid: null,
  suspect: 'suspect',
  invalid: 'invalid',
  unsupported: 'unsupported',
}

export function verdictMark(verdict: Verdict): Markup | null {
  const text = MARKS[verdict]
  return text === null ? null : html` <span class="mark ${text}">${text}</span>`
}

export function sheetTable({ point, fields, rows }: Sheet, { lookOf }: ChapterView, caption: string): Markup {
  const where = pointName(point)
  return tableOf({
    caption: where ? `${caption}, at ${plainName(where)}` : caption,
    heads: ['Subject', ...fields.map(({ head }) => name(head))],
    rows: rows.map(({ subject: label, verdict, best, texts }) => ({
      head: html`${subject(label, lookOf(label))}${verdictMark(verdict)}`,
      cells: texts,
      ...(best ? { kind: 'best' } : {}),
    })),
  })
}
