/** Colour and weight of text, where a terminal bears them; without colour the text alone. */
import type { View } from '../reporter.ts'
import type { Verdict } from '../result.ts'
import type { Row } from './sheet.ts'

export type Paint = (text: string) => string

export interface Painter {
  readonly bold: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly red: Paint
  verdict(verdict: Verdict): Paint
  row(row: Row): Paint
}

export function painter({ colour }: View): Painter {
  const ansi =
    (code: number): Paint =>
    (text) =>
      colour ? `\x1b[${code}m${text}\x1b[0m` : text
  const bold = ansi(1)
  const green = ansi(32)
  const yellow = ansi(33)
  const red = ansi(31)
  const plain: Paint = (text) => text
  const verdict = (of: Verdict): Paint => ({ valid: plain, suspect: yellow, invalid: red, unsupported: yellow })[of]
  return { bold, green, yellow, red, verdict, row: (row) => (row.best ? green : verdict(row.verdict)) }
}
