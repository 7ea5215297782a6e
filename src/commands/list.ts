/** `rtbench list`: what there is to choose from, made from the contracts alone. */
import type { View } from '../reporter.ts'
import { clean, wrap } from '../reporters/format.ts'
import { modelKeys } from '../scenario/load-field.ts'
import type { Traits, Transport } from '../transport.ts'
import type { FigureSpec, WorkloadSpec } from '../workload.ts'
import { describeParameters } from './parameter-text.ts'

/** Lines of prose longer than this are hard to read, however wide the terminal is. */
const LONGEST_LINE = 110

/** Each trait as a phrase; a new trait does not compile without one. */
const phrases: { readonly [Trait in keyof Traits]: (value: Traits[Trait]) => string } = {
  push: (can) => (can ? 'the server can send unasked' : 'the server only answers'),
  answers: (how) => ({ any: 'answers at any time', each: 'one answer a message', end: 'one answer at the end' })[how],
  ordered: (is) => (is ? 'ordered' : 'unordered'),
  halfClose: (has) => (has ? 'half-close' : 'no half-close'),
  textOnly: (is) => (is ? 'binary payloads are re-encoded as text' : 'binary payloads as they are'),
  heartbeat: (side) =>
    ({
      both: 'finds a silent peer by heartbeats',
      client: 'the client alone finds a silent peer by heartbeats',
      none: 'does not find a silent peer',
    })[side],
  seesPeerClose: (sees) => (sees ? 'notices a dead peer' : 'does not notice a dead peer'),
  socketsPerChannel: (sockets) => `${sockets} ${sockets === 1 ? 'socket' : 'sockets'} a channel`,
}

export function list(
  transports: readonly Transport[],
  workloads: readonly WorkloadSpec[],
  scenarios: ReadonlyArray<readonly [name: string, description: string]>,
  view: View,
  out: { write(text: string): unknown },
): void {
  const columns = Math.min(view.columns, LONGEST_LINE)
  const heading = (text: string) => (view.colour ? `\x1b[1m${text}\x1b[0m` : text)
  const entry = (name: string, paragraphs: readonly string[]) => [
    ...wrap(clean(name), columns, '  ').map(heading),
    ...paragraphs.flatMap((text) => wrap(clean(text), columns, '    ', '      ')),
  ]
  const part = (name: string, items: readonly string[]) =>
    items.length === 0
      ? []
      : [`    ${name}:`, ...items.flatMap((text) => wrap(clean(text), columns, '      ', '        '))]
  const lines = [
    heading('Transports'),
    ...transports.flatMap(({ name, summary, traits, options = {} }) => [
      ...entry(name, [summary, sentence(traits)]),
      ...part('options', describeParameters(options)),
    ]),
    '',
    heading('Workloads'),
    ...workloads.flatMap((workload) => [
      ...entry(workload.name, describe(workload)),
      ...part('parameters', describeParameters(workload.parameters)),
      ...part('figures', Object.entries(workload.figures).map(describeFigure)),
    ]),
    '',
    heading('Scenarios that ship (rtbench run NAME)'),
    ...scenarios.flatMap(([name, description]) => entry(name, [description])),
  ]
  out.write(`${lines.join('\n')}\n`)
}

function describe(workload: WorkloadSpec): string[] {
  const { summary, latency, needs, defaultLoad, withoutConnections } = workload
  const needed = sentence(needs)
  const preset = Object.entries(defaultLoad).map(([key, value]) => `${key}: ${value}`)
  return [
    summary,
    `latency: ${latency}`,
    ...(needed ? [`needs: ${needed}`] : []),
    `loads: ${modelKeys(workload).join(', ')} (default {${preset.join(', ')}})`,
    ...(withoutConnections === undefined ? [] : [`connections: not to be set; ${withoutConnections}`]),
  ]
}

/** `spread.p99 (ns): from the first …`, by the name that thresholds use. */
function describeFigure([name, { unit, text }]: readonly [string, FigureSpec]): string {
  return `${name} (${unit === 'ns' ? 'time' : unit}): ${text}`
}

function sentence(traits: Partial<Traits>): string {
  const names = Object.keys(phrases) as Array<keyof Traits>
  return names.flatMap((name) => phraseOf(name, traits[name])).join('; ')
}

function phraseOf<Trait extends keyof Traits>(name: Trait, value: Traits[Trait] | undefined): string[] {
  return value === undefined ? [] : [phrases[name](value)]
}
