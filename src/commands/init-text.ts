/** The scenario that `rtbench init` writes. */
import { wrap } from '../reporters/format.ts'
import type { WorkloadSpec } from '../workload.ts'
import { describeParameters } from './parameter-text.ts'

/** As they stand in the file. */
export interface Answers {
  readonly workload: string
  /** Separated by commas. */
  readonly transports: string
  /** YAML of the load. */
  readonly load: string
  /** Absent where the workload counts otherwise. */
  readonly connections?: string
}

export interface Choices {
  readonly workload: WorkloadSpec
  /** All that can carry the workload. */
  readonly transports: readonly string[]
  /** Written as in the file. */
  readonly loads: readonly string[]
}

const COLUMNS = 110

/** @param file as the user named it @param head comment lines for the editor */
export function scenarioText(file: string, head: readonly string[], answers: Answers, choices: Choices): string {
  const { workload } = choices
  const { transports, load, connections } = answers
  const chosen = transports.split(', ')
  const others = choices.transports.filter((name) => !chosen.includes(name))
  const parameters = describeParameters(workload.parameters)
  return [
    ...head,
    '#',
    ...comment(`Check it: rtbench validate ${file}`),
    ...comment(`See what would run: rtbench run ${file} --dry-run`),
    ...comment(`Run it, and store the result in results/: rtbench run ${file}`),
    '',
    ...comment(`${workload.name}: ${workload.summary}.`),
    ...comment(`Latency is ${workload.latency}.`),
    `workload: ${workload.name}`,
    '',
    ...comment('Each is measured in turn, against a server that rtbench starts.'),
    ...(others.length > 0 ? comment(`Others that can carry this: ${others.join(', ')}.`) : []),
    `transports: [${transports}]`,
    '',
    ...(connections === undefined ? [] : [...comment('Of each trial.'), `connections: ${connections}`, '']),
    ...comment(`The load of all clients together: ${choices.loads.join('; ')}.`),
    `load: ${load}`,
    '',
    ...comment('A message: bytes, 16KiB, or { size: 1KiB, kind: json }.'),
    'payload: 128',
    '',
    ...comment('A trial: what is not counted yet, and then what is measured.'),
    'warmup: 1s',
    'duration: 3s',
    '',
    ...comment(
      'How often each transport is measured, in random order. With fewer than 6 no difference can be told from chance.',
    ),
    'blocks: 6',
    '',
    ...comment('The run fails, with exit code 99, where one of these does not hold.'),
    'thresholds: ["delivery.lost == 0"]',
    ...(parameters.length > 0 ? ['', ...comment(`What else ${workload.name} can be told:`)] : []),
    ...parameters.flatMap((line) => wrap(line, COLUMNS, '#   ', '#     ')),
    '',
  ].join('\n')
}

function comment(text: string): string[] {
  return wrap(text, COLUMNS, '# ')
}
