/** What a job on GitHub gets beside the exit code: the report in its summary, and annotations. Neither ever fails a run. */
import { appendFileSync, statSync } from 'node:fs'
import { messageOf } from '../errors.ts'
import type { Run } from '../reporter.ts'
import { clean } from '../reporters/format.ts'
import { markdownReporter } from '../reporters/markdown.ts'
import { doubts } from '../reporters/notes.ts'
import type { Result } from '../result.ts'
import { answerOf } from '../stats/answer.ts'
import { trialsThatCount } from '../stats/capacity.ts'
import { mergeRuns } from '../stats/merge.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** GitHub shows nothing of a step's summary that is larger. */
const MOST_BYTES = 2 ** 20

/** Where GitHub names a file for it, appends the report in Markdown. */
export function addSummary(runs: readonly Run[], { GITHUB_STEP_SUMMARY: file }: Variables): void {
  if (!file || runs.length === 0) return
  try {
    const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    appendFileSync(file, bounded(`\n${markdownReporter.render(mergeRuns(runs))}`, MOST_BYTES - used))
  } catch (thrown) {
    process.stderr.write(`rtbench: the step summary could not be written: ${messageOf(thrown)}\n`)
  }
}

const SHORTENED = '\n\nThe report was shortened here: a step summary holds 1 MiB. The whole is in the result.\n'
const CLOSED = '\n</details>'

/** @returns text that ends with a whole line and has at most so many bytes; empty where not even that it was shortened has room */
export function bounded(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= mostBytes) return text
  const room = mostBytes - Buffer.byteLength(SHORTENED) - Buffer.byteLength(CLOSED)
  if (room <= 0) return ''
  // A line's end is never part of another character.
  const kept = bytes.subarray(0, bytes.lastIndexOf('\n', room - 1) + 1).toString()
  const isOpen = kept.split('<details>').length > kept.split('</details>').length
  return `${kept}${isOpen ? CLOSED : ''}${SHORTENED}`
}

interface Annotation {
  readonly level: 'error' | 'warning'
  readonly title: string
  readonly text: string
}

/** GitHub shows as many of a step. */
const MOST_ANNOTATIONS = 10
const LONGEST_TITLE = 100
const LONGEST_TEXT = 1000

/** On standard error, which GitHub reads, too: standard output may be the result. */
export function annotate(results: readonly Result[], variables: Variables): void {
  if (variables.GITHUB_ACTIONS !== 'true') return
  process.stderr.write(annotationLines(results).join(''))
}

/** Errors first; where there are more than are shown, the last one says how many. */
export function annotationLines(results: readonly Result[]): string[] {
  const all = results.flatMap(annotationsOf)
  const ordered = [...all.filter(({ level }) => level === 'error'), ...all.filter(({ level }) => level === 'warning')]
  if (ordered.length <= MOST_ANNOTATIONS) return ordered.map(lineOf)
  const shown = ordered.slice(0, MOST_ANNOTATIONS - 1)
  const level = ordered[MOST_ANNOTATIONS - 1]?.level ?? 'warning'
  const text = `${ordered.length - shown.length} more errors and warnings are in the report`
  return [...shown, { level, title: 'rtbench', text }].map(lineOf)
}

function annotationsOf(result: Result): Annotation[] {
  const title = `rtbench: ${result.scenario.name}`
  // Beyond its capacity a subject is expected to fail.
  const trials = result.capacities.length > 0 ? trialsThatCount(result.capacities, result.trials) : result.trials
  const answer = answerOf(result)
  const suspect = doubts({ ...result, trials }).filter(({ verdict }) => verdict === 'suspect')
  return [
    ...result.reasons.map(({ message, path }): Annotation => {
      return { level: 'error', title, text: path === undefined ? message : `${path}: ${message}` }
    }),
    ...(answer?.verdict === 'inconclusive' ? [{ level: 'warning' as const, title, text: answer.text }] : []),
    ...suspect.map(({ text, remedy }): Annotation => {
      return { level: 'warning', title, text: remedy === undefined ? text : `${text}. Remedy: ${remedy}` }
    }),
  ]
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions: what would end a value is escaped. */
function lineOf({ level, title, text }: Annotation): string {
  const value = (raw: string, longest: number) =>
    [...clean(raw.slice(0, 2 * longest))]
      .slice(0, longest)
      .join('')
      .replaceAll('%', '%25')
      .replaceAll('\r', '%0D')
      .replaceAll('\n', '%0A')
  const property = value(title, LONGEST_TITLE).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::${level} title=${property}::${value(text, LONGEST_TEXT)}\n`
}
