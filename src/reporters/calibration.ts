/** What a machine can tell apart: its conditions, floors and noise, for a terminal; and what runs say of it. */
import type { View } from '../reporter.ts'
import type { Calibration, Check, Result } from '../result.ts'
import { percent } from '../stats/change.ts'
import { falseAlarms } from '../stats/noise.ts'
import { visibleShare } from '../stats/planning.ts'
import { judgedMetric } from '../stats/standing.ts'
import { bytes, cleanDeep, figure, NO_FIGURE, plural, widthOf, wrap } from './format.ts'
import { drawn } from './grid.ts'
import { type Painter, painter } from './paint.ts'

type Noise = Calibration['noise'][number]

/** Beside the gated metrics, those that people ask for most. */
const SHOWN: readonly string[] = [
  'service.p50',
  'service.p99',
  'latency.p50',
  'latency.p99',
  'throughput.messagesPerSec',
  'cpu.serverPerMessageNs',
  'cpu.clientPerMessageNs',
]

/** @returns text that ends with a newline, no line longer than the view is wide */
export function calibrationText(foreign: Calibration, view: View): string {
  const calibration = cleanDeep(foreign)
  const paint = painter(view)
  const text = (line: string) => wrap(line, view.columns)
  const { cpuModel, cores, memoryBytes, os, kernel, node } = calibration.environment
  const machine = `${cpuModel}, ${plural(cores, 'core')}, ${bytes(memoryBytes)}, ${os} ${kernel}, Node ${node}`
  const sections = [
    text(machine).map(paint.bold),
    [paint.bold('Conditions'), ...calibration.checks.flatMap((check) => checkLines(check, view, paint))],
    [paint.bold('Floors: nothing can be measured below them here'), ...floorLines(calibration, view)],
    [
      ...text(`Noise: the same twice in ${plural(calibration.blocks, 'block')} (${calibration.subject})`).map(
        paint.bold,
      ),
    ],
    noiseLines(calibration, view),
    noiseNotes(calibration).flatMap(text),
    calibration.doubts.flatMap((doubt) => text(`${doubt}.`).map(paint.yellow)),
    conclusion(calibration).flatMap((one) => text(one.text).map(one.good ? paint.green : paint.red)),
    firstRemedy(calibration).flatMap(text),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const STATE_COLUMNS = 10
const NAME_COLUMNS = 16

function checkLines({ name, state, found, remedy }: Check, { columns }: View, paint: Painter): string[] {
  const head = `${state.padEnd(STATE_COLUMNS)}${name.padEnd(NAME_COLUMNS)}`
  const indent = ' '.repeat(STATE_COLUMNS)
  const colour = { good: paint.green, doubtful: paint.yellow, bad: paint.red, unknown: (text: string) => text }[state]
  const [first = '', ...rest] = wrap(found, columns, head, `${indent}  `)
  return [
    // A state of a newer version has no colour.
    first.replace(state, colour ?? state),
    ...rest,
    ...(remedy === null ? [] : wrap(`remedy: ${remedy}`, columns, indent, `${indent}  `)),
  ]
}

function floorLines({ floors }: Calibration, { columns }: View): string[] {
  const rows = floors.map(({ name, metric, unit, median, range }) => ({
    name: metric === 'phases' ? name : `${name}, ${metric}`,
    median: figure(median, unit),
    // Of one measurement there is no range.
    range: range && range[0] < range[1] ? `${figure(range[0], unit)} to ${figure(range[1], unit)}` : NO_FIGURE,
  }))
  const lines = drawn(
    ['', 'median', 'range'],
    rows.map(({ name, median, range }) => [name, median, range]),
  )
  if (lines.every((line) => widthOf(line) <= columns)) return lines
  return rows.flatMap(({ name, median, range }) =>
    wrap(`${name}: ${median}${range === NO_FIGURE ? '' : ` (${range})`}`, columns, '', '  '),
  )
}

function shownOf({ noise }: Calibration): Noise[] {
  return [
    ...noise.filter(({ gated }) => gated),
    ...noise.filter(({ gated, metric }) => !gated && SHOWN.includes(metric)),
  ]
}

function share(value: number | null | undefined): string {
  if (value === null || value === undefined) return NO_FIGURE
  // What doubles is not told apart by its size.
  return value > 1 ? '>100 %' : percent(Number(value.toPrecision(2)))
}

function noiseLines(calibration: Calibration, { columns }: View): string[] {
  const { noise, minEffect } = calibration
  const counts = [...new Set(noise.flatMap(({ visible }) => visible.map(({ blocks }) => blocks)))]
  const shown = shownOf(calibration)
  if (shown.length === 0) return []
  const at = ({ visible }: Noise, count: number) => share(visible.find(({ blocks }) => blocks === count)?.share)
  const needed = ({ blocksNeeded }: Noise) => (blocksNeeded === null ? NO_FIGURE : `${blocksNeeded}`)
  const lines = drawn(
    ['', 'within', 'between', ...counts.map((count) => `at ${count}`), `for ${percent(minEffect)}`],
    shown.map((one) => [
      `${one.metric}${one.gated ? '' : ' (note)'}`,
      share(one.withinBlock),
      share(one.betweenBlocks),
      ...counts.map((count) => at(one, count)),
      needed(one),
    ]),
  )
  if (lines.every((line) => widthOf(line) <= columns)) return lines
  return shown.flatMap((one) => {
    const visible = counts.map((count) => `${at(one, count)} with ${count} blocks`).join(', ')
    const spread = `within ${share(one.withinBlock)}, between ${share(one.betweenBlocks)}`
    const wanted = `${percent(minEffect)} takes ${plural(one.blocksNeeded ?? 0, 'block')}`
    const parts = [spread, `visible: ${visible}`, ...(one.blocksNeeded === null ? [] : [wanted])].join('; ')
    const text = one.withinBlock === null ? 'could not be measured' : parts
    return [...wrap(`${one.metric}${one.gated ? '' : ' (note)'}`, columns), ...wrap(text, columns, '  ')]
  })
}

function noiseNotes(calibration: Calibration): string[] {
  if (shownOf(calibration).length === 0) return []
  return [
    `Within: how far one trial lies off its block (relative standard deviation). Between: how far blocks lie apart, which comparing within blocks takes out. At: the smallest difference that so many blocks find in 19 of 20 runs. For ${percent(calibration.minEffect)}: the blocks that it takes. Longer trials lie closer together.`,
  ]
}

/** Whether the machine is fit, and whether the gate is. */
function conclusion(calibration: Calibration): Array<{ readonly text: string; readonly good: boolean }> {
  const { checks, noise, minEffect } = calibration
  const bads = checks.filter(({ state }) => state === 'bad').map(({ name }) => name)
  const alarms = falseAlarms(calibration)
  const gated = noise.filter((one) => one.gated)
  const unmeasured = gated.filter(({ withinBlock }) => withinBlock === null).map(({ metric }) => metric)
  const worse = [
    ...(bads.length > 0
      ? [`Bad: ${bads.join(', ')}. What is measured here now says more about that than about any subject.`]
      : []),
    ...alarms.map(
      ({ metric, verdict }) =>
        `FALSE ALARM: the same, measured twice, came out ${verdict} in ${metric}. Do not trust a gate on this machine as it is now.`,
    ),
    ...(unmeasured.length > 0 || gated.length === 0
      ? [`The noise of ${unmeasured.join(' and ') || 'gated metrics'} could not be measured: trials gave no figure.`]
      : []),
  ]
  const told = worse.map((text) => ({ text, good: false }))
  // Of a gate that lacks one of its metrics nothing was found out.
  if (alarms.length > 0 || unmeasured.length > 0 || gated.length === 0) return told
  const needed = gated.map(({ blocksNeeded }) => blocksNeeded)
  const most = needed.includes(null) ? null : Math.max(...needed.filter((count) => count !== null))
  const planned =
    most === null
      ? `There is no number of blocks that tells ${percent(minEffect)} apart here.`
      : `A difference of ${percent(minEffect)} takes ${plural(most, 'block')} here.`
  const text = `The gate finds no difference between the same and itself, as it should. ${planned}`
  return [...told, { text, good: most !== null }]
}

const BY_GRAVITY: readonly string[] = ['bad', 'doubtful']

function firstRemedy({ checks }: Calibration): string[] {
  const first = BY_GRAVITY.flatMap((state) =>
    checks.filter((check) => check.state === state && check.remedy !== null),
  )[0]
  return first ? [`Change first (${first.name}): ${first.remedy}.`] : []
}

/** What the calibration of a run says beside its figures. @param result with clean texts */
export function calibrationNotes(result: Result): string[] {
  const { calibration } = result
  if (!calibration) return []
  const limit = visibleIn(result, calibration)
  const bads = calibration.checks.filter(({ state }) => state === 'bad')
  return [
    `Calibrated ${calibration.measuredAt.slice(0, 16).replace('T', ' ')} UTC by ${calibration.subject}${limit === undefined ? '' : `: ${limit}`}.`,
    ...falseAlarms(calibration).map(
      ({ metric, verdict }) =>
        `FALSE ALARM in the calibration: the same, measured twice, came out ${verdict} in ${metric}.`,
    ),
    ...bads.map(
      ({ name, found, remedy }) =>
        `When it was calibrated, this machine was unfit: ${name}: ${found}${remedy ? `; ${remedy}` : ''}.`,
    ),
  ]
}

/** What the blocks of the run can tell apart, corrected for all that it tests. @returns undefined where it compares nothing block by block */
function visibleIn({ trials, gate, scenario, capacities }: Result, { noise }: Calibration): string | undefined {
  const { subjects, points } = scenario
  if (capacities.length > 0 || gate?.acrossSessions || (!gate && subjects.length < 2)) return undefined
  const blocks = new Set(trials.map(({ block }) => block)).size
  // Of rankings each point is a family of its own: two-sided, over all pairs of subjects.
  const tests = gate ? gate.metrics.length * points.length : subjects.length * (subjects.length - 1)
  const metrics = gate?.metrics ?? [...new Set(trials.map(({ load }) => judgedMetric(load.model)))]
  const limits = noise.flatMap(({ metric, withinBlock }) => {
    if (!metrics.includes(metric) || withinBlock === null) return []
    return [{ metric, share: visibleShare(withinBlock, blocks, Math.max(1, tests)) }]
  })
  if (limits.length === 0) return undefined
  const known = limits.filter((limit) => Number.isFinite(limit.share))
  if (known.length === 0)
    return `${plural(blocks, 'block')} ${blocks === 1 ? 'is' : 'are'} too few to tell any difference apart for certain`
  const texts = known.map((one) => `${share(one.share)} in ${one.metric}`).join(' and ')
  return `with ${plural(blocks, 'block')}, differences below ${texts} cannot be told apart here`
}
