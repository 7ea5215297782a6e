/** Base and head: the answer, the figures it rests on, and what limits it. */
import type { Reporter, View } from '../reporter.ts'
import type { Comparison, Result } from '../result.ts'
import { answerOf } from '../stats/answer.ts'
import { pointName } from '../stats/cell.ts'
import { change, changes, percent } from '../stats/change.ts'
import { ENOUGH_BASELINES } from '../stats/sessions.ts'
import { endingOf } from '../stats/status.ts'
import { inAscii } from './ascii.ts'
import { cleanDeep, cut, figure, NO_FIGURE, plural, widthOf, wrap } from './format.ts'
import { drawn } from './grid.ts'
import { doubts, remarks } from './notes.ts'
import { type Painter, painter } from './paint.ts'

/** For `rtbench compare`: nothing but the comparison. */
export const comparisonReporter: Reporter = {
  name: 'comparison',
  summary: 'base against head, for a terminal',
  render(foreign, view) {
    const result = cleanDeep(foreign)
    const paint = painter(view)
    const doubted = doubts(result).flatMap(({ verdict, text }) => wrap(`${verdict}: ${text}`, view.columns))
    const compared = new Set(result.comparisons.flatMap(({ base, head }) => [base, head]))
    const trials = result.trials.filter(({ subject }) => compared.has(subject))
    const remarked = remarks({ ...result, trials }).flatMap((line) => wrapped(line, view.columns))
    const ending = wrapped(endingOf(result), view.columns).map(result.status === 'passed' ? paint.green : paint.red)
    const answer = answerOf(result)
    const colour = answer ? colourOf(answer.verdict, paint) : paint.bold
    const first = answer ? wrapped(answer.text, view.columns).map((line) => paint.bold(colour(line))) : []
    const all = `${[first, ...comparisonSections(result, view), remarked, doubted, ending]
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`
    return view.ascii ? inAscii(all) : all
  },
}

/**
 * The table that the answer rests on, and what has to be known beside it; empty where the result compares no two subjects.
 * @param result with clean texts
 */
export function comparisonSections(result: Result, view: View): string[][] {
  if (!result.gate) return []
  const shown = shownOf(result.comparisons)
  const table = shown.length > 0 ? tableOf(shown, view) : { lines: [], heads: [], isWhole: true }
  return [table.lines, comparisonNotes(result, table).flatMap((line) => wrapped(line, view.columns))]
}

/** A share stays with its sign. */
export function wrapped(text: string, columns: number): string[] {
  return wrap(text.replace(/ %/g, '\u00a0%'), columns).map((line) => line.replace(/\u00a0/g, ' '))
}

/** The gated ones, then of the notes those that say something. */
function shownOf(comparisons: readonly Comparison[]): Comparison[] {
  return [
    ...comparisons.filter(({ gated }) => gated),
    ...comparisons.filter(({ gated, verdict }) => !gated && verdict !== 'inconclusive'),
  ]
}

/** In brackets where it decides nothing. */
function verdictOf({ verdict, gated }: Comparison): string {
  return gated ? verdict : `(${verdict})`
}

interface Column {
  readonly head: string
  /** The first to go where there is little room has the highest. */
  readonly rank: number
  text(one: Comparison): string
}

/** Beyond this it is no matter how much more. */
const MOST_VISIBLE = 10

function visible(share: number | null): string {
  if (share === null) return NO_FIGURE
  return share > MOST_VISIBLE ? `> ${percent(MOST_VISIBLE)}` : percent(Number(share.toPrecision(2)))
}

/** @param several whether more than one pair of subjects is compared */
function columnsOf(several: boolean): readonly Column[] {
  return [
    {
      head: 'metric',
      rank: 0,
      text: ({ metric, point, head }) =>
        [several ? cut(head, 24) : '', metric, pointName(point)].filter(Boolean).join(' '),
    },
    { head: 'base', rank: 1, text: ({ baseMedian, unit }) => figure(baseMedian, unit) },
    { head: 'head', rank: 1, text: ({ headMedian, unit }) => figure(headMedian, unit) },
    { head: 'change', rank: 0, text: ({ ratio }) => (ratio === null ? NO_FIGURE : change(ratio)) },
    { head: '95 % interval', rank: 0, text: ({ ci95 }) => (ci95 ? changes(ci95) : NO_FIGURE) },
    {
      head: 'visible',
      rank: 2,
      text: ({ smallestVisible }) => visible(smallestVisible),
    },
    { head: 'blocks', rank: 3, text: ({ blocksNeeded }) => (blocksNeeded === null ? '' : `${blocksNeeded}`) },
  ]
}

interface Table {
  readonly lines: string[]
  /** Of the columns that it has. */
  readonly heads: readonly string[]
  /** Nothing was left out for want of room. */
  readonly isWhole: boolean
}

function tableOf(shown: readonly Comparison[], { columns: width, colour }: View): Table {
  const several = new Set(shown.map(({ base, head }) => JSON.stringify([base, head]))).size > 1
  // A column that is empty throughout says nothing.
  const columns = columnsOf(several).filter(({ text }) => shown.some((one) => text(one) !== ''))
  const within = (most: number) => columns.filter(({ rank }) => rank <= most)
  const draw = (most: number, paint: Painter) => {
    const of = within(most)
    return drawn(
      ['', ...of.map(({ head }) => head)],
      shown.map((one) => [colourOf(one.verdict, paint)(verdictOf(one)), ...of.map(({ text }) => text(one))]),
      2,
    )
  }
  const plain = painter({ columns: width, colour: false })
  const rank = [3, 2, 1].find((most) => draw(most, plain).every((line) => widthOf(line) <= width))
  const paint = painter({ columns: width, colour })
  const heads = (rank === undefined ? columns : within(rank)).map(({ head }) => head)
  const lines = rank === undefined ? oneByOne(shown, columns, width, paint) : draw(rank, paint)
  return { lines, heads, isWhole: heads.length === columns.length }
}

function oneByOne(shown: readonly Comparison[], columns: readonly Column[], width: number, paint: Painter): string[] {
  const [name, ...others] = columns
  return shown.flatMap((one) => {
    const pairs = others
      .map(({ head, text }) => ({ head, text: text(one) }))
      .filter(({ text }) => text !== '' && text !== NO_FIGURE)
      .map(({ head, text }) => `${head} ${text}`.replace(/ /g, '\u00a0'))
    const [first = '', ...rest] = wrap(`${verdictOf(one)} ${name?.text(one) ?? ''}`, width, '', '  ')
    return [
      first.replace(verdictOf(one), colourOf(one.verdict, paint)),
      ...rest,
      ...(pairs.length > 0 ? wrap(pairs.join(', '), width, '  ').map((line) => line.replace(/\u00a0/g, ' ')) : []),
    ]
  })
}

/** Of the columns that do not explain themselves. */
const LEGEND: ReadonlyArray<readonly [head: string, text: string]> = [
  ['visible', 'visible: the smallest difference that could have been found'],
  ['blocks', 'blocks: how many would decide'],
]

/** What the figures are, and what limits them. */
function comparisonNotes({ comparisons, gate }: Result, { heads, isWhole }: Omit<Table, 'lines'>): string[] {
  if (!gate) return []
  const { minEffect, detect, sessionAllowance, acrossSessions, baselines, forced } = gate
  const hidden = comparisons.filter(({ gated, verdict }) => !gated && verdict === 'inconclusive').length
  const blocks = [...new Set(comparisons.map((one) => one.blocks))].filter((one) => one !== null)
  const over = blocks.length === 1 ? ` over ${plural(blocks[0] ?? 0, 'block')}` : ''
  const estimate = acrossSessions ? 'the shift between all trials' : 'of the ratios within the blocks'
  const legend = [
    `Change: head by base${over}, ${estimate} and not the ratio of the two medians`,
    'in brackets what is not gated',
    ...LEGEND.flatMap(([head, text]) => (heads.includes(head) ? [text] : [])),
  ].join('; ')
  const wider = isWhole ? '' : ' In a wider terminal there are more columns.'
  const threshold = acrossSessions ? `${percent(minEffect)} and beyond the difference of sessions` : percent(minEffect)
  return [
    ...(forced.length > 0 ? [`Compared by force, although these differ: ${forced.join('; ')}.`] : []),
    `${legend}. Worse: so by an adjusted p of at most 0.05, and by at least ${threshold}; same: a slowdown of ${percent(detect)} is excluded.${wider}`,
    ...(acrossSessions ? [sessionNote(sessionAllowance, baselines)] : []),
    ...notesOf(shownOf(comparisons)),
    ...(hidden > 0
      ? [`${plural(hidden, 'further figure')}, not gated, ${hidden === 1 ? 'is' : 'are'} inconclusive.`]
      : []),
  ]
}

/** Each once, with everything that it is said of. */
function notesOf(shown: readonly Comparison[]): string[] {
  const byNote = new Map<string, string[]>()
  for (const { note, metric, point } of shown) {
    const name = [metric, pointName(point)].filter(Boolean).join(' ')
    if (note !== null) byNote.set(note, [...(byNote.get(note) ?? []), name])
  }
  return [...byNote].map(([note, names]) => `${names.length === shown.length ? 'All' : names.join(', ')}: ${note}.`)
}

function sessionNote(allowance: number, baselines: readonly string[]): string {
  const limit =
    baselines.length >= ENOUGH_BASELINES
      ? `where it is outside of what ${plural(baselines.length, 'stored baseline')} predict for another run of the same`
      : `beyond a session allowance of ${percent(allowance)}`
  return `Base and head were measured in separate runs. That alone makes them differ, on shared machines by 5 to 15 %, and more trials do not remove it: a difference is one only ${limit}. To see smaller ones, measure both in one run, side by side.`
}

function colourOf(verdict: Comparison['verdict'] | 'none', { red, green, yellow }: Painter): (text: string) => string {
  return { worse: red, better: green, same: green, inconclusive: yellow, none: yellow }[verdict]
}
