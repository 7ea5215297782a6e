/** What a subject costs, and what only its workload measures: bars that stand in tables. */
import { type Figure, metrics, type Unit } from '../../result.ts'
import { figure } from '../format.ts'
import type { Axis } from './axis.ts'
import { type Bar, type Bars, barTable } from './bars.ts'
import { html, type Markup, nothing } from './markup.ts'
import { barsOf, type ChapterView, type Place } from './view.ts'

interface Cost {
  readonly caption: string
  readonly metric: string
  readonly note?: string
  /** A metric in the same unit, drawn apart within the bar. */
  readonly part?: string
}

const COSTS: readonly Cost[] = [
  {
    caption: 'Server CPU for a message',
    metric: 'cpu.serverPerMessageNs',
    part: 'cpu.serverUserPerMessageNs',
    note: 'Full colour: in the processes’ own code; faint: in the kernel, where both are known.',
  },
  {
    caption: 'Client CPU for a message',
    metric: 'cpu.clientPerMessageNs',
    part: 'cpu.clientUserPerMessageNs',
    note: 'Without busy waiting.',
  },
  {
    caption: 'Bytes on the wire for a message, up',
    metric: 'wire.upBytesPerMessage',
    note: 'Full colour: the payload; faint: what the transport adds.',
  },
  {
    caption: 'Bytes on the wire for a message, down',
    metric: 'wire.downBytesPerMessage',
    note: 'Full colour: the payload; faint: what the transport adds.',
  },
  { caption: 'Memory of the server, peak', metric: 'memory.serverPeakBytes' },
  { caption: 'Memory of the clients, peak', metric: 'memory.clientPeakBytes' },
]

/** For each workload what its extra figures are about. */
const OWN_TITLES: Readonly<Record<string, string | undefined>> = {
  'fan-out': 'How a message spreads over its subscribers',
  idle: 'What idle connections cost',
  connect: 'How connecting goes',
  reconnect: 'How clients come back',
  chat: 'How rooms fare',
}

export function costSection(view: ChapterView, place: Place): Markup {
  const tables = COSTS.flatMap(({ caption, metric, note, part }): Markup[] => {
    const bars = barsOf(view, place, metric)
    if (bars.length === 0) return []
    const parts = metric.startsWith('wire.')
      ? payloadParts(place, bars)
      : part
        ? partsOf(view, place, bars, part)
        : bars
    return [panel({ caption, ...(note ? { note } : {}), bars: parts, format: formatOf(unitOf(metric)) })]
  })
  return tables.length === 0
    ? nothing
    : html`<div class="block"><h4>Costs</h4><div class="panels">${tables}</div></div>`
}

/** The figures of the workload alone, in its own order; e.g. the spread of a fan-out. */
export function ownSection(view: ChapterView, place: Place): Markup {
  const { figures, workload } = view.result.scenario
  const tables = figures.flatMap(({ name, head, unit, text, better }: Figure): Markup[] => {
    const bars = barsOf(view, place, name)
    if (!bars.some(({ value }) => value !== null && value !== 0)) return []
    const note = `${text}${better === 'none' ? '' : ` ${better === 'lower' ? 'Less' : 'More'} is better.`}`
    return [
      panel({
        caption: head,
        note,
        bars,
        format: formatOf(unit),
        ...(unit === 'share' ? { axis: shareAxis(bars) } : {}),
      }),
    ]
  })
  if (tables.length === 0) return nothing
  const title = OWN_TITLES[workload] ?? `What only ${workload} measures`
  return html`<div class="block"><h4>${title}</h4><div class="panels">${tables}</div></div>`
}

export function panel(bars: Bars): Markup {
  return html`<div class="panel">${barTable(bars)}</div>`
}

export function formatOf(unit: Unit): (value: number) => string {
  return (value) => figure(value, unit)
}

export function unitOf(metric: string): Unit {
  const known: Readonly<Record<string, { readonly unit: Unit } | undefined>> = metrics
  return known[metric]?.unit ?? 'count'
}

/** Shares are of a whole: where one is above half of it, the whole is the scale. */
function shareAxis(bars: readonly Bar[]): Axis {
  const most = Math.max(...bars.map(({ value, range }) => Math.max(value ?? 0, range?.[1] ?? 0)))
  return { kind: 'linear', low: 0, high: most > 0.5 ? Math.max(1, most) : most, ticks: [] }
}

function partsOf(view: ChapterView, place: Place, bars: readonly Bar[], metric: string): Bar[] {
  const parts = new Map(barsOf(view, place, metric).map(({ name, value }) => [name, value]))
  // Half of a chart with parts and half without cannot be compared.
  return bars.every(({ name, value }) => value === null || typeof parts.get(name) === 'number')
    ? bars.map((bar) => ({ ...bar, part: parts.get(bar.name) ?? null }))
    : [...bars]
}

function payloadParts({ cells }: Place, bars: readonly Bar[]): Bar[] {
  const sizes = new Map(cells.map(({ subject, trials }) => [subject, trials[0]?.payload.sizeBytes ?? null]))
  return bars.map((bar) => ({ ...bar, part: Math.min(sizes.get(bar.name) ?? 0, bar.value ?? 0) }))
}
