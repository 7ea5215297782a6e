/** What has to be said beside the figures, in sentences: what they mean, which are missing and why, whom to doubt. */
import { quantiles, type Result, samplesNeeded, type Trial, type Verdict } from '../result.ts'
import { cellsOf, pointKey, pointName } from '../stats/cell.ts'
import { lacksCpuBecause } from '../stats/cost.ts'
import { isClientBound, undecidedAt } from '../stats/standing.ts'
import { bytes, count, figure, plural } from './format.ts'

/** What every trial has in common, for the title; what varies stands with its point. */
export function setting(result: Result): string {
  const { trials, scenario } = result
  const shared = (of: (trial: Trial) => string): string[] => {
    const texts = new Set(trials.map(of))
    return texts.size === 1 ? [...texts] : []
  }
  const blocks = new Set(trials.map(({ block }) => block)).size
  return [
    `workload ${scenario.workload}`,
    ...shared(loadOf),
    ...shared(({ load }) => plural(load.connections, 'connection')),
    ...shared(({ payload }) => `${bytes(payload.sizeBytes)} ${payload.kind}`),
    result.capacities.length > 0 ? plural(trials.length, 'trial') : plural(blocks, 'block'),
    ...shared(({ client }) => `${client} client`),
  ].join(', ')
}

function loadOf({ load }: Trial): string {
  if (load.model === 'open') return `open loop at ${count(load.requestedPerSec ?? 0)}/s`
  return load.model === 'closed' ? `closed loop, ${count(load.inFlight ?? 1)} in flight each` : 'saturated'
}

/** What the figures are. */
export function captions(result: Result): string[] {
  const { trials, aggregates, scenario } = result
  const models = new Set(trials.map(({ load }) => load.model))
  const sizes = cellsOf(trials).map(({ usable }) => usable.length)
  const most = Math.max(...sizes, 0)
  if (most === 0) return []
  const clientBound = cellsOf(trials).some(isClientBound)
  const fewest = Math.min(...sizes.filter((size) => size > 0))
  const exact = aggregates.length > 0 && aggregates.every(({ trials: size }) => size >= 6)
  const spread = exact
    ? 'how far its 95 % interval reaches'
    : aggregates.some(({ ci95 }) => ci95)
      ? mixedSpread
      : farthest
  const figures = fewest === most ? plural(most, 'trial') : `${count(fewest)} to ${plural(most, 'trial')}`
  return [
    `Latency: ${scenario.latencyMeaning ?? 'from the intended send time to the receipt'}.${models.has('closed') ? closedLatency : ''}${models.has('saturate') ? saturatedLatency : ''}`,
    most > 1
      ? `Figures are medians of ${figures}, a percentile is the median of the trials' own; ± is ${spread}. Errors are all trials' messages that did not arrive or could not be sent.`
      : 'Figures are of one trial. Errors are messages that did not arrive or could not be sent.',
    ...bottlenecks(result),
    [
      `To best: by ${models.has('open') ? 'p50' : 'messages a second'}; a subject is called best only where it is measurably better than every other, block by block${clientBound ? ', and the client was not their limit; (client): it was of this one' : ''}.`,
      ...standings(result),
    ].join(' '),
  ]
}

/** Where nobody is called best, and why. */
function standings({ trials, rankings }: Result): string[] {
  const cells = cellsOf(trials)
  const reasons = rankings.flatMap((ranking) => {
    const here = cells.filter(({ point }) => pointKey(point) === pointKey(ranking.point))
    return undecidedAt(ranking, here) ?? []
  })
  return [...new Set(reasons)].map((reason) => {
    const points = reasons.filter((one) => one === reason).length
    return rankings.length === 1 ? `Here: ${reason}.` : `At ${count(points)} of ${rankings.length} points: ${reason}.`
  })
}

/** Who set the limit where the subject was to show what it can do; the client is a reason for doubt, and told there. */
function bottlenecks({ trials }: Result): string[] {
  return (['server', 'both', 'neither', 'unknown'] as const).flatMap((who) => {
    const limited = trials.filter(({ load, bottleneck }) => load.model !== 'open' && bottleneck?.who === who)
    const [first] = limited
    if (!first) return []
    const several = new Set(limited.map(({ bottleneck }) => bottleneck?.because)).size > 1
    return [`${concerned(limited, trials)}: ${several ? 'e.g. ' : ''}${first.bottleneck?.because}.`]
  })
}

const closedLatency = ' In a closed loop a message is due when the one before it is answered.'
const saturatedLatency = ' Under saturation a message is due when it is sent.'
const farthest = 'how far off the farthest trial is'
const mixedSpread = `how far its 95 % interval reaches, with fewer than 6 trials ${farthest}`

/** Why there are no more blocks, and which were measured again: none of it for what the figures say. */
export function blockNotes({ stopped, setAside }: Result): string[] {
  const why = stopped && stopped.because !== 'planned' ? [`The run ${stopped.message}.`] : []
  const repeated = setAside.filter(({ cause }) => cause.code !== 'interrupted')
  if (repeated.length === 0) return why
  const causes = [...new Set(repeated.map(({ cause }) => cause.message))]
  const again = repeated.length === 1 ? '1 block was' : `${repeated.length} blocks were`
  const trials = plural(
    repeated.reduce((sum, one) => sum + one.trials.length, 0),
    'trial',
  )
  const more = causes.length > 1 ? `, e.g. ${causes[0]}` : `: ${causes[0]}`
  return [...why, `${again} measured again because of the machine, ${trials} set aside, in no figure${more}.`]
}

/** Why a percentile, or the CPU time of a message, has no figure, and what it would take. */
export function suppressions({ trials, capacities }: Result): string[] {
  const measured = trials.filter(({ verdict }) => verdict === 'valid' || verdict === 'suspect')
  const names = Object.keys(quantiles) as Array<keyof typeof quantiles>
  const few = names.flatMap((name) => {
    const needed = samplesNeeded(name)
    const short = measured.filter(({ latency: { response } }) => response && !response[name] && response.count < needed)
    if (short.length === 0) return []
    const had = Math.min(...short.map(({ latency }) => latency.response?.count ?? 0))
    const head = name.replace('999', '99.9')
    return [
      `– ${head}: needs ${count(needed)} messages a trial, the smallest had ${count(had)} (${subjectsOf(short)}).`,
    ]
  })
  const single = measured.filter(({ warnings }) => warnings.some(({ code }) => code === 'few-excursions'))
  const [example] = single.flatMap(({ warnings }) => warnings.filter(({ code }) => code === 'few-excursions'))
  if (example) {
    const several = single.length > 1 ? 'e.g. ' : ''
    const text = `${several}${example.message} (${subjectsOf(single)}); a longer duration gives more`
    few.push(`One stall is one event, however many messages it holds up: ${text}.`)
  }
  // A search shows no costs.
  const uncosted = capacities.length > 0 ? [] : measured.filter((trial) => lacksCpuBecause(trial) !== null)
  const [reason] = uncosted.map(lacksCpuBecause)
  if (reason) few.push(`– CPU for a message: ${concerned(uncosted, measured)}: ${reason}.`)
  const missing = measured.filter(({ counts }) => counts.expected + counts.skipped > counts.delivered)
  if (missing.length === 0) return few
  const worst = Math.max(...missing.map(({ counts }) => 1 - counts.delivered / (counts.expected + counts.skipped)))
  const share = `${(worst * 100).toPrecision(2)} %`
  return [
    ...few,
    `– max, and percentiles above what arrived: up to ${share} of a trial's messages were not sent or did not arrive in time, and they would be the slowest (${subjectsOf(missing)}).`,
  ]
}

/** What the workload says of subjects, beside their figures. */
export function remarks({ trials }: Result): string[] {
  const byNote = new Map<string, Trial[]>()
  for (const trial of trials) {
    for (const note of trial.workload.notes) byNote.set(note, [...(byNote.get(note) ?? []), trial])
  }
  return [...byNote].map(([note, of]) => `${subjectsOf(of)}: ${note}.`)
}

function subjectsOf(trials: readonly Trial[]): string {
  return [...new Set(trials.map(({ subject }) => subject))].join(', ')
}

/** One cause of doubt, with everybody whom it concerns. */
export interface Doubt {
  readonly verdict: Verdict
  readonly text: string
  readonly remedy?: string
}

/** Who is invalid, unsupported or suspect, and why: gravest first, one entry a cause. */
export function doubts({ trials }: Result): Doubt[] {
  return (['invalid', 'unsupported', 'suspect'] as const).flatMap((verdict) => {
    const causes = new Map<string, Array<{ trial: Trial; message: string }>>()
    for (const trial of trials.filter((one) => one.verdict === verdict)) {
      // Few excursions leave a figure out and are told with those.
      const doubted = trial.warnings.filter(({ code }) => code !== 'few-excursions')
      for (const { code, message } of verdict === 'suspect' ? doubted : trial.reasons) {
        causes.set(code, [...(causes.get(code) ?? []), { trial, message }])
      }
    }
    return [...causes].map(([code, cases]) => {
      const same = new Set(cases.map(({ message }) => message)).size === 1
      const message = `${same ? '' : 'e.g. '}${cases[0]?.message ?? ''}`
      const who = concerned(
        cases.map(({ trial }) => trial),
        trials,
      )
      const remedy = remedies[code]
      const text = `${code === verdict ? '' : `${code}, `}${who}: ${message}`
      return remedy === undefined ? { verdict, text } : { verdict, text, remedy }
    })
  })
}

/** `ws, grpc`, or `ws (2 of 3 trials), grpc (all 3 trials)` */
function concerned(some: readonly Trial[], all: readonly Trial[]): string {
  const counts = [...new Set(some.map(({ subject }) => subject))].map((subject) => ({
    subject,
    total: all.filter((trial) => trial.subject === subject).length,
    hit: new Set(some.filter((trial) => trial.subject === subject)).size,
  }))
  // A bare name beside one with a count would seem to have that count, too.
  const whole = counts.every(({ hit, total }) => hit === total)
  return counts
    .map(({ subject, hit, total }) =>
      whole ? subject : `${subject} (${hit === total ? 'all' : `${hit} of`} ${plural(total, 'trial')})`,
    )
    .join(', ')
}

/** Every workload's rate can be searched; not every one has a closed loop. */
const NO_SUCH_LOAD = 'lower the rate, or search for the limit: load: {search: {over: rate, …}}'

/** Of the codes whose cure is not in their message. A newer version may bring others. */
const remedies: Readonly<Record<string, string | undefined>> = {
  'generator-saturated': 'lower the rate or the connections, or free the machine of other work',
  'too-few-samples': 'a longer duration or a higher rate',
  'offered-rate-missed': NO_SUCH_LOAD,
  'short-warm-up': 'a longer warmup',
  'start-backlog': 'a longer warmup or a lower rate',
  'channels-closed': 'find out who closes them: a limit of the server, or too many for this machine',
  'client-bound':
    'give clients more cores, or more processes where cores are free (workers); compare at a rate that all can keep',
  'not-steady': 'a longer warmup, and a machine without other work',
  'event-loop-delay': 'find out what stops it: long work in one turn, or a machine that is short of cores',
  'gc-pauses': 'fewer connections or smaller messages, or more memory for the heap',
  'cpu-steal': 'end other programs, or measure on a machine of its own',
  'clock-anomaly': 'measure again; keep the machine from sleeping, and its clock from being set',
  undelivered: 'lower the rate, and find out why messages do not arrive',
  'server-died': 'find out what ended it: a signal from outside, or memory that ran out',
  'client-died': 'find out what ended it: a signal from outside, or memory that ran out',
  'load-not-reached': NO_SUCH_LOAD,
  corrupt: 'the server has to return the same bytes',
  deadline: 'a lower rate or fewer connections; the machine may be busy',
  'not-equivalent': 'the server has to return the same bytes; check its version and options',
  'connect-failed': 'check the address, the descriptor limit (ulimit -n) and free ports',
  internal: 'a fault in rtbench: please report it with the result file',
}

/** One line for every outcome of a threshold: who, and with which figure. */
export function thresholdLines({ thresholds }: Result): Array<{ status: 'pass' | 'fail' | 'no-data'; text: string }> {
  const groups = new Map<string, { status: 'pass' | 'fail' | 'no-data'; expression: string; who: string[] }>()
  for (const { expression, status, subject, point, actual, unit } of thresholds) {
    const key = JSON.stringify([expression, status])
    const group = groups.get(key) ?? { status, expression, who: [] }
    const name = pointName(point)
    group.who.push(`${subject}${name && ` at ${name}`} ${figure(actual, unit)}`)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ status, expression, who }) => ({
    status,
    text: `${expression}: ${who.join(', ')}`,
  }))
}
