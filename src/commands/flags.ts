import { UserError } from '../errors.ts'
import { quote } from '../scenario/quote.ts'
import type { Override } from '../scenario.ts'

/** The flags of `run`, as commander gives them. */
export interface RunFlags {
  readonly transports?: string
  readonly duration?: string
  readonly warmup?: string
  readonly rate?: string
  readonly connections?: string
  readonly blocks?: string
  readonly budget?: string
  readonly minEffect?: string
  readonly detect?: string
  readonly sessionAllowance?: string
  readonly failOnInconclusive?: boolean
  readonly seed?: string
  readonly set: readonly string[]
  /** Stored results that stand for the base. */
  readonly baseline: readonly string[]
  readonly force?: boolean
  /** Measure the machine first. */
  readonly calibrate?: boolean
  /** A stored one of this machine. */
  readonly calibration?: string
  readonly output: string
  readonly json?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly progress: boolean
  readonly dryRun?: boolean
}

/** Where each common flag goes in a scenario. */
const PATHS = {
  duration: 'duration',
  warmup: 'warmup',
  rate: 'load.rate',
  connections: 'connections',
  blocks: 'blocks',
  budget: 'budget',
  minEffect: 'compare.minEffect',
  detect: 'compare.detect',
  sessionAllowance: 'compare.sessionAllowance',
  failOnInconclusive: 'compare.failOnInconclusive',
  seed: 'seed',
} as const

/** `minEffect` -> `--min-effect` */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/**
 * Transports, separated by commas, as a list of YAML; each may be a mapping.
 * @param place that an error begins with
 */
export function listed(transports: string, place: string): string {
  if (/^\s*,|,\s*,/.test(transports))
    throw new UserError(`${place}: a name is missing beside a comma, got ${quote(transports)}; write it as in tcp,ws`)
  return `[${transports}]`
}

/** What the flags change in a scenario: `--set` last, because it is the most particular. */
export function overridesOf(flags: RunFlags): Override[] {
  const overrides: Override[] = []
  if (flags.transports !== undefined) {
    overrides.push({ path: 'transports', value: listed(flags.transports, '--transports'), flag: '--transports' })
  }
  for (const [name, path] of Object.entries(PATHS) as Array<[keyof typeof PATHS, string]>) {
    const value = flags[name]
    if (value !== undefined) overrides.push({ path, value: String(value), flag: flagOf(name) })
  }
  for (const assignment of flags.set) {
    const [path = '', ...rest] = assignment.split('=')
    overrides.push({ path: path.trim(), value: rest.join('='), flag: `--set ${assignment}` })
  }
  return overrides
}
