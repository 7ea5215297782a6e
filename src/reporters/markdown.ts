/** Markdown for pull requests and job summaries: the answer, the tables behind it, and what to doubt. */
import type { Chapter, FileReporter, Run } from '../reporter.ts'
import type { Result } from '../result.ts'
import { trialsThatCount } from '../stats/capacity.ts'
import { cleanDeep, plural } from './format.ts'
import { answerLines } from './markdown/answer.ts'
import { comparisonParts } from './markdown/comparisons.ts'
import { capacityParts, costParts, figureParts, slopeParts } from './markdown/figures.ts'
import { list, name, sentence } from './markdown/text.ts'
import { doubts, setting, suppressions, thresholdLines } from './notes.ts'
import { titlesOf } from './titles.ts'

export const markdownReporter: FileReporter = {
  render(chapters) {
    const titles = titlesOf(chapters)
    const parts = chapters.flatMap((chapter, index) => partsOf(chapter, titles[index] ?? ''))
    return `${(parts.length > 0 ? parts : ['There is no result to show.']).join('\n\n')}\n`
  },
}

/** Paragraphs, in the order in which somebody wants to know them. */
function partsOf({ runs, result: foreign }: Chapter, title: string): string[] {
  const result = cleanDeep(foreign)
  const isSearch = result.capacities.length > 0
  // Beyond its capacity a subject is expected to fail: that is told by its curve.
  const told = isSearch ? { ...result, trials: trialsThatCount(result.capacities, result.trials) } : result
  return [
    `## ${name(title)}: ${result.status}`,
    ...answerLines(runs, result),
    sentence(setting(result)),
    ...(result.trials.length === 0 ? ['No trial was measured: there are no figures.'] : []),
    ...(isSearch ? capacityParts(result) : figureParts(result)),
    ...thresholdParts(result),
    ...doubtParts(told, runs),
    ...runs.flatMap((run) => comparisonParts(run)),
    ...costParts(result),
    ...slopeParts(result),
  ].filter((part) => part !== '')
}

function thresholdParts(result: Result): string[] {
  const words = { pass: 'holds', fail: '**fails**', 'no-data': '**no data**' } as const
  const lines = thresholdLines(result)
  return lines.length === 0
    ? []
    : ['### Thresholds', list(lines.map(({ status, text }) => `${words[status]}: ${sentence(text)}`))]
}

/** What is missing counts as a doubt. */
function doubtParts(told: Result, runs: readonly Run[]): string[] {
  const endings = runs.flatMap((run) => {
    const trials = new Set(run.result.trials.map(({ id }) => id))
    // What is wrong with trials is told once, of all that it concerns.
    const own = run.result.reasons.filter(({ path }) => path === undefined || !trials.has(path))
    return own.map(
      ({ message, path }) =>
        `**${run.result.status}**: ${runs.length > 1 ? `${name(run.name)}: ` : ''}${sentence(path ? `${path}: ${message}` : message)}`,
    )
  })
  const aside = told.setAside.map(({ cause }) => cause.message)
  const lines = [
    ...endings.slice(0, MOST_REASONS),
    ...(endings.length > MOST_REASONS ? [`${endings.length - MOST_REASONS} more reasons`] : []),
    ...doubts(told).map(
      ({ verdict, text, remedy }) =>
        `**${verdict}**: ${sentence(text)}${remedy === undefined ? '' : `. Remedy: ${sentence(remedy)}`}`,
    ),
    ...(aside.length > 0
      ? [`${plural(aside.length, 'block')} measured again: ${sentence([...new Set(aside)].join('; '))}`]
      : []),
    ...suppressions(told).map(sentence),
  ]
  return lines.length === 0 ? [] : ['### What was invalid, and what to doubt', list(lines)]
}

const MOST_REASONS = 20
