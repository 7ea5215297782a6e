/** The reporter contracts: results as text, made from the records alone. */
import type { Result } from './result.ts'

/** Where the text will be read. */
export interface View {
  /** No line is longer, in terminal cells. */
  readonly columns: number
  /** Whether ANSI colours may be used. */
  readonly colour: boolean
  /** Whether drawings keep to ASCII; else they may use any character. */
  readonly ascii?: boolean
}

export interface Reporter {
  readonly name: string
  /** One line for the help. */
  readonly summary: string
  /** @returns text that ends with a newline; without colour it has no control characters but that */
  render(result: Result, view: View): string
}

/** A stored result. */
export interface Run {
  /** Of its file, for people. */
  readonly name: string
  readonly result: Result
  /** The record as it was stored, fields of newer versions included. */
  readonly text: string
}

/** Runs of the same scenario, side by side. */
export interface Chapter {
  /** Where a label was measured in several runs, it has the run's name beside it, here and in `result`. */
  readonly runs: readonly Run[]
  /** All of them as one record; it has no comparisons or rankings, because these are of one run each. The only run as it is. */
  readonly result: Result
}

/** For files: it gets all that is to be in one. */
export interface FileReporter {
  /** Also of its flag: `html` for `--html FILE`. */
  readonly name: string
  /** One line for the help. */
  readonly summary: string
  render(chapters: readonly Chapter[]): string
}
