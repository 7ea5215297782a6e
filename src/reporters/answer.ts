/** The answer of a run, in a few sentences: who is best at what and by how much; where nobody is, why that cannot be said. */
import type { Capacity, Ranking, Result } from '../result.ts'
import { answerOf } from '../stats/answer.ts'
import { clearlyHighest, mayBearMore } from '../stats/capacity.ts'
import { cellsOf, pointKey, pointName } from '../stats/cell.ts'
import { change, changes } from '../stats/change.ts'
import { ALIKE, undecidedAt } from '../stats/standing.ts'
import { count, cut, duration, figure, plural } from './format.ts'

export interface Sentence {
  readonly kind: 'good' | 'bad' | 'open' | 'plain'
  readonly text: string
}

/** So many are said; the tables have the others. */
const MOST_SENTENCES = 3
/** Of the others, so many are named. */
const NAMED = 3
const LABEL_COLUMNS = 24

/** @param result with clean texts */
export function sentencesOf(result: Result): Sentence[] {
  const gate = answerOf(result)
  const gated = gate ? [sentence(kinds[gate.verdict], gate.text)] : []
  const found = gate ? [] : result.capacities.length > 0 ? capacitySentences(result) : rankingSentences(result)
  const flaws = gate ? [] : flawSentences(result)
  const all = [...flaws, ...gated, ...thresholdSentences(result), ...(found.length > 0 || gate ? found : alone(result))]
  if (all.length <= MOST_SENTENCES) return all
  const hidden = all.length - MOST_SENTENCES + 1
  return [
    ...all.slice(0, MOST_SENTENCES - 1),
    sentence('open', `${count(hidden)} more answers are in the tables below.`),
  ]
}

const kinds = { better: 'good', same: 'good', worse: 'bad', inconclusive: 'open', none: 'bad' } as const

function sentence(kind: Sentence['kind'], text: string): Sentence {
  return { kind, text }
}

/** What keeps the run from being what was asked for; how it ended stands at the end of the report. */
function flawSentences({ status, reasons, trials, capacities }: Result): Sentence[] {
  if (status === 'aborted') return [sentence('bad', `The run was aborted: ${reasons[0]?.message ?? 'before its end'}.`)]
  if (status !== 'invalid') return []
  // Beyond its capacity a subject is expected to fail.
  const flawed =
    capacities.length > 0
      ? capacities.filter(({ state }) => state === 'invalid')
      : trials.filter(({ verdict }) => verdict === 'invalid')
  const invalid = new Set(flawed.map(({ subject }) => subject))
  const who = invalid.size > 0 ? ` (${listed([...invalid])})` : ''
  return [sentence('bad', `The run is invalid${who}: why stands below.`)]
}

function thresholdSentences({ thresholds }: Result): Sentence[] {
  const failed = new Set(thresholds.filter(({ status }) => status === 'fail').map(({ expression }) => expression))
  if (failed.size === 0) return []
  return [
    sentence(
      'bad',
      `${plural(failed.size, 'threshold')} ${failed.size === 1 ? 'does' : 'do'} not hold: ${listed([...failed])}.`,
    ),
  ]
}

/** Of those who are best, each once with all its points; then why at the other points nobody is. */
function rankingSentences({ rankings, trials }: Result): Sentence[] {
  const cells = cellsOf(trials)
  const wins = grouped(
    rankings.filter(({ best }) => best !== null),
    ({ best, metric }) => [best, metric],
  )
  const open = grouped(
    rankings.filter(({ best }) => best === null),
    (ranking) => [reasonAt(ranking), ranking.metric],
  )
  return [
    ...wins.map((won) => sentence('good', `${winOf(won)}${where(won, rankings)}.`)),
    ...open.map((some) => sentence('open', `${reasonAt(some[0])}${where(some, rankings)}.`)),
  ]

  function reasonAt(ranking: Ranking): string {
    const here = cells.filter(({ point }) => pointKey(point) === pointKey(ranking.point))
    const reason = undecidedAt(ranking, here) ?? ''
    const { noun } = wordsOf(ranking)
    return reason.startsWith(ALIKE)
      ? `No measurable difference in ${noun}${reason.slice(ALIKE.length)}`
      : `Who has the ${merit(ranking)} ${noun} cannot be said: ${reason}`
  }
}

type Some<T> = readonly [T, ...T[]]

function grouped<T>(items: readonly T[], keyOf: (item: T) => unknown): Some<T>[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const key = JSON.stringify(keyOf(item))
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}

function wordsOf({ metric }: Pick<Ranking, 'metric'>): { noun: string } {
  if (metric === 'latency.p50') return { noun: 'p50' }
  return { noun: metric === 'throughput.messagesPerSec' ? 'throughput' : metric }
}

function merit({ better }: Pick<Ranking, 'better'>): string {
  return better === 'higher' ? 'highest' : 'lowest'
}

/** `ws has the lowest p50: sse +74.1 % (+70.2 % to +78.9 %), grpc +159 % (…)` */
function winOf(won: Some<Ranking>): string {
  const [first] = won
  const head = `${first.best} has the ${merit(first)} ${wordsOf(first).noun}`
  const others = won.map(othersOf)
  if (won.length === 1) {
    const [here = []] = others
    const more = here.length > NAMED ? [`${here.length - NAMED} more`] : []
    const texts = here.slice(0, NAMED).map(({ subject, ratio, ci95 }) => {
      return `${cut(subject, LABEL_COLUMNS)} ${change(ratio)}${ci95 ? ` (${changes(ci95)})` : ''}`
    })
    return `${head}: ${[...texts, ...more].join(', ')}`
  }
  const nearest = others.flatMap(([next]) => next?.ratio ?? [])
  const bounds = [Math.min(...nearest), Math.max(...nearest)] as const
  return `${head}: the next best ${changes(bounds)}`
}

/** The nearest first; ratios are by the best one. */
function othersOf({ pairs, best }: Ranking) {
  return pairs
    .flatMap(({ one, other, ratio, ci95 }) => {
      if (ratio === null || ratio === 0 || (one !== best && other !== best)) return []
      if (one === best) return [{ subject: other, ratio, ci95 }]
      const turned: [number, number] | null = ci95 && ci95[0] > 0 ? [1 / ci95[1], 1 / ci95[0]] : null
      return [{ subject: one, ratio: 1 / ratio, ci95: turned }]
    })
    .toSorted((one, other) => Math.abs(Math.log(one.ratio)) - Math.abs(Math.log(other.ratio)))
}

/** Nothing where there is one point; one point by its name, several by their number. */
function where(some: Some<Ranking>, all: readonly Ranking[]): string {
  if (all.length === 1) return ''
  if (some.length === all.length) return ', at all points'
  return some.length === 1
    ? `, at ${pointName(some[0].point)}`
    : `, at ${count(some.length)} of ${count(all.length)} points`
}

/** Who bears most, a sentence for each point. */
function capacitySentences({ capacities }: Result): Sentence[] {
  const ended = capacities.filter(({ state }) => state !== 'unfinished')
  return grouped(ended, ({ point }) => pointKey(point)).map((here) => {
    const [{ over, point }] = here
    const at = pointName(point) && `, at ${pointName(point)}`
    const found = here.filter(({ state }) => state === 'found')
    const falling = found.toSorted((one, other) => (other.capacity ?? 0) - (one.capacity ?? 0))
    const figures = falling.map((one) => `${cut(one.subject, LABEL_COLUMNS)} ${loadOf(one)}`)
    if (found.length === 0) return sentence('bad', `Nobody was found to bear any ${over}${at}.`)
    const best = clearlyHighest(here)
    if (best === null && found.length === 1) return sentence('open', `Highest ${over}: ${figures.join('')}${at}.`)
    const more = figures.length > NAMED + 1 ? [`${figures.length - NAMED - 1} more`] : []
    const list = [...figures.slice(0, NAMED + 1), ...more].join(', ')
    return best === null
      ? sentence('open', `Who bears the highest ${over} cannot be told: ${list}${at}.`)
      : sentence('good', `${cut(best, LABEL_COLUMNS)} bears the highest ${over}: ${list}${at}.`)
  })
}

function loadOf(one: Capacity): string {
  return `${mayBearMore(one) ? 'at least ' : ''}${figure(one.capacity, one.unit)}`
}

/** A subject that has nobody beside it: its own figures. */
function alone({ aggregates, scenario }: Result): Sentence[] {
  if (scenario.points.length > 1 || scenario.subjects.length > 1) return []
  const of = (metric: string) => aggregates.find((one) => one.metric === metric)?.median ?? null
  const [p50, p99, perSec] = [of('latency.p50'), of('latency.p99'), of('rate.achieved')]
  if (perSec === null) return []
  const times = [p50 === null ? [] : `p50 ${duration(p50)}`, p99 === null ? [] : `p99 ${duration(p99)}`].flat()
  return [sentence('plain', `${scenario.subjects[0]}: ${[...times, `${count(perSec)}/s`].join(', ')}.`)]
}

function listed(items: readonly string[]): string {
  const more = items.length > NAMED ? [`${items.length - NAMED} more`] : []
  return joined([...items.slice(0, NAMED).map((item) => cut(item, 2 * LABEL_COLUMNS)), ...more])
}

function joined(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
