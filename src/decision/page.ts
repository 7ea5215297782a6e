/** What stored results say to somebody who has to choose a transport. */
import { type Column, columnsOf } from './column.ts'
import { type Crossovers, crossoversOf } from './crossover.ts'
import { isMeasured, isSearch, type Line, linesOf, type Named } from './line.ts'
import { type Ask, type Need, needs } from './needs.ts'

export interface Answer {
  readonly need: Need
  /** Empty where no run measures it. */
  readonly lines: readonly Line[]
}

export interface Page {
  readonly runs: readonly Named[]
  readonly columns: readonly Column[]
  readonly answers: readonly Answer[]
  readonly crossovers: Crossovers
  /** Runs that answer none of the needs, and why. */
  readonly unused: ReadonlyArray<{ readonly run: Named; readonly because: string }>
}

/** The same record given twice counts once. */
export function pageOf(given: ReadonlyArray<Named & { readonly text: string }>): Page {
  const different = [...new Map(given.toReversed().map((run) => [run.text, run])).values()].toReversed()
  const runs = different.map(({ name, result }, index): Named => {
    const namesakes = different.filter((one) => one.name === name)
    return { name: namesakes.length > 1 ? `${name}, ${index + 1}` : name, result }
  })
  const answers = needs.map((need) => ({ need, lines: need.asks.flatMap((ask) => answersTo(ask, runs)) }))
  const lines = answers.flatMap((answer) => answer.lines)
  const asked = new Map(lines.map(({ ask, run }) => [JSON.stringify([ask, runs.indexOf(run)]), { ask, run }]))
  const crossovers = [...asked.values()].map(({ ask, run }) => crossoversOf(ask, run))
  return {
    runs,
    columns: columnsOf(runs.map(({ result }) => result)),
    answers,
    crossovers: {
      found: crossovers.flatMap(({ found }) => found),
      undecided: crossovers.flatMap(({ undecided }) => undecided),
    },
    unused: runs.flatMap((run) => (lines.some((line) => line.run === run) ? [] : [{ run, because: whyUnused(run) }])),
  }
}

/** By the first of the ask's workloads that any run has a figure of; where none has, by the first that was run, for its reasons. */
function answersTo(ask: Ask, runs: readonly Named[]): Line[] {
  const byWorkload = ask.workloads
    .map((workload) =>
      runs.filter(({ result }) => result.scenario.workload === workload).flatMap((run) => linesOf(ask, run)),
    )
    .filter((lines) => lines.length > 0)
  return byWorkload.find((lines) => lines.some(isMeasured)) ?? byWorkload[0] ?? []
}

function whyUnused({ result }: Named): string {
  if (result.trials.length === 0) return 'it has no trials'
  if (isSearch(result)) return 'a search for the highest load: its trials are no repetitions of each other'
  if (!needs.some(({ asks }) => asks.some(({ workloads }) => workloads.includes(result.scenario.workload))))
    return `no need is measured by the workload ${result.scenario.workload}`
  return 'its figures answer no need under such a load, or another workload answers the same'
}
