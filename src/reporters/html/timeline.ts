/** How latency and throughput went on while measuring: each interval of the window, over the trials of a cell. */
import type { Trial } from '../../result.ts'
import type { Cell } from '../../stats/cell.ts'
import { median, range } from '../../stats/spread.ts'
import { figure, NO_FIGURE, plural } from '../format.ts'
import { type LineChart, lineChart } from './line-chart.ts'
import { html, type Markup, name } from './markup.ts'
import type { ChapterView, Place } from './view.ts'

interface Slice {
  readonly seconds: number
  readonly p50: number | null
  readonly p99: number | null
  readonly perSec: number
}

interface Course {
  readonly cell: Cell
  /** By the start of the interval, in seconds, ascending. */
  readonly slices: ReadonlyMap<number, readonly Slice[]>
}

/** More are drawn closer than they can be told apart: every second one, every third, … is left out. */
const MOST_INTERVALS = 600

export function timelineSection(view: ChapterView, place: Place): Markup | null {
  const courses = place.cells.map(courseOf)
  const longest = Math.max(0, ...courses.map(({ slices }) => slices.size))
  if (longest === 0) return null
  if (longest === 1)
    return html`<p class="missing">Latency over time is not shown: the measured part has one interval only; a longer duration has more.</p>`
  const trials = Math.max(...place.cells.map(({ usable }) => usable.length))
  const note =
    trials > 1
      ? `Medians of ${plural(trials, 'trial')} at each interval. Trials run at different times: what they have in common comes from the run itself.`
      : 'Of one trial.'
  const charts = [
    chartOf(view, place, courses, 'p99', 'p99 of the messages that arrived in each interval.'),
    chartOf(view, place, courses, 'p50', 'p50 of the messages that arrived in each interval.'),
    chartOf(view, place, courses, 'perSec', 'Messages received a second, in each interval.'),
  ]
  return html`<div class="block"><h4>Over time</h4><p class="note">${note}</p></div><div class="pair">${charts.map(lineChart)}</div>`
}

function courseOf(cell: Cell): Course {
  const slices = new Map<number, Slice[]>()
  for (const slice of cell.usable.flatMap(slicesOf))
    slices.set(slice.seconds, [...(slices.get(slice.seconds) ?? []), slice])
  const ordered = [...slices].toSorted(([one], [other]) => one - other)
  const stride = Math.ceil(ordered.length / MOST_INTERVALS)
  return { cell, slices: new Map(ordered.filter((_, index) => index % stride === 0)) }
}

/** Those within the window: after it only what was late still arrives. */
function slicesOf({ timeline, durationNs }: Trial): Slice[] {
  const inside = timeline.filter(({ atNs }) => atNs < durationNs)
  return inside.map(({ atNs, delivered, p50, p99 }, index) => {
    const lengthNs = (inside[index + 1]?.atNs ?? durationNs) - atNs
    return { seconds: atNs / 1e9, p50, p99, perSec: delivered / (lengthNs / 1e9) }
  })
}

const TITLES = { p50: 'p50 over time', p99: 'p99 over time', perSec: 'Throughput over time' } as const

function chartOf(
  { lookOf, id: chapter }: ChapterView,
  { id }: Place,
  courses: readonly Course[],
  of: 'p50' | 'p99' | 'perSec',
  note: string,
): LineChart {
  const unit = of === 'perSec' ? 'messages/s' : 'ns'
  const moments = [...new Set(courses.flatMap(({ slices }) => [...slices.keys()]))].sort((one, other) => one - other)
  const figures = ({ slices }: Course, moment: number) =>
    (slices.get(moment) ?? []).map((slice) => slice[of]).filter((value) => value !== null)
  return {
    id: `${id}-time-${of === 'perSec' ? 'throughput' : of}`,
    title: TITLES[of],
    note,
    x: { label: 'since the measured part began', scale: 'seconds', log: false },
    y: { label: of === 'perSec' ? 'messages a second' : 'latency', scale: unit, log: false },
    lines: courses.map((course) => ({
      name: course.cell.subject,
      look: lookOf(course.cell.subject),
      points: moments.map((moment) => [moment, median(figures(course, moment))] as const),
    })),
    dots: moments.length <= 40,
    together: `${chapter}-time`,
    table: {
      caption: `${TITLES[of]}: median of the trials, smallest to largest in brackets`,
      heads: ['from', ...courses.map(({ cell }) => name(cell.subject))],
      rows: moments.map((moment) => ({
        head: `${Number(moment.toPrecision(6))} s`,
        cells: courses.map((course) => {
          const values = figures(course, moment)
          const [low, high] = range(values) ?? []
          if (low === undefined || high === undefined) return NO_FIGURE
          const middle = figure(median(values), unit)
          return low === high ? middle : `${middle} (${figure(low, unit)} to ${figure(high, unit)})`
        }),
      })),
    },
  }
}
