/** Invented results of base and head, for tests of everything that compares. */
import type { Gate } from '../src/gate.ts'
import type { Result, Trial } from '../src/result.ts'
import { compareSideBySide } from '../src/stats/comparison.ts'
import { overallStatus } from '../src/stats/status.ts'
import { resultOf, type TrialSketch, trialOf } from './result-fixture.ts'

export const gate: Gate = {
  base: 'base',
  head: 'head',
  metrics: ['service.p50', 'cpu.serverPerMessageNs'],
  minEffect: 0.05,
  detect: 0.1,
  sessionAllowance: 0.25,
  failOnInconclusive: false,
}

/** A few percent, the same in every run of the tests, another for every trial. */
const noise = (block: number, of: number) => 1 + 0.02 * Math.sin(12.9898 * (block + 1) * of + of)

const trialsOf = (subject: string, blocks: number, p50: number, of: number, more: Partial<TrialSketch> = {}): Trial[] =>
  Array.from({ length: blocks }, (_, block) =>
    trialOf({ subject, block, p50: Math.round(p50 * noise(block, of)), ...more }),
  )

/** One subject in a run of its own. @param slower how many times as slow as the others */
export function runOf(slower: number, of: number, { blocks = 8, subject = 'ws' } = {}): Result {
  return resultOf(trialsOf(subject, blocks, 100_000 * slower, of))
}

/** Base and head side by side, compared as a run compares them. */
export function pairOf(
  slower: number,
  settings: Partial<Gate> = {},
  blocks = 10,
  more: Partial<TrialSketch> = {},
): Result {
  const trials = [...trialsOf('base', blocks, 100_000, 1, more), ...trialsOf('head', blocks, 100_000 * slower, 2, more)]
  const whole = { ...gate, ...settings }
  const comparisons = compareSideBySide(trials, whole, [])
  const record = { ...whole, metrics: [...whole.metrics], acrossSessions: false, baselines: [], forced: [] }
  const plain = resultOf(trials)
  return {
    ...plain,
    ...overallStatus(trials, [], undefined, [], { comparisons, gate: record }),
    comparisons,
    gate: record,
  }
}
