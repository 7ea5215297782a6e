/** How the figures came to be: what is measured, on which machine, with which settings; and the record itself. */
import { gzipSync } from 'node:zlib'
import type { Run } from '../../reporter.ts'
import type { Calibration } from '../../result.ts'
import { bytes, count, figure, NO_FIGURE, plural } from '../format.ts'
import { escaped, html, Markup, name, nothing, plainName, sentence } from './markup.ts'
import { tableOf } from './tables.ts'

const STATEMENTS: readonly string[] = [
  'Response time counts from the moment a message was due, not from when it was sent: a server that stalls is seen to stall (no coordinated omission). Service time counts from the sending.',
  'Each trial has fresh processes: one server, one or more clients, one clock. Subjects are measured in blocks, in random order, so that drift of the machine does not become a difference.',
  'Every message is accounted for: delivered, lost, timed out or under way at the end. An invalid trial is in no figure.',
  'A median over the trials is one of the trials’ own figures (or halfway between two). Percentiles are never averaged; curves by percentile are of merged histograms and say so.',
  'A 95 % interval is given from 6 trials on; below, the range of the trials. Best is said only of a subject that is measurably better than each other, corrected for the number of pairs.',
  'Everything ran on one machine over loopback, clients and servers on shared cores: there is no network in these figures. They are about these implementations on this machine.',
]

export function methodSection(runs: readonly Run[]): Markup {
  return html`<section id="method" aria-labelledby="method-title"><h2 id="method-title">How this was measured</h2>
<ul class="statements">${STATEMENTS.map((statement) => html`<li>${statement}</li>`)}</ul>
${runs.map((run, index) => runBlock(run, index))}</section>`
}

function runBlock({ name: label, result, text }: Run, index: number): Markup {
  const { environment, scenario, tool, trials } = result
  const began = trials.map(({ startedAt }) => startedAt).toSorted()
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['scenario', `${scenario.name} (workload ${scenario.workload})`],
    ['scenario file, SHA-256', scenario.sha256],
    ['measured', began.length > 0 ? `${began[0]} to ${began.at(-1)} (last trial begun)` : 'nothing'],
    [
      'trials',
      `${count(trials.length)}${scenario.plannedTrials === undefined ? '' : ` of ${count(scenario.plannedTrials)} planned`}`,
    ],
    ['rtbench', `${tool.version}${tool.commit ? `, commit ${tool.commit.slice(0, 12)}` : ''}`],
    ['processor', `${environment.cpuModel}, ${plural(environment.cores, 'core')}`],
    ['memory', bytes(environment.memoryBytes)],
    ['system', `${environment.os} ${environment.kernel}${environment.ci ? ', in CI' : ''}`],
    ['Node.js', `${environment.node}, V8 ${environment.v8}`],
    ['open files', environment.fdLimit === null ? 'no known limit' : `up to ${count(environment.fdLimit)}`],
    [
      'packages',
      Object.entries(environment.packages)
        .map(([key, version]) => `${key} ${version}`)
        .join(', '),
    ],
  ]
  return html`<section class="run" aria-labelledby="run-${index}"><h3 id="run-${index}">${name(label)}</h3>
<dl>${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${sentence(value)}</dd></div>`)}</dl>
${calibrationOf(result.calibration)}
<details class="data"><summary>The scenario with every default</summary><pre tabindex="0"><code>${shortened(JSON.stringify(scenario.resolved, null, 2))}</code></pre></details>
${download(label, text)}</section>`
}

const LONGEST_SCENARIO = 20_000

/** Line breaks stay, and are the only control characters that do. */
function shortened(text: string): Markup {
  const short =
    text.length > LONGEST_SCENARIO ? `${text.slice(0, LONGEST_SCENARIO)}\n… (the rest is in the record)` : text
  return new Markup(short.split('\n').map(escaped).join('\n'))
}

/** A report is to be sent to people: a record that is larger, compressed, stays where it is. */
const LARGEST_RECORD = 12 * 1024 * 1024

/** Works without a script, as a compressed file; the script makes plain JSON of it. */
function download(label: string, text: string): Markup {
  const packed = gzipSync(text)
  if (packed.length > LARGEST_RECORD) {
    return html`<p class="missing">The record (${bytes(text.length)}) is too large to be in here; it is the file that this report was made from.</p>`
  }
  const file = `${label.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'result'}.json`
  return html`<p><a class="button" download="${file}.gz" data-plain="${file}" href="data:application/gzip;base64,${new Markup(packed.toString('base64'))}">Download the record (JSON, ${bytes(text.length)})</a></p>`
}

function calibrationOf(calibration: Calibration | null): Markup {
  if (!calibration) return nothing
  const { checks, floors, noise, blocks, measuredAt } = calibration
  return html`<h4>The machine, as calibrated at ${plainName(measuredAt)}</h4>
${
  checks.length === 0
    ? null
    : tableOf({
        caption: 'Conditions',
        heads: ['condition', 'state', 'found', 'what to change'],
        prose: [1, 2],
        rows: checks.map((check) => ({
          head: name(check.name),
          cells: [
            html`<span class="mark ${['good', 'doubtful', 'bad'].includes(check.state) ? check.state : 'unknown'}">${plainName(check.state)}</span>`,
            sentence(check.found),
            check.remedy === null ? '' : sentence(check.remedy),
          ],
        })),
      })
}
${floors.length === 0 ? null : tableOf({ caption: 'The floor: what this machine does when nothing else is asked of it', heads: ['floor', 'metric', 'median', 'range'], rows: floors.map((floor) => ({ head: name(floor.name), cells: [plainName(floor.metric), figure(floor.median, floor.unit), floor.range ? `${figure(floor.range[0], floor.unit)} to ${figure(floor.range[1], floor.unit)}` : NO_FIGURE] })) })}
${
  noise.length === 0
    ? null
    : tableOf({
        caption: `The noise: the same subject twice, in ${plural(blocks, 'block')}`,
        heads: ['metric', 'within a block', 'between blocks', 'visible differences', 'verdict'],
        prose: [2],
        rows: noise.map((one) => ({
          head: plainName(one.metric),
          cells: [
            figure(one.withinBlock, 'share'),
            figure(one.betweenBlocks, 'share'),
            one.visible
              .map((each) => `${figure(each.share, 'share')} with ${plural(each.blocks, 'block')}`)
              .join(', ') || NO_FIGURE,
            plainName(one.verdict),
          ],
        })),
      })
}`
}
