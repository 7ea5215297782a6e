/** What a search found, as text: the highest load of each subject, and the curve on the way there. */
import type { Capacity, Result, Verdict } from '../result.ts'
import {
  clearlyHighest,
  limitOf,
  mayBearMore,
  medianAtLoad,
  stepsAtCapacity,
  trialsAtCapacity,
} from '../stats/capacity.ts'
import { pointKey, pointName } from '../stats/cell.ts'
import { count, cut, duration, figure, NO_FIGURE, ratio } from './format.ts'
import type { Field, Row, Sheet } from './sheet.ts'

/** One subject's way from the lowest load up. */
export interface Curve {
  readonly title: string
  readonly sheet: Sheet
}

const loadText = (value: number | null, { unit }: Pick<Capacity, 'unit'>) => figure(value, unit)
const optional = (value: number | null, format: (value: number) => string) =>
  value === null ? NO_FIGURE : format(value)

/** Codes as a reader of the table would say them. */
const limits: Readonly<Record<string, string | undefined>> = {
  'generator-saturated': 'the generator',
  'load-not-reached': 'load not reached',
  'offered-rate-missed': 'load not reached',
  'nothing-delivered': 'nothing delivered',
  'channels-closed': 'connections lost',
  'connect-failed': 'connecting failed',
  'server-died': 'the server died',
  'client-died': 'a client died',
  'threshold-no-data': 'too few samples',
}

/** A condition may be long; all of them stand below the table. */
const LONGEST_LIMIT = 28

function because(limit: string | null): string {
  return limit === null ? NO_FIGURE : cut(limits[limit] ?? limit, LONGEST_LIMIT)
}

/** One sheet a point: the highest load of every subject. */
export function capacitySheets({ capacities, trials }: Result): Sheet[] {
  return byPoint(capacities).map((own) => {
    const over = own[0]?.over ?? ''
    const best = clearlyHighest(own)
    const highest = own.toSorted((one, other) => (other.capacity ?? 0) - (one.capacity ?? 0))[0]
    const doubtful = new Set(
      trialsAtCapacity(own, trials).flatMap(({ subject, verdict }) => (verdict === 'suspect' ? [subject] : [])),
    )
    return {
      point: own[0]?.point ?? {},
      fields: [
        { head: over, rank: 'essential' },
        { head: 'achieved/s', rank: 'essential' },
        { head: 'p50', rank: 'essential' },
        { head: 'p99', rank: 'essential' },
        { head: 'fails at', rank: 'full' },
        { head: 'because of', rank: 'full' },
        { head: 'to best', rank: 'essential' },
      ],
      rows: own.map((one): Row => {
        const at = stepsAtCapacity(one)
        return {
          subject: one.subject,
          verdict: verdictOf(one, doubtful),
          best: one.subject === best,
          texts: [
            one.state === 'none' ? 'none' : `${isBound(one) ? '≥ ' : ''}${loadText(one.capacity, one)}`,
            optional(medianAtLoad(at, 'achievedPerSec'), count),
            optional(medianAtLoad(at, 'p50'), duration),
            optional(medianAtLoad(at, 'p99'), duration),
            loadText(one.firstFailing, one),
            because(one.limitedBy),
            standing(one, best, own.length > 1 ? highest : undefined),
          ],
        }
      }),
    }
  })
}

function verdictOf({ state, confirmed, subject }: Capacity, doubtful: ReadonlySet<string>): Verdict {
  if (state === 'invalid' || state === 'unsupported') return state
  return state === 'found' && (!confirmed || doubtful.has(subject)) ? 'suspect' : 'valid'
}

/** What was found is the least that the subject bears. */
function isBound(one: Capacity): boolean {
  return one.state === 'found' && mayBearMore(one)
}

/** By the highest load; where that or the own one is a bound, so is the ratio. */
function standing(one: Capacity, best: string | null, highest: Capacity | undefined): string {
  if (one.state !== 'found') return one.state === 'none' ? NO_FIGURE : one.state
  if (one.subject === best) return 'best'
  if (!highest?.capacity || one.capacity === null) return NO_FIGURE
  const text = ratio(one.capacity / highest.capacity)
  if (one === highest) return text
  if (isBound(highest)) return isBound(one) ? NO_FIGURE : `≤ ${text}`
  return isBound(one) ? `≥ ${text}` : text
}

/** One curve a search, its loads ascending; several runs at a load are one row. */
export function capacityCurves({ capacities }: Result): Curve[] {
  const fields: readonly Field[] = [
    { head: 'achieved/s', rank: 'essential' },
    { head: 'p50', rank: 'essential' },
    { head: 'p99', rank: 'essential' },
    { head: 'runs met', rank: 'full' },
    { head: 'because of', rank: 'full' },
    { head: 'objective', rank: 'essential' },
  ]
  return capacities
    .filter(({ curve, state }) => curve.length > 0 && state !== 'unsupported')
    .map((one) => {
      const where = pointName(one.point)
      const loads = [...new Set(one.curve.map(({ value }) => value))].toSorted((low, high) => low - high)
      return {
        title: `${one.subject}${where && `, ${where}`}: by ${one.over}`,
        sheet: { point: one.point, fields, rows: loads.map((load) => rowAt(load, one)) },
      }
    })
}

function rowAt(load: number, one: Capacity): Row {
  const runs = one.curve.filter(({ value }) => value === load)
  const met = runs.filter((run) => run.met)
  const failed = runs.filter((run) => !run.met)
  const isCapacity = load === one.capacity
  const isFault = one.state === 'invalid' && load === one.curve.at(-1)?.value
  const hasFailed = failed.length > 1 || met.length === 0
  // The figures belong to the answer: of the runs that failed where the load failed, else of those that met it.
  const shown = hasFailed ? failed : met
  return {
    subject: loadText(load, one),
    verdict: 'valid',
    best: isCapacity,
    texts: [
      optional(medianAtLoad(shown, 'achievedPerSec'), count),
      optional(medianAtLoad(shown, 'p50'), duration),
      optional(medianAtLoad(shown, 'p99'), duration),
      `${met.length} of ${runs.length}`,
      because(failed.map(limitOf).at(-1) ?? null),
      isCapacity ? 'capacity' : isFault ? 'invalid' : hasFailed ? 'not met' : 'met',
    ],
  }
}

/** What has to be known of the capacities. */
export function capacityNotes({ capacities, scenario }: Result): string[] {
  const [first] = capacities
  if (!first) return []
  const share = `${Number((first.precision * 100).toPrecision(3))} %`
  const lines = [
    `The highest ${first.over === 'rate' ? 'rate' : `number of ${first.over}`} at which this holds: ${first.slo.join(', ')}; to within ${share}. Its figures are medians of the runs that met it there. A load has failed when two runs of it did.`,
    `Latency: ${scenario.latencyMeaning ?? 'from the intended send time to the receipt'}.`,
  ]
  if (new Set(capacities.map(({ subject }) => subject)).size > 1) {
    lines.push(
      `To best: by ${first.over}; a subject is called best only where it is confirmed and more than ${share} above all others, and none of those may bear more than was found.`,
    )
  }
  const add = (some: readonly Capacity[], text: (who: string) => string) => {
    if (some.length > 0) lines.push(text(some.map(nameOf).join(', ')))
  }
  const found = capacities.filter(({ state }) => state === 'found')
  add(
    found.filter(({ atLeast }) => atLeast),
    (who) => `≥ ${who}: met at the highest load of the scenario; raise load.search.to to find the limit.`,
  )
  add(
    found.filter(({ limitedBy }) => limitedBy === 'generator-saturated'),
    (who) =>
      `≥ ${who}: the generator was the limit, it could not send on time; the subject may bear more. More cores would show, or more client processes (workers) where clients send.`,
  )
  add(
    found.filter(({ limitedBy }) => limitedBy === 'threshold-no-data'),
    (who) => `≥ ${who}: at the load that failed the objective had no figure; a longer duration gives it one.`,
  )
  add(
    found.filter(({ confirmed }) => !confirmed),
    (who) =>
      `? ${who}: not confirmed: the scenario asks for no further runs, or one load after the other fell in them.`,
  )
  for (const one of capacities.filter(({ state }) => state === 'none')) {
    lines.push(
      `${nameOf(one)}: none, ${loadText(one.firstFailing, one)}, the lowest, fails already: ${lastMessage(one)}.`,
    )
  }
  add(
    capacities.filter(({ state }) => state === 'unfinished'),
    (who) => `${who}: the search was not finished.`,
  )
  return lines
}

function lastMessage({ curve }: Capacity): string {
  return curve.at(-1)?.causes[0]?.message ?? 'it was not met'
}

function nameOf({ subject, point }: Capacity): string {
  const where = pointName(point)
  return `${subject}${where && ` at ${where}`}`
}

function byPoint(capacities: readonly Capacity[]): Capacity[][] {
  const groups = new Map<string, Capacity[]>()
  for (const one of capacities) {
    const key = pointKey(one.point)
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}
