/** What chapters are called where they stand beside each other: different scenarios may have the same name. */
import type { Chapter } from '../reporter.ts'

/** The scenario's name; shared ones with the runs, and runs of the same name by their place. */
export function titlesOf(chapters: readonly Chapter[]): string[] {
  const names = chapters.map(({ result }) => result.scenario.name)
  const withRuns = chapters.map(({ runs }, index) => {
    const own = names[index] ?? ''
    return isShared(own, names) ? `${own} (${runs.map(({ name }) => name).join(', ')})` : own
  })
  return withRuns.map((title, index) => (isShared(title, withRuns) ? `${title}, ${index + 1}` : title))
}

function isShared(one: string, all: readonly string[]): boolean {
  return all.filter((other) => other === one).length > 1
}
