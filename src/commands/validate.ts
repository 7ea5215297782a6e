import { UserError } from '../errors.ts'
import { trialNs } from '../runner/plan.ts'
import { escapeText } from '../scenario/quote.ts'
import { type Catalog, readScenario, type Scenario } from '../scenario.ts'

interface Output {
  write(text: string): unknown
}

function roughTime(ns: number): string {
  const seconds = Math.max(1, Math.round(ns / 1e9))
  if (seconds < 120) return `${seconds}s`
  return seconds < 7200 ? `${Math.round(seconds / 60)}min` : `${Math.round(seconds / 3600)}h`
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** How many trials a search takes, its answers decide. */
function summary({ subjects, points, blocks, search }: Scenario): string {
  const rounds = subjects.length * blocks
  const ns = points.reduce((sum, point) => sum + trialNs(point.settings) * rounds, 0)
  const counts = [counted(subjects.length, 'subject'), counted(points.length, 'point')]
  if (search) return `${counts.join(', ')}, a search over ${search.over}`
  return `${counts.join(', ')}, ${counted(rounds * points.length, 'trial')}, about ${roughTime(ns)}`
}

/**
 * Checks every file, and says of each good one what running it would take.
 * @throws UserError with what is wrong in all the others
 */
export function validate(files: readonly string[], catalog: Catalog, out: Output): void {
  const wrong: string[] = []
  for (const file of files) {
    try {
      const scenario = readScenario(file, catalog)
      out.write(`${escapeText(file)}: ok (${summary(scenario)})\n`)
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown
      wrong.push(thrown.message)
    }
  }
  if (wrong.length > 0) throw new UserError(wrong.join('\n'))
}
