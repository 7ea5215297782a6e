/** What differs between two runs beside what is to be compared: then their difference is not of the subjects alone. */
import type { Environment, Result, Trial } from '../result.ts'
import { pointKey, pointName } from './cell.ts'

/** One thing that is not the same, as each run has it; null: it has none. */
export interface Difference {
  readonly what: string
  readonly base: string | null
  readonly head: string | null
}

export interface Likeness {
  /** May be overridden by who knows why they do not matter. */
  readonly differences: readonly Difference[]
  /** May not: one name for two things. */
  readonly conflicts: readonly Difference[]
}

/** Of the subjects that are compared, those labels. */
export interface Compared {
  readonly base: readonly string[]
  readonly head: readonly string[]
}

/** A machine reports a little less memory after an update of its kernel; a tenth is another machine. */
const MEMORY_SHARE = 0.1

/** Of a scenario, what may differ: how often, in which order and by what it is judged, and what the subjects themselves are. */
const FREE = ['name', 'description', 'blocks', 'seed', 'budget', 'thresholds', 'compare', 'gate', 'subjects', 'points']

/** @param packagesOf the packages that carry a transport */
export function likenessOf(
  base: Result,
  head: Result,
  compared: Compared,
  packagesOf: (transport: string) => readonly string[],
): Likeness {
  const differences = [
    ...ofEnvironment(base, head, compared, packagesOf),
    ...ofScenario(base, head),
    ...ofPoints(base, head),
    ...ofTrials(base, head, compared),
    ...ofCompleteness(base, head),
  ]
  return { differences, conflicts: ofFigures(base, head) }
}

/** What makes another machine of one, Node included: names of the environment. */
export function unlikeIn(base: Environment, head: Environment): (keyof Environment)[] {
  const names = (['cpuModel', 'cores', 'os', 'kernel', 'node', 'v8'] as const).filter(
    (name) => base[name] !== head[name],
  )
  const memory = Math.abs(base.memoryBytes - head.memoryBytes) > MEMORY_SHARE * head.memoryBytes
  return memory ? [...names, 'memoryBytes'] : names
}

function differing(what: string, base: unknown, head: unknown): Difference[] {
  const text = (value: unknown) => (value === undefined ? null : typeof value === 'string' ? value : stable(value))
  const [one, other] = [text(base), text(head)]
  return one === other ? [] : [{ what, base: one, head: other }]
}

/** JSON with its keys in one order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

function ofEnvironment(
  { environment: base, trials: baseTrials, tool: baseTool }: Result,
  { environment: head, trials: headTrials, tool: headTool }: Result,
  compared: Compared,
  packagesOf: (transport: string) => readonly string[],
): Difference[] {
  const measured = [...trialsOf(baseTrials, compared.base), ...trialsOf(headTrials, compared.head)]
  const packages = new Set(measured.flatMap(({ transport }) => packagesOf(transport)))
  return [
    ...differing('rtbench', baseTool.version, headTool.version),
    ...unlikeIn(base, head).flatMap((name) => differing(name, base[name], head[name])),
    ...[...packages].flatMap((name) => differing(`package ${name}`, base.packages[name], head.packages[name])),
  ]
}

function ofScenario({ scenario: base }: Result, { scenario: head }: Result): Difference[] {
  const keys = [...new Set([...Object.keys(base.resolved), ...Object.keys(head.resolved)])]
  const own = keys.filter((key) => !FREE.includes(key) && key !== 'workload')
  return [
    ...differing('workload', base.workload, head.workload),
    ...differing('what one latency is', base.latencyMeaning, head.latencyMeaning),
    ...own.flatMap((key) => differing(key, base.resolved[key], head.resolved[key])),
  ]
}

/** The points that only one has, and what else differs at those that both have. */
function ofPoints(base: Result, head: Result): Difference[] {
  const [ofBase, ofHead] = [settingsOf(base), settingsOf(head)]
  return [...new Set([...ofBase.keys(), ...ofHead.keys()])].flatMap((key) => {
    const [one, other] = [ofBase.get(key), ofHead.get(key)]
    const name = pointName((one ?? other)?.at ?? {})
    if (!one || !other) return differing(`point ${name || '(the only one)'}`, one && 'measured', other && 'measured')
    const paths = [...new Set([...Object.keys(one.settings), ...Object.keys(other.settings)])]
    const at = name ? ` at ${name}` : ''
    return paths.flatMap((path) => differing(`${path}${at}`, one.settings[path], other.settings[path]))
  })
}

interface PointSettings {
  readonly at: Result['scenario']['points'][number]
  readonly settings: Readonly<Record<string, unknown>>
}

function settingsOf({ scenario }: Result): Map<string, PointSettings> {
  const { points } = scenario.resolved
  const resolved = Array.isArray(points) ? (points as ReadonlyArray<Partial<PointSettings> | null>) : []
  return new Map(scenario.points.map((at, index) => [pointKey(at), { at, settings: resolved[index]?.settings ?? {} }]))
}

function trialsOf(trials: readonly Trial[], labels: readonly string[]): Trial[] {
  return trials.filter(({ subject }) => labels.includes(subject))
}

/** What the scenario does not settle: how many processes measured, with which client half, and what carries a label. */
function ofTrials(base: Result, head: Result, compared: Compared): Difference[] {
  const [ofBase, ofHead] = [trialsOf(base.trials, compared.base), trialsOf(head.trials, compared.head)]
  if (ofBase.length === 0 || ofHead.length === 0) return []
  const all = (trials: readonly Trial[], of: (trial: Trial) => string | number) =>
    [...new Set(trials.map(of))].toSorted().join(', ')
  const by = (what: string, of: (trial: Trial) => string | number) => differing(what, all(ofBase, of), all(ofHead, of))
  const shared = compared.head.filter((label) => compared.base.includes(label))
  return [
    ...by('client', ({ client }) => client),
    ...by('client processes', ({ workers }) => workers),
    ...shared.flatMap((label) => {
      const transport = (trials: readonly Trial[]) => all(trialsOf(trials, [label]), (trial) => trial.transport)
      return differing(`transport of ${label}`, transport(ofBase), transport(ofHead))
    }),
  ]
}

/** What a run that was cut off had measured by then may be the quieter half of it. */
function ofCompleteness(base: Result, head: Result): Difference[] {
  const state = ({ status, trials, scenario: { plannedTrials } }: Result) =>
    status === 'aborted' ? `aborted after ${trials.length} of ${plannedTrials ?? 'its'} trials` : 'whole'
  const [ofBase, ofHead] = [state(base), state(head)]
  return ofBase === 'whole' && ofHead === 'whole' ? [] : [{ what: 'the run', base: ofBase, head: ofHead }]
}

/** One name for two figures. */
function ofFigures({ scenario: base }: Result, { scenario: head }: Result): Difference[] {
  return head.figures.flatMap(({ name, unit, better }) => {
    const same = base.figures.find((figure) => figure.name === name)
    if (!same) return []
    return [
      ...differing(`unit of ${name}`, same.unit, unit),
      ...differing(`better side of ${name}`, same.better, better),
    ]
  })
}
