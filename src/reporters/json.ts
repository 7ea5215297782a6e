import type { Reporter } from '../reporter.ts'

/** The record itself, for other programs; ASCII control characters in it are escaped by JSON. */
export const jsonReporter: Reporter = {
  name: 'json',
  summary: 'the whole result record, to be read by programs or rendered later',
  render: (result) => `${JSON.stringify(result, null, 2)}\n`,
}
