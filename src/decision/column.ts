/** Whom the page compares: transports, each way that one was set up a column of its own. */
import type { Result, Trial } from '../result.ts'

type Facts = Result['scenario']['transports'][number]['facts']

export interface Column {
  /** Differs between columns. */
  readonly key: string
  /** Of the subject; with its transport and its set-up where they are not the same everywhere. */
  readonly name: string
  readonly transport: string
  /** Null where no result says any, as those of older versions do not. */
  readonly facts: Facts | null
}

/** What a subject of one result is: the same key in another result is the same set-up, though measured apart. */
export function keysOf({ scenario, trials }: Result): ReadonlyMap<string, string> {
  const transports = transportsOf({ scenario, trials })
  const setups = setupsOf(scenario.resolved)
  return new Map(
    [...transports].map(([subject, transport]) => [
      subject,
      JSON.stringify([subject, transport, setups.get(subject) ?? '']),
    ]),
  )
}

/** In the order in which they are met. */
export function columnsOf(results: readonly Result[]): Column[] {
  const found = new Map<string, { subject: string; transport: string; setup: string }>()
  for (const result of results) {
    const transports = transportsOf(result)
    const setups = setupsOf(result.scenario.resolved)
    for (const [subject, key] of keysOf(result)) {
      const transport = transports.get(subject) ?? subject
      if (!found.has(key)) found.set(key, { subject, transport, setup: setups.get(subject) ?? '' })
    }
  }
  const facts = new Map(results.flatMap(({ scenario }) => scenario.transports.map((one) => [one.name, one.facts])))
  const all = [...found]
  return all.map(([key, { subject, transport, setup }]) => {
    const isShared = all.filter(([, other]) => other.subject === subject).length > 1
    const beside = [...(subject === transport ? [] : [transport]), ...(isShared && setup !== '' ? [setup] : [])]
    const name = beside.length > 0 ? `${subject} (${beside.join(', ')})` : subject
    return { key, name, transport, facts: facts.get(transport) ?? null }
  })
}

/** Of each subject, in the scenario's order; one without a trial has none. */
function transportsOf({ scenario, trials }: Pick<Result, 'scenario' | 'trials'>): Map<string, string> {
  const byTrial = new Map(trials.map((trial: Trial) => [trial.subject, trial.transport]))
  const all = [...new Set([...scenario.subjects, ...byTrial.keys()])]
  return new Map(
    all.flatMap((subject) => {
      const transport = byTrial.get(subject)
      return transport === undefined ? [] : [[subject, transport] as const]
    }),
  )
}

/** Options and handicaps as text, by label; the scenario of a stored result is not checked, so it is read with care. */
function setupsOf({ subjects }: Result['scenario']['resolved']): Map<string, string> {
  if (!Array.isArray(subjects)) return new Map()
  return new Map(
    subjects.flatMap((one: unknown) => {
      if (typeof one !== 'object' || one === null || !('label' in one) || typeof one.label !== 'string') return []
      const options = 'options' in one ? settingsIn(one.options, '') : []
      const handicap = 'handicap' in one ? settingsIn(one.handicap, 'handicap.') : []
      return [[one.label, [...options, ...handicap].join(' ')] as const]
    }),
  )
}

function settingsIn(value: unknown, above: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, setting]) => `${above}${name}=${typeof setting === 'string' ? setting : JSON.stringify(setting)}`)
}
