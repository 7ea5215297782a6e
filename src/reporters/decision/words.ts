/** The page as words, before anybody lays it out: no text here says more than a figure does. */
import type { Column } from '../../decision/column.ts'
import { ALIKE, type Crossover, type Rung, type Undecided } from '../../decision/crossover.ts'
import type { Cell, Line, Named } from '../../decision/line.ts'
import { factNeeds, type Need } from '../../decision/needs.ts'
import type { Page } from '../../decision/page.ts'
import type { Result, Unit } from '../../result.ts'
import { pointName } from '../../stats/cell.ts'
import { changes, percent } from '../../stats/change.ts'
import { bytes, clean, count, cut, figure, NO_FIGURE, plural } from '../format.ts'

export interface CellWords {
  /** The figure, the answer, or that there is none. */
  readonly main: string
  /** How far the figure may be off; empty where there is no figure. */
  readonly spread: string
  /** Why there is no figure, or why the answer is so; empty where that is said by itself. */
  readonly because: string
  /** Why the figure is to be doubted; empty where it is not. */
  readonly doubts: string
  readonly kind: 'best' | 'plain' | 'fact' | 'missing' | 'absent'
}

export interface RowWords {
  readonly title: string
  /** Under what the figures were measured, and in which run. */
  readonly conditions: string
  readonly cells: readonly CellWords[]
  /** Why nobody is called best; empty where somebody is, and of facts. */
  readonly undecided: string
}

export interface NeedWords {
  readonly title: string
  readonly rows: readonly RowWords[]
  /** In place of rows: which command would measure it. */
  readonly unmeasured: { readonly text: string; readonly command: string } | null
}

export interface PageWords {
  readonly columns: readonly string[]
  readonly needs: readonly NeedWords[]
  /** Where two subjects are alike and from where they are not. */
  readonly crossovers: readonly string[]
  /** How all this is to be read. */
  readonly rules: readonly string[]
  readonly runs: readonly string[]
}

/** Longest foreign name in a sentence, and longest foreign sentence. */
const LONGEST_NAME = 40
const LONGEST_TEXT = 300

/** So many points of a matrix are shown for one figure of one run, and so many crossovers of all. */
const MOST_LINES = 8
const MOST_SENTENCES = 40

export function wordsOf(page: Page): PageWords {
  return {
    columns: page.columns.map(({ name }) => shown(name)),
    needs: [
      ...page.answers.map(({ need, lines }) => needWords(need, lines, page)),
      ...factNeeds.map(({ title, fact }) => ({
        title,
        rows: [
          { title: '', conditions: '', cells: page.columns.map((column) => factWords(column, fact)), undecided: '' },
        ],
        unmeasured: null,
      })),
    ],
    crossovers: crossoverWords(page),
    rules: rulesOf(page),
    runs: page.runs.map((run) =>
      capitalised([...runNumber(run, page.runs), runWords(run.name, run.result)].join(': ')),
    ),
  }
}

/** What no run measures, and which command would. */
export function unmeasuredOf({ needs }: PageWords): string[] {
  return needs.flatMap(({ title, unmeasured }) =>
    unmeasured ? [`${title}: ${unmeasured.text}; this would: ${unmeasured.command}`] : [],
  )
}

/** Foreign text: bounded, and nothing in it acts on a reader. */
function shown(text: string, most = LONGEST_NAME): string {
  const bounded = text.length > 2 * most ? `${text.slice(0, most)}${text.slice(-most)}` : text
  return cut(clean(bounded), most)
}

function needWords(need: Need, lines: readonly Line[], { columns, runs }: Page): NeedWords {
  const told = lines.filter(
    (line, index) =>
      lines.slice(0, index).filter(({ ask, run }) => ask === line.ask && run === line.run).length < MOST_LINES,
  )
  const hidden = lines.length - told.length
  return {
    title: need.title,
    rows: told.map((line, index) => ({
      title: line.ask.phrase,
      conditions: `${conditionsOf(line, runs)}${hidden > 0 && index === told.length - 1 ? `; ${plural(hidden, 'further line')} in the full report` : ''}`,
      cells: columns.map(({ key }) => cellWords(line.cells.get(key), line.unit)),
      undecided: line.undecided ?? '',
    })),
    unmeasured: lines.length === 0 ? { text: 'not measured', command: `rtbench run ${need.scenario}` } : null,
  }
}

function conditionsOf({ conditions, workload, run }: Line, runs: Page['runs']): string {
  const { point, load, payload, count: counted, blocks } = conditions
  return [
    ...(pointName(point) ? [shown(pointName(point), 2 * LONGEST_NAME)] : []),
    ...(counted ? [`${count(counted.value)} ${counted.name}`] : []),
    shown(workload),
    load.model === 'open'
      ? `${count(load.requestedPerSec ?? 0)}/s`
      : load.model === 'closed'
        ? `closed loop, ${count(load.inFlight ?? 1)} in flight each`
        : 'saturated',
    plural(load.connections, 'connection'),
    `${bytes(payload.sizeBytes)} ${payload.kind}`,
    plural(blocks, 'block'),
    ...runNumber(run, runs),
  ].join(', ')
}

/** As it stands in the list of runs; a single one is not named. */
function runNumber(run: Named, runs: Page['runs']): string[] {
  return runs.length > 1 ? [`run ${runs.indexOf(run) + 1}`] : []
}

const PLAIN = { spread: '', because: '', doubts: '' }
const ABSENT: CellWords = { ...PLAIN, main: 'not in this run', kind: 'absent' }

function cellWords(cell: Cell | undefined, unit: Unit): CellWords {
  if (!cell) return ABSENT
  if (cell.state !== 'measured')
    return { ...PLAIN, main: cell.state, because: shown(cell.because, LONGEST_TEXT), kind: 'missing' }
  const { figure: value, bounds, best, doubts } = cell
  return {
    ...PLAIN,
    main: figure(value, unit),
    spread: spreadOf(bounds, unit),
    doubts: shown(doubts.join(', '), LONGEST_TEXT),
    kind: best ? 'best' : 'plain',
  }
}

function spreadOf(bounds: Extract<Cell, { state: 'measured' }>['bounds'], unit: Unit): string {
  if (!bounds) return 'one trial'
  if (bounds.kind === 'ci95') return between(bounds.ends, unit)
  return bounds.ends[0] === bounds.ends[1] ? 'the same in all' : `range ${between(bounds.ends, unit)}`
}

/** `68.0 to 74.1 µs`; the unit stands once where it is the same. */
function between([low, high]: readonly [number, number], unit: Unit): string {
  const [from, to] = [figure(low, unit), figure(high, unit)]
  const [amount = from, ...rest] = from.split(' ')
  return to.endsWith(` ${rest.join(' ')}`) && rest.length > 0 ? `${amount} to ${to}` : `${from} to ${to}`
}

function factWords(column: Column, name: (typeof factNeeds)[number]['fact']): CellWords {
  const fact = column.facts?.[name]
  if (!fact) {
    const because = 'no result says so; those of newer versions of rtbench do'
    return { ...PLAIN, main: 'not stated', because, kind: 'missing' }
  }
  return { ...PLAIN, main: shown(fact.holds), because: shown(fact.because, LONGEST_TEXT), kind: 'fact' }
}

function crossoverWords({ crossovers, runs }: Page): string[] {
  const found = [...crossovers.found].sort((one, other) => statesOf(other) - statesOf(one))
  const sentences = found.slice(0, MOST_SENTENCES).map((one) => sentenceOf(one, runs))
  const more = found.length - sentences.length
  return [
    ...sentences,
    ...(more > 0 ? [`${plural(more, 'further pair')} not shown.`] : []),
    ...new Set(crossovers.undecided.map((one) => undecidedWords(one, runs))),
  ]
}

/** What changes somewhere comes first. */
function statesOf({ stretches }: Crossover): number {
  return new Set(stretches.map(([{ state }]) => state)).size
}

/** `Time to a subscriber, p50: sse is within 5 % of ws up to 200 subscribers (measured at 50, 100 and 200), and behind it …` */
function sentenceOf({ ask, run, ladder, one, other, stretches }: Crossover, runs: Page['runs']): string {
  const parts = stretches.map((stretch, index) => {
    const extent = stretches.length === 1 ? 'all' : index === 0 ? 'lowest' : 'some'
    return stretchWords(stretch, extent, ladder.over, index === 0 ? shown(one) : 'it')
  })
  const rest = shown(pointName(ladder.rest), 2 * LONGEST_NAME)
  const context = [...(rest ? [rest] : []), ...runNumber(run, runs)].join(', ')
  return `${capitalised(ask.phrase)}${context ? ` (${context})` : ''}: ${shown(other)} is ${joined(parts)}.`
}

const STANDINGS: Readonly<Record<Rung['state'], string>> = {
  alike: `within ${percent(ALIKE)} of`,
  behind: 'behind',
  ahead: 'ahead of',
  open: 'not told apart from',
}

/** Only levels that were measured are named; the lowest ones may be told by the last of them. */
function stretchWords(
  rungs: readonly [Rung, ...Rung[]],
  extent: 'all' | 'lowest' | 'some',
  over: string,
  one: string,
): string {
  const [{ state }] = rungs
  const texts = rungs.map(({ level }) => shown(level.text))
  const isOne = texts.length === 1
  const levels = named(joined(texts), over)
  const changesAt = rungs.map(({ level, interval }) => {
    const size = interval ? changes(interval) : NO_FIGURE
    return isOne ? size : `${shown(level.text)}: ${size}`
  })
  const isTold = state === 'behind' || state === 'ahead'
  const measured = isTold ? ` (${changesAt.join(', ')})` : ''
  const place =
    isOne || extent === 'some'
      ? `at ${levels}${measured}`
      : extent === 'all'
        ? `at every level measured${measured || ` (${levels})`}`
        : `up to ${named(texts.at(-1) ?? '', over)}${measured || ` (measured at ${joined(texts)})`}`
  return `${STANDINGS[state]} ${one} ${place}`
}

/** `200 subscribers`, but `payload 1KiB`. */
function named(text: string, over: string): string {
  return /^[a-z]+s$/i.test(over) ? `${text} ${over}` : `${shown(over)} ${text}`
}

function undecidedWords({ ladder, blocks, needed, run }: Undecided, runs: Page['runs']): string {
  const levels = joined(ladder.levels.map(({ text }) => shown(text)))
  return `No crossover is stated over ${shown(ladder.over)} (measured at ${[levels, ...runNumber(run, runs)].join(', ')}): ${plural(blocks, 'block')}, and so many comparisons need ${needed}.`
}

function rulesOf({ runs, unused, columns, crossovers }: Page): string[] {
  const machines = new Set(runs.map(({ result }) => machineOf(result)))
  return [
    'A figure is the median of its trials. Below it stands the 95 % interval of that median; with fewer than 6 trials there is none, and the range of the trials stands there and says so.',
    'Best is marked only where a subject is measurably better than every other in the same run, block by block (signed-rank test, corrected for the number of pairs). Each line is tested by itself. Subjects that are invalid or unsupported are not among those compared.',
    ...(runs.length > 1
      ? [
          `Figures of different runs are not comparable${machines.size > 1 ? ': these come from different machines, too' : ': what differs between runs is in them, time and settings for a start'}. Nothing is compared across runs.`,
        ]
      : []),
    ...(crossovers.found.length > 0
      ? [
          `Within ${percent(ALIKE)}, ahead and behind are said where the interval of the ratio lies there, all intervals of a figure holding together at 95 %; the percentages are those intervals. Only measured levels are spoken of: nothing is claimed between them or beyond.`,
        ]
      : []),
    'Suspect figures were measured, and are to be read with the warnings that stand beside them.',
    'Everything was measured over loopback, client and server on one machine. The figures are of these implementations under these conditions; yes, partly and no are facts of the protocol, and no measurement.',
    ...unused.map(
      ({ run, because }) =>
        `${runs.length > 1 ? `Run ${runs.indexOf(run) + 1}` : 'The run'} answers none of the needs: ${shown(because, LONGEST_TEXT)}.`,
    ),
    ...(columns.length === 0 ? ['There is no trial in these results: no transport to choose from.'] : []),
  ]
}

function machineOf({ environment: { cpuModel, cores, memoryBytes, os, kernel, node } }: Result): string {
  return `${shown(cpuModel, 2 * LONGEST_NAME)}, ${plural(cores, 'core')}, ${bytes(memoryBytes)}, ${shown(`${os} ${kernel}, Node ${node.replace(/^v/, '')}`, 2 * LONGEST_NAME)}`
}

function runWords(name: string, result: Result): string {
  const began = result.trials.map(({ startedAt }) => startedAt).toSorted()[0]
  const { scenario, status, trials } = result
  return `${shown(name)}: scenario ${shown(scenario.name)}, ${status}, ${plural(trials.length, 'trial')}${began ? `, begun ${shown(began)}` : ''}; ${machineOf(result)}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function joined(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
