import { UserError } from '../errors.ts'
import { sizeOfRun } from '../runner/plan.ts'
import { sizeOf } from '../runner/search.ts'
import { escapeText } from '../scenario/quote.ts'
import { type Catalog, readScenario, type Scenario } from '../scenario.ts'
import { scenarioFile } from './shipped.ts'

interface Output {
  write(text: string): unknown
}

function roughTime(ns: number): string {
  const seconds = Math.max(1, Math.round(ns / 1e9))
  if (seconds < 120) return `${seconds}s`
  return seconds < 7200 ? `${Math.round(seconds / 60)}min` : `${Math.round(seconds / 3600)}h`
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `2 subjects, 1 point, 6 trials, about 30s` */
export function summaryOf(scenario: Scenario): string {
  const { subjects, points, search } = scenario
  const counts = [counted(subjects.length, 'subject'), counted(points.length, 'point')]
  if (search) {
    const { usualTrials, mostTrials, usualNs, mostNs } = sizeOf(scenario, search)
    const size = `about ${counted(usualTrials, 'trial')} in ${roughTime(usualNs)}, at most ${mostTrials} in ${roughTime(mostNs)}`
    return `${counts.join(', ')}, search over ${search.over}: ${size}`
  }
  const { blocks, ns } = sizeOfRun(scenario)
  const cells = subjects.length * points.length
  const [least, most] = [blocks[0] * cells, blocks[1] * cells]
  if (least === most) return `${[...counts, counted(least, 'trial')].join(', ')}, about ${roughTime(ns[0])}`
  return `${counts.join(', ')}, ${least} to ${counted(most, 'trial')}, about ${roughTime(ns[0])} to ${roughTime(ns[1])}`
}

/**
 * Checks every file, or shipped scenario by its name, and says of each good one what running it would take.
 * @throws UserError with what is wrong in all the others
 */
export function validate(scenarios: readonly string[], catalog: Catalog, out: Output, log: Output): void {
  const wrong: string[] = []
  for (const argument of scenarios) {
    try {
      const file = scenarioFile(argument, (line) => log.write(`${line}\n`))
      out.write(`${escapeText(argument)}: ok (${summaryOf(readScenario(file, catalog))})\n`)
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown
      wrong.push(thrown.message)
    }
  }
  if (wrong.length > 0) throw new UserError(wrong.join('\n'))
}
