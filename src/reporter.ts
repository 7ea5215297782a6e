/** The reporter contract: a result as text, made from the record alone. */
import type { Result } from './result.ts'

/** Where the text will be read. */
export interface View {
  /** No line is longer, in terminal cells. */
  readonly columns: number
  /** Whether ANSI colours may be used. */
  readonly colour: boolean
}

export interface Reporter {
  readonly name: string
  /** One line for the help. */
  readonly summary: string
  /** @returns text that ends with a newline; without colour it has no control characters but that */
  render(result: Result, view: View): string
}
