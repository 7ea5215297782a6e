/** The answer in sentences: who is best at what, and by how much; where nobody is, that it cannot be said, and why. */
import type { Chapter, Run } from '../../reporter.ts'
import type { Ranking, Result } from '../../result.ts'
import { answerOf } from '../../stats/answer.ts'
import { clearlyHighest, mayBearMore } from '../../stats/capacity.ts'
import { cellsOf, pointKey, pointName } from '../../stats/cell.ts'
import { changes } from '../../stats/change.ts'
import { leadersOf } from '../../stats/standing.ts'
import { figure, plural, ratio } from '../format.ts'
import { type Content, html, type Markup, name, sentence } from './markup.ts'

/** Below it there is no 95 % interval of anything. */
const FEWEST_BLOCKS = 6

const PHRASES: Readonly<Record<string, string | undefined>> = {
  'latency.p50': 'response time, p50',
  'latency.p99': 'response time, p99',
  'service.p50': 'service time, p50',
  'service.p99': 'service time, p99',
  'throughput.messagesPerSec': 'messages a second',
  'cpu.serverPerMessageNs': 'server CPU for a message',
  'cpu.clientPerMessageNs': 'client CPU for a message',
  'memory.serverPeakBytes': 'memory of the server',
  'memory.clientPeakBytes': 'memory of the clients',
}

export function phraseOf(metric: string, { scenario }: Result): string {
  return PHRASES[metric] ?? scenario.figures.find(({ name: own }) => own === metric)?.head ?? metric
}

/** One card for each thing that can be said. */
export function answerCards({ result }: Run): Markup[] {
  const gate = answerOf(result)
  return [
    ...(gate
      ? [card(gate.verdict === 'none' ? 'unknown' : gate.verdict, 'Base against head', sentence(gate.text))]
      : []),
    // Too few blocks are too few at every point: that is said once, by `unansweredCard`.
    ...(blocksOf(result) < FEWEST_BLOCKS ? [] : result.rankings.map((ranking) => rankingCard(ranking, result))),
    ...capacityCards(result),
  ]
}

/** Why nothing can be said; null where there is nothing to compare. */
export function unansweredCard({ runs, result }: Chapter): Markup | null {
  const subjects = new Set(result.trials.map(({ subject }) => subject))
  if (subjects.size < 2) return null
  if (runs.length > 1) return card('unknown', 'Who is best', APART)
  return card('unknown', 'Who is best', unranked(result))
}

const APART =
  'Not said: these are separate runs, and between runs subjects differ also by time and machine. The figures below stand side by side; rtbench compare tests two runs against each other, and one run with all subjects tells who is best.'

/** Who bears most, by the same rule as the table: confirmed, and above the others by more than the precision. */
function capacityCards({ capacities }: Result): Markup[] {
  const keys = [...new Set(capacities.map(({ point }) => pointKey(point)))]
  return keys.flatMap((key) => {
    const own = capacities.filter(({ point }) => pointKey(point) === key)
    const found = own.filter(({ state }) => state === 'found')
    const [first] = own
    if (!first) return []
    const where = pointName(first.point)
    const title = html`Highest ${name(first.over)} that holds${where ? html`, at ${name(where)}` : null}`
    const best = clearlyHighest(own)
    const items = found
      .toSorted((one, other) => (other.capacity ?? 0) - (one.capacity ?? 0))
      .map((one) => html`${name(one.subject)}: ${mayBearMore(one) ? 'at least ' : ''}${figure(one.capacity, one.unit)}`)
    const text =
      found.length === 0
        ? 'No subject has one.'
        : best !== null
          ? html`<strong>${name(best)}</strong> bears most.`
          : 'No clear difference: the highest are too close together, not confirmed, or may bear more than was found.'
    return [
      card(best === null ? (found.length === 0 ? 'unknown' : 'same') : 'better', title, html`${text}${list(items)}`),
    ]
  })
}

function blocksOf({ trials }: Result): number {
  return new Set(trials.map(({ block }) => block)).size
}

/** Why there is no ranking. */
function unranked(result: Result): Content {
  const blocks = blocksOf(result)
  if (blocks < FEWEST_BLOCKS) {
    return `Too few blocks to say who is best: ${plural(blocks, 'block')}, and it takes at least ${FEWEST_BLOCKS}. The figures below are what was measured; differences between them may be chance.`
  }
  const competing = cellsOf(result.trials).filter(({ verdict }) => verdict === 'valid' || verdict === 'suspect')
  if (new Set(competing.map(({ subject }) => subject)).size < 2) {
    return 'Nobody is called best: fewer than two subjects have valid trials only. The figures below are what was measured.'
  }
  return 'No measurable difference is stated: this result has no comparison of its subjects. The figures below are what was measured.'
}

function rankingCard(ranking: Ranking, result: Result): Markup {
  const where = pointName(ranking.point)
  const title = html`${phraseOf(ranking.metric, result)}${where ? html`, at ${name(where)}` : null}`
  const merit = ranking.better === 'higher' ? 'highest' : 'lowest'
  if (ranking.best !== null) {
    const { best } = ranking
    const others = ranking.pairs.flatMap((pair) => againstBest(pair, best))
    return card('better', title, html`<strong>${name(best)}</strong> is ${merit}.${list(others)}`)
  }
  const leaders = leadersOf(ranking)
  const all = new Set(ranking.pairs.flatMap(({ one, other }) => [one, other]))
  if (leaders.length === all.size || leaders.length < 2) return card('same', title, 'No measurable difference.')
  return card(
    'same',
    title,
    html`Nobody is measurably best: between ${joined(leaders.map((one) => html`<strong>${name(one)}</strong>`))} there is no measurable difference; each of the others is measurably behind one of them.`,
  )
}

function againstBest({ one, other, ratio: share, ci95 }: Ranking['pairs'][number], best: string): Markup[] {
  if (share === null || (one !== best && other !== best)) return []
  const isTurned = other === best
  const turned = (value: number) => (isTurned ? 1 / value : value)
  const bounds = ci95 && ([turned(ci95[isTurned ? 1 : 0]), turned(ci95[isTurned ? 0 : 1])] as const)
  const interval = bounds?.every(Number.isFinite) ? ` (${changes(bounds)})` : ''
  return [html`${name(isTurned ? one : other)}: ${ratio(turned(share))}${interval}`]
}

function list(items: readonly Markup[]): Markup | null {
  return items.length > 0 ? html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>` : null
}

function joined(items: readonly Markup[]): Markup {
  return html`${items.map((item, index) => html`${index === 0 ? '' : index === items.length - 1 ? ' and ' : ', '}${item}`)}`
}

const MARKS: Readonly<Record<string, string>> = { better: '▲', worse: '▼', same: '=', inconclusive: '?', unknown: '–' }

function card(kind: string, title: Content, text: Content): Markup {
  return html`<article class="card ${kind}"><h3><span class="sign" aria-hidden="true">${MARKS[kind] ?? ''}</span>${title}</h3><div>${text}</div></article>`
}
