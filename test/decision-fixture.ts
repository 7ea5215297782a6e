/** Invented runs for the decision page. */
import type { Named } from '../src/decision/line.ts'
import type { Result } from '../src/result.ts'
import { resultOf, type TrialSketch, trialOf } from './result-fixture.ts'

export const facts = {
  browser: { holds: 'yes', because: 'browsers have it' },
  payloads: { holds: 'partly', because: 'bytes only' },
  resume: { holds: 'no', because: 'it has no ids' },
} as const

/** A few per mille, the same in every run of the tests, another for every trial. */
export const noise = (block: number, of: number) => 1 + 0.003 * Math.sin(12.9898 * (block + 1) * (of + 1.3))

/** Every subject at its p50, in so many blocks. @param more of one subject's trials in a block */
export function runOf(
  name: string,
  p50s: Readonly<Record<string, number>>,
  blocks: number,
  more: (subject: string, block: number) => Partial<TrialSketch> = () => ({}),
  workload = 'echo',
): Named & { readonly text: string } {
  const trials = Array.from({ length: blocks }, (_, block) =>
    Object.entries(p50s).map(([subject, p50], index) =>
      trialOf({ subject, block, p50: Math.round(p50 * noise(block, index)), ...more(subject, block) }),
    ),
  ).flat()
  return named(name, workload, resultOf(trials))
}

/** A run of fan-out at some numbers of subscribers. @param p50 of a subject at so many */
export function ladderRun(
  subjects: readonly string[],
  levels: ReadonlyArray<number | string>,
  blocks: number,
  p50: (subject: string, level: number | string) => number,
  over = 'subscribers',
  more: (subject: string, level: number | string) => Partial<TrialSketch> = () => ({}),
): Named & { readonly text: string } {
  const trials = Array.from({ length: blocks }, (_, block) =>
    levels.flatMap((level, place) =>
      subjects.map((subject, index) =>
        trialOf({
          subject,
          block,
          point: { [over]: level },
          p50: Math.round(p50(subject, level) * noise(block, index + 7 * place)),
          ...more(subject, level),
        }),
      ),
    ),
  ).flat()
  return named('ladder', 'fan-out', resultOf(trials))
}

export function named(name: string, workload: string, result: Result): Named & { readonly text: string } {
  const transports = [...new Set(result.trials.map(({ transport }) => transport))].map((one) => ({ name: one, facts }))
  const scenario = { ...result.scenario, name: workload, workload, transports }
  return { name, result: { ...result, scenario }, text: name }
}
