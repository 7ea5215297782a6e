/** The flags of `compare` that say when a difference is one. */
import { UserError } from '../errors.ts'
import { type Gate, gatedMetrics, gatePresets, isOffered } from '../gate.ts'
import { metrics, type Result } from '../result.ts'
import { quote } from '../scenario/quote.ts'
import { suggest } from '../scenario/suggest.ts'
import { shareOf } from '../scenario/units.ts'

export interface GateFlags {
  readonly base?: string
  readonly head?: string
  /** Metrics, separated by commas. */
  readonly gate?: string
  readonly minEffect?: string
  readonly detect?: string
  readonly sessionAllowance?: string
  readonly failOnInconclusive?: boolean
}

/**
 * What the flags say, else what the run itself was judged by, else the presets.
 * @throws UserError with the flag, what it got and how to write it
 */
export function gateOf(flags: GateFlags, head: Result, labels: Readonly<Record<'base' | 'head', string>>): Gate {
  const own = head.gate
  const minEffect = share(flags.minEffect, '--min-effect', 0.001, 0.5) ?? own?.minEffect ?? gatePresets.minEffect
  const usual = flags.minEffect === undefined && own ? own.detect : Math.max(gatePresets.detect, 2 * minEffect)
  const detect = share(flags.detect, '--detect', 0.001, 1) ?? usual
  if (detect < minEffect) throw new UserError(`--detect: must not be below the smallest effect, ${minEffect}; raise it`)
  return {
    ...labels,
    metrics: metricsOf(flags, head) ?? own?.metrics ?? presetMetrics(head),
    minEffect,
    detect,
    sessionAllowance:
      share(flags.sessionAllowance, '--session-allowance', 0, 5) ??
      own?.sessionAllowance ??
      gatePresets.sessionAllowance,
    failOnInconclusive: flags.failOnInconclusive ?? own?.failOnInconclusive ?? gatePresets.failOnInconclusive,
  }
}

function share(text: string | undefined, flag: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = shareOf(text.trim())
  if (value !== undefined && value >= least && value <= most) return value
  throw new UserError(
    `${flag}: must be a share from ${least} to ${most}, got ${quote(text)}; write it as in 5 % or 0.05`,
  )
}

function presetMetrics({ trials }: Result): readonly string[] {
  const [model, other] = new Set(trials.map(({ load }) => load.model))
  if (other !== undefined)
    throw new UserError('--gate: is needed where the kind of load varies; write it as in cpu.serverPerMessageNs')
  return gatedMetrics(model ?? 'open')
}

/** Of the metrics, those that can be worse by a share: counts are for thresholds, the generator's lag is nobody's merit. */
function metricsOf({ gate }: GateFlags, { scenario: { figures }, trials }: Result): string[] | undefined {
  if (gate === undefined) return undefined
  const own = Object.entries(metrics).map(([name, { unit, better }]) => ({ name, unit, better }))
  const known = [...own, ...figures]
    .filter(({ name, unit, better }) => unit !== 'count' && better !== 'none' && !name.startsWith('sendLag.'))
    .map(({ name }) => name)
  const names = [...new Set(gate.split(',').map((name) => name.trim()))]
  const isOpen = trials.some(({ load }) => load.model === 'open')
  for (const name of names) {
    if (isOpen && isOffered(name))
      throw new UserError(
        `--gate: cannot take ${name} under an offered rate, which sets it; choose another, as in service.p50`,
      )
    if (known.includes(name)) continue
    throw new UserError(`--gate: must name metrics that can be compared, got ${quote(name)}; ${suggest(name, known)}`)
  }
  return names
}
