/**
 * OpenMetrics text, for Prometheus and what reads its format. A run is over when it is read, so that everything is a gauge, counts
 * included; but for percentiles, whose label `quantile` is reserved for summaries. Summaries have no `_sum` and `_count` here: their
 * values are medians of the trials' percentiles, and there is no sum of those. Seconds, bytes and ratios, as the format wants.
 * Format: https://prometheus.io/docs/specs/om/open_metrics_spec/, names by the rules that `promtool check metrics` has.
 */
import type { Chapter, FileReporter } from '../reporter.ts'
import { type Aggregate, metrics, quantiles, type Result, type Unit } from '../result.ts'
import { cellsOf, pointName } from '../stats/cell.ts'
import { clean } from './format.ts'
import { titlesOf } from './titles.ts'

export const openmetricsReporter: FileReporter = {
  render(chapters) {
    const families = new Families()
    const titles = titlesOf(chapters)
    chapters.forEach((chapter, index) => {
      addChapter(families, chapter, { scenario: titles[index] ?? '' })
    })
    return `${families.text()}# EOF\n`
  },
}

type Labels = Readonly<Record<string, string>>

interface Family {
  readonly type: 'gauge' | 'summary'
  readonly help: string
  /** Values by labels, as text: the same sample twice would make the whole file invalid. */
  readonly samples: Map<string, number>
}

/** All samples of a family have to stand together. */
class Families {
  private readonly all = new Map<string, Family>()

  add(name: string, { type = 'gauge', help }: { type?: Family['type']; help: string }, labels: Labels, value: number) {
    const full = `rtbench_${name}`
    const family = this.all.get(full) ?? { type, help, samples: new Map<string, number>() }
    this.all.set(full, family)
    const key = labelText(labels)
    if (!family.samples.has(key)) family.samples.set(key, value)
  }

  text(): string {
    return [...this.all].map(([name, family]) => familyText(name, family)).join('')
  }
}

function familyText(name: string, { type, help, samples }: Family): string {
  const unit = /_(seconds|bytes|ratio)$/.exec(name)?.[1]
  return [
    `# TYPE ${name} ${type}`,
    ...(unit ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${helpText(help)}`,
    ...[...samples].map(([labels, value]) => `${name}${labels} ${value}`),
    '',
  ].join('\n')
}

/** Readers differ in whether a quotation mark is escaped here. */
function helpText(text: string): string {
  return clean(text).replaceAll('\\', '\\\\').replaceAll('"', "'")
}

/** An empty label is none. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${clean(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
  return `{${pairs.join(',')}}`
}

function addChapter(families: Families, { runs, result }: Chapter, scenario: Labels): void {
  for (const { name, result: own } of runs) {
    const help = 'Whether the run passed, 1 or 0.'
    // A name that is new with every run would begin a new series with every run.
    const labels = { ...scenario, ...(runs.length > 1 ? { run: name } : {}), status: own.status }
    families.add('passed', { help }, labels, own.status === 'passed' ? 1 : 0)
    addComparisons(families, own, scenario)
  }
  for (const cell of cellsOf(result.trials)) {
    for (const verdict of new Set(cell.trials.map((trial) => trial.verdict))) {
      const labels = { ...placeOf(cell, scenario), verdict }
      const amount = cell.trials.filter((trial) => trial.verdict === verdict).length
      families.add(
        'trials',
        { help: 'Trials by what is to be thought of them; figures are of valid and suspect ones.' },
        labels,
        amount,
      )
    }
  }
  for (const one of result.capacities) {
    if (one.state !== 'found' || one.capacity === null) continue
    const labels = { ...placeOf(one, scenario), over: one.over, objective: one.slo.join(', ') }
    families.add('capacity', { help: 'The highest load that a subject bears.' }, labels, one.capacity)
  }
  // Trials of a search are of different loads: no figure stands for them all.
  if (result.capacities.length > 0) return
  const texts = new Map(result.scenario.figures.map(({ name, text }) => [name, text]))
  for (const one of result.aggregates) addAggregate(families, one, scenario, texts.get(one.metric))
}

function placeOf({ subject, point }: Pick<Aggregate, 'subject' | 'point'>, scenario: Labels): Labels {
  return { ...scenario, subject, point: pointName(point) }
}

const SUMMARIES: Readonly<Record<string, readonly [name: string, help: string] | undefined>> = {
  latency: ['latency_seconds', 'Response time, from the intended send time; medians of the percentiles of the trials.'],
  service: ['service_seconds', 'Service time, from the actual send time; medians of the percentiles of the trials.'],
  sendLag: ['send_lag_seconds', 'From the intended to the actual send time; medians of the percentiles of the trials.'],
}

function addAggregate(families: Families, one: Aggregate, scenario: Labels, text: string | undefined): void {
  const { metric, unit } = one
  const value = unit === 'count' ? one.sum : one.median
  if (value === null) return
  const labels = placeOf(one, scenario)
  const isKnown = Object.hasOwn(metrics, metric)
  const [set = '', rank = ''] = metric.split('.')
  const summary = isKnown ? SUMMARIES[set] : undefined
  if (summary) {
    const quantile = rank === 'max' ? '1' : String(quantiles[rank as keyof typeof quantiles])
    families.add(summary[0], { type: 'summary', help: summary[1] }, { ...labels, quantile }, value / 1e9)
    return
  }
  const over = unit === 'count' ? 'sum over the trials' : 'median of the trials'
  const help = `${isKnown ? metric : (text ?? metric)}: ${over}.`
  // A figure of a workload must not be taken for a metric of the same spelling.
  const name = isKnown ? metricName(metric, unit) : `figure_${metricName(metric, unit)}`
  // Different figures may come to the same name.
  const own = isKnown ? labels : { ...labels, figure: metric }
  families.add(name, { help }, own, unit === 'ns' ? value / 1e9 : value)
}

const UNIT_NAMES: Readonly<Record<string, string | undefined>> = { ns: 'seconds', share: 'ratio', ratio: 'ratio' }
const LONGEST_NAME = 120

/** `cpu.serverPerMessageNs` -> `cpu_server_per_message_seconds` */
function metricName(metric: string, unit: Unit): string {
  const words = metric
    .slice(0, LONGEST_NAME)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const spelt = words.replace(/_per_sec$/, '_per_second').replace(unit === 'ns' ? /_ns$/ : /$^/, '')
  const suffix = UNIT_NAMES[unit]
  const name = suffix === undefined || spelt.endsWith(`_${suffix}`) ? spelt : `${spelt}_${suffix}`
  // These endings belong to other types.
  return /(^|_)(total|count|sum|bucket|info|created|gauge|summary)$/.test(name) ? `${name}_value` : name
}

function addComparisons(families: Families, { comparisons }: Result, scenario: Labels): void {
  for (const { base, head, metric, point, ratio, verdict, gated } of comparisons) {
    const labels = { ...scenario, base, head, metric, point: pointName(point) }
    if (ratio !== null) families.add('comparison_ratio', { help: 'Head by base.' }, labels, ratio)
    if (!gated) continue
    const help = 'Whether head is worse than base in a gated metric, 1 or 0.'
    families.add('comparison_worse', { help }, { ...labels, verdict }, verdict === 'worse' ? 1 : 0)
  }
}
