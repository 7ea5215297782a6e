import type { Member } from '../control.ts'
import type { Ask } from '../engine/search.ts'
import { type PlannedTrial, planTrials, warmupNsOf } from '../runner/plan.ts'
import type { RunWatcher } from '../runner/run.ts'
import { sizeOf } from '../runner/search.ts'
import type { Scenario } from '../scenario.ts'

const REDRAW_MS = 500
/** What a trial costs beyond its window, until the first ones have shown it. */
const FIRST_GUESS_MS = 1_000
const CLEAR_LINE = '\r\x1b[2K'

export type Verbosity = 'none' | 'normal' | 'verbose'

/** Progress on standard error: one line that is redrawn on a terminal, a line a trial elsewhere. */
export interface Progress extends RunWatcher {
  close(): void
}

export function showProgress(scenario: Scenario, verbosity: Verbosity, stream: NodeJS.WriteStream): Progress {
  if (verbosity === 'none') return { close() {} }
  const live = Boolean(stream.isTTY)
  const startedMs = Date.now()
  let overheadMs = FIRST_GUESS_MS
  let line = ''
  let trialStartedMs = startedMs
  let members: readonly Member[] = []
  let timer: NodeJS.Timeout | undefined
  /** Place in the plan. */
  let current = 0

  const { search } = scenario
  const planned = search ? [] : planTrials(scenario)
  const size = search && sizeOf(scenario, search)
  const windowMs = ({ point: { settings } }: PlannedTrial) => (settings.durationNs + warmupNsOf(settings)) / 1e6

  const leftMs = (): number => {
    let sum = 0
    for (const trial of planned.slice(current)) sum += windowMs(trial) + overheadMs
    return Math.max(0, sum - (Date.now() - trialStartedMs))
  }
  /** Nothing where nobody knows: in a search, and beyond the blocks that are measured in any case. */
  const left = (): string => {
    if (size || current >= planned.length) return ''
    return `${scenario.blocks.auto ? 'at least' : 'about'} ${time(leftMs())} left`
  }
  const begin = (trial: string): void => {
    trialStartedMs = Date.now()
    members = []
    line = trial
    if (live) {
      draw()
      timer = setInterval(draw, REDRAW_MS)
    } else stream.write(`${[line, left()].filter(Boolean).join(', ')}\n`)
  }
  const draw = (): void => {
    const received = members.reduce((sum, member) => sum + (member.role === 'client' ? member.progress.received : 0), 0)
    const so = received > 0 ? `  ${received} received` : ''
    const text = `${line}${so}  ${left()}`
    stream.write(`${CLEAR_LINE}${text.slice(0, Math.max(10, (stream.columns ?? 80) - 1))}`)
  }

  return {
    trialStarted(trial, index) {
      current = index
      const cells = scenario.points.length * scenario.subjects.length
      const [least, most] = [scenario.blocks.least * cells, scenario.blocks.most * cells]
      const count = least === most ? String(most) : `${Math.max(least, index + 1)} to ${most}`
      begin(
        `[${index + 1}/${count}] ${scenario.name}: ${trial.subject.label}${pointOf(trial.point.at)}, block ${trial.block + 1}/${blocksName(scenario)}`,
      )
    },
    blockAgain(block, { message }) {
      stream.write(`${live ? CLEAR_LINE : ''}  block ${block + 1} is measured again: ${message}\n`)
    },
    stepStarted(trial, ask, index) {
      const usual = size && index < size.usualTrials ? `of about ${size.usualTrials}` : `of at most ${size?.mostTrials}`
      begin(
        `[${index + 1} ${usual}] ${scenario.name}: ${trial.subject.label}${pointOf(trial.point.at)}, ${stepOf(ask)}`,
      )
    },
    measuring(_trial, window, under) {
      members = under
      if (verbosity === 'verbose') {
        const pids = under.map(({ role, pid }) => `${role} ${pid}`).join(', ')
        stream.write(
          `${live ? CLEAR_LINE : ''}  processes: ${pids}; measuring for ${time((window.endNs - window.warmNs) / 1e6)}\n`,
        )
      }
    },
    trialEnded(ended, trial) {
      clearInterval(timer)
      overheadMs = Math.max(0, Date.now() - trialStartedMs - windowMs(ended))
      // Warnings beside a reason follow from it.
      const doubts = (trial.reasons.length > 0 ? trial.reasons : trial.warnings)
        .map(({ message }) => message)
        .join('; ')
      if (trial.verdict === 'valid' && verbosity !== 'verbose') return
      stream.write(
        `${live ? CLEAR_LINE : ''}  ${ended.subject.label}: ${trial.verdict}${doubts ? `: ${doubts}` : ''}\n`,
      )
    },
    close() {
      clearInterval(timer)
      if (live) stream.write(CLEAR_LINE)
    },
  }
}

/** `6`, `8 to 40` */
function blocksName({ blocks: { least, most } }: Scenario): string {
  return least === most ? String(most) : `${least} to ${most}`
}

/** `bisect between 4000 and 8000`, `confirm, run 2 of it` */
function stepOf({ step, met, failed, run }: Ask): string {
  const where = step === 'bisect' ? ` between ${met} and ${failed}` : ''
  return `${step}${where}${run > 0 ? `, run ${run + 1} of it` : ''}`
}

function pointOf(at: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(at).map(([name, value]) => `${name}=${value}`)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

function time(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}
