import type { Ask } from '../engine/search.ts'
import { Pulse } from '../progress/pulse.ts'
import { linesOf } from '../progress/scene.ts'
import { screenOn } from '../progress/screen.ts'
import { isLive, sizeOf, viewOf } from '../progress/terminal.ts'
import { clean, count, duration } from '../reporters/format.ts'
import type { Trial } from '../result.ts'
import { type PlannedTrial, planTrials, warmupNsOf } from '../runner/plan.ts'
import type { RunWatcher } from '../runner/run.ts'
import { sizeOf as searchSizeOf } from '../runner/search.ts'
import type { Scenario } from '../scenario.ts'

/** The processes tell something new once a second. */
const REDRAW_MS = 500
/** What a trial costs beyond its window, until the first ones have shown it. */
const FIRST_GUESS_MS = 1_000
/** Without a terminal a run takes about so many lines, and those that tell of doubts. */
const MOST_LINES = 100

export type Verbosity = 'none' | 'normal' | 'verbose'

/** Progress on standard error: a few lines that are redrawn on a terminal, a line a trial elsewhere. */
export interface Progress extends RunWatcher {
  close(): void
}

/** The trial that is under way. */
interface Current {
  readonly planned: PlannedTrial
  readonly place: string
  readonly details: string
  readonly startedMs: number
}

/** Its window, once it is fixed; times by this process's clock. */
interface Measuring {
  readonly pulse: Pulse
  readonly warmMs: number
  readonly endMs: number
}

export function showProgress(scenario: Scenario, verbosity: Verbosity, stream: NodeJS.WriteStream): Progress {
  if (verbosity === 'none') return { close() {} }
  const screen = isLive(stream) ? screenOn(stream) : undefined
  const runStartedMs = Date.now()
  const { search, blocks } = scenario
  const planned = search ? [] : planTrials(scenario)
  const size = search && searchSizeOf(scenario, search)
  const name = clean(scenario.name)
  const told = new Set<string>()
  let overheadMs = FIRST_GUESS_MS
  let current: Current | undefined
  let measuring: Measuring | undefined
  let timer: NodeJS.Timeout | undefined
  /** Place in the plan. */
  let index = 0
  const clear = () => screen?.clear()
  const forget = () => screen?.forget()
  // However it ends: with the second Ctrl-C, or an error that nobody caught.
  process.once('exit', clear)
  // Whoever had the terminal meanwhile has written to it.
  process.on('SIGCONT', forget)

  const print = (line: string): void => {
    if (screen) screen.print(line)
    else stream.write(`${line}\n`)
  }
  const leftMs = (): number => {
    let sum = 0
    for (const trial of planned.slice(index)) sum += windowMs(trial) + overheadMs
    return Math.max(0, sum - (Date.now() - (current?.startedMs ?? runStartedMs)))
  }
  /** Nobody knows in a search, and beyond the blocks that are measured in any case. */
  const isKnown = (): boolean => index < planned.length
  const left = (): string => (isKnown() ? `${blocks.auto ? 'at least' : 'about'} ${time(leftMs())} left` : '')
  const draw = (): void => {
    if (!screen || !current) return
    const overMs = Date.now() - runStartedMs
    const scene = {
      place: current.place,
      scenario: name,
      subject: clean(current.planned.subject.label),
      details: current.details,
      phase: phaseOf(measuring),
      reading: measuring?.pulse.read() ?? null,
      over: isKnown() ? overMs / Math.max(1, overMs + leftMs()) : null,
      left: left(),
    }
    screen.show(linesOf(scene, { ...sizeOf(stream), ascii: Boolean(viewOf(stream).ascii) }))
  }
  const begin = (of: PlannedTrial, place: string, details: string, at: number): void => {
    const about = [pointOf(of.point.at), details].filter(Boolean).join(', ')
    current = { planned: of, place, details: about, startedMs: Date.now() }
    measuring = undefined
    if (screen) {
      // Not at once: nothing here may delay a trial. `unref`: what ends early waits for no drawing.
      timer = setInterval(draw, REDRAW_MS).unref()
    } else if (verbosity === 'verbose' || at % Math.ceil(planned.length / MOST_LINES || 1) === 0) {
      const subject = `${clean(of.subject.label)}${inBrackets(pointOf(of.point.at))}`
      print([`[${place}] ${name}: ${subject}`, details, left()].filter(Boolean).join(', '))
    }
  }

  return {
    trialStarted(trial, at) {
      index = at
      const cells = scenario.points.length * scenario.subjects.length
      const [least, most] = [blocks.least * cells, blocks.most * cells]
      const total = least === most ? String(most) : `${Math.max(least, at + 1)} to ${most}`
      begin(trial, `${at + 1}/${total}`, `block ${trial.block + 1}/${blocksName(scenario)}`, at)
    },
    blockAgain(block, { message }) {
      print(`  block ${block + 1} is measured again: ${clean(message)}`)
    },
    stepStarted(trial, ask, at) {
      const usual = size && at < size.usualTrials ? `of about ${size.usualTrials}` : `of at most ${size?.mostTrials}`
      begin(trial, `${at + 1} ${usual}`, stepOf(ask), at)
    },
    measuring(_trial, window, members) {
      const nowMs = Date.now()
      const warmMs = nowMs + (window.warmNs - window.startNs) / 1e6
      const tookMs = (window.endNs - window.warmNs) / 1e6
      measuring = { pulse: new Pulse(window, members), warmMs, endMs: warmMs + tookMs }
      if (verbosity !== 'verbose') return
      const pids = members.map(({ role, pid }) => `${role} ${pid}`).join(', ')
      // The processes have not been told to start yet: they are first.
      setImmediate(() => print(`  processes: ${pids}; measuring for ${time(tookMs)}`))
    },
    trialEnded(ended, trial) {
      clearInterval(timer)
      overheadMs = Math.max(0, Date.now() - (current?.startedMs ?? 0) - windowMs(ended))
      const text = `  ${clean(ended.subject.label)}: ${outcomeOf(trial, verbosity === 'verbose')}`
      if (verbosity === 'verbose' || (trial.verdict !== 'valid' && isNews(trial))) print(text)
    },
    close() {
      clearInterval(timer)
      clear()
      process.off('exit', clear)
      process.off('SIGCONT', forget)
    },
  }

  /** What goes wrong in every trial of a subject is told once; the report counts. */
  function isNews({ subject, verdict, reasons, warnings }: Trial): boolean {
    const codes = [...reasons, ...warnings].map(({ code }) => code)
    const key = JSON.stringify([subject, verdict, ...codes])
    const isNew = !told.has(key)
    told.add(key)
    return isNew
  }
}

function windowMs({ point: { settings } }: PlannedTrial): number {
  return (settings.durationNs + warmupNsOf(settings)) / 1e6
}

function phaseOf(measuring: Measuring | undefined): string {
  if (!measuring) return 'connecting'
  const nowMs = Date.now()
  const { warmMs, endMs } = measuring
  if (nowMs < warmMs) return 'warming up'
  if (nowMs >= endMs) return 'settling'
  const whole = (ms: number) => Math.max(0, Math.floor(ms / 1000))
  return `measuring, ${whole(nowMs - warmMs)} of ${time(endMs - warmMs)}`
}

/** `valid, 2,000/s, p50 74.2 µs, p99 280 µs`; `suspect: why (and 2 more)`. @param all whether every doubt is told */
function outcomeOf({ verdict, reasons, warnings, load, latency }: Trial, all: boolean): string {
  // Warnings beside a reason follow from it.
  const messages = (reasons.length > 0 ? reasons : warnings).map(({ message }) => clean(message))
  const doubts = all || messages.length < 2 ? messages.join('; ') : `${messages[0]} (and ${messages.length - 1} more)`
  if (verdict !== 'valid') return `${verdict}${doubts && `: ${doubts}`}`
  const quantile = (name: 'p50' | 'p99') => {
    const ns = latency.response?.[name] ?? null
    return ns === null ? [] : [`${name} ${duration(ns)}`]
  }
  return [verdict, `${count(load.achievedPerSec)}/s`, ...quantile('p50'), ...quantile('p99')].join(', ')
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
  return clean(
    Object.entries(at)
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
  )
}

function inBrackets(text: string): string {
  return text && ` (${text})`
}

function time(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}
