/** An HTML report of very many trials: how long it takes, how much memory, how large it is. */
import type { Command } from 'commander'
import { drawnTrial } from '../test/report-fixture.ts'
import { resultOf } from '../test/result-fixture.ts'

export const summary = 'An HTML report of 1,000 trials: 5 s and 500 MB at the most.'

export interface Flags {
  readonly trials: string
}

export function addFlags(command: Command): Command {
  return command.option('--trials <count>', 'of 50 subjects', '1000')
}

const SUBJECTS = 50
const MOST_SECONDS = 5
const MOST_BYTES = 500e6

export async function bench({ trials }: Flags): Promise<boolean> {
  const numbers = Array.from({ length: Number(trials) }, (_, index) => index)
  const text = JSON.stringify(
    resultOf(
      numbers.map((index) =>
        drawnTrial(
          { subject: `subject-${index % SUBJECTS}`, block: Math.floor(index / SUBJECTS), p50: 50_000 + index * 100 },
          20_000,
        ),
      ),
    ),
  )
  const began = process.hrtime.bigint()
  const { parseResult } = await import('../src/result-reader.ts')
  const { mergeRuns } = await import('../src/stats/merge.ts')
  const { htmlReporter } = await import('../src/reporters/html.ts')
  const report = htmlReporter.render(mergeRuns([{ name: 'bench', result: parseResult(text, 'bench'), text }]))
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  const { maxRSS } = process.resourceUsage()
  const mega = (amount: number) => `${(amount / 1e6).toFixed(1)} MB`
  console.log(
    `${numbers.length} trials, ${mega(text.length)} of JSON: ${seconds.toFixed(2)} s (at most ${MOST_SECONDS} s)`,
  )
  console.log(`memory at the most ${mega(maxRSS * 1024)} (at most ${mega(MOST_BYTES)}), making the result included`)
  console.log(`report ${mega(report.length)}`)
  return seconds <= MOST_SECONDS && maxRSS * 1024 <= MOST_BYTES
}
