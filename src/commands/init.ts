/** `rtbench init`: asks little, and writes a scenario to begin with. */
import { existsSync, writeFileSync } from 'node:fs'
import { messageOf, UserError } from '../errors.ts'
import { escapeText } from '../scenario/quote.ts'
import { readScenario } from '../scenario.ts'
import type { Transport } from '../transport.ts'
import { allTransports, allWorkloads, catalog } from './catalog.ts'
import { checkAnswer, findChoices, loadAnswer, transportsAnswer, usualAnswers } from './init-choices.ts'
import type { Questions } from './init-questions.ts'
import { type Answers, type Choices, scenarioText } from './init-text.ts'
import { schemaLines } from './schema-line.ts'
import { summaryOf } from './validate.ts'

/** The flags of `init`, as commander gives them: answers that are not asked for. */
export interface InitFlags {
  readonly workload?: string
  readonly transports?: string
  readonly load?: string
  readonly connections?: string
  readonly force?: boolean
}

/** @param questions undefined: none are asked @returns what to say of the file that was written */
export async function init(
  named: string | undefined,
  flags: InitFlags,
  questions: Questions | undefined,
): Promise<string> {
  const transports = await allTransports()
  const choices = await workloadOf(flags, questions, transports)
  const file = named ?? `${choices.workload.name}.yaml`
  // Before more is asked; that nobody makes it meanwhile is seen to when it is written.
  if (existsSync(file) && !flags.force) throw alreadyThere(file)
  const answers = await answersOf(flags, questions, choices)
  const text = scenarioText(escapeText(file), schemaLines(file), answers, choices)
  const scenario = readScenario({ name: file, text }, catalog())
  writeNew(file, text, flags.force ?? false)
  return `${escapeText(file)}: written (${summaryOf(scenario)})\nnext: rtbench run ${escapeText(file)}\n`
}

async function workloadOf(
  { workload }: InitFlags,
  questions: Questions | undefined,
  transports: readonly Transport[],
): Promise<Choices> {
  if (workload !== undefined || !questions) return findChoices(workload ?? 'echo', transports)
  const longest = Math.max(...allWorkloads().map(({ name }) => name.length))
  const hint = allWorkloads().map(({ name, summary }) => `  ${name.padEnd(longest)}  ${summary}`)
  const name = await questions.ask('Workload', 'echo', hint, (answer) => findChoices(answer, transports))
  return findChoices(name, transports)
}

type Key = Exclude<keyof Answers, 'workload'>

/** What each answer is made of. */
const normal: Readonly<Record<Key, (text: string) => string>> = {
  transports: transportsAnswer,
  load: loadAnswer,
  connections: (text) => text.trim(),
}

async function answersOf(flags: InitFlags, questions: Questions | undefined, choices: Choices): Promise<Answers> {
  const usual = usualAnswers(choices)
  const { workload, transports, loads } = choices
  if (flags.connections !== undefined && usual.connections === undefined)
    throw new UserError(`--connections: ${workload.withoutConnections}; leave it away`)
  const hints: Readonly<Record<Key, readonly string[]>> = {
    transports: [`  can carry it: ${transports.join(', ')}`],
    load: loads.map((load) => `  ${load}`),
    connections: [],
  }
  const answer = async (key: Key, preset: string): Promise<string> => {
    const given = flags[key]
    if (given !== undefined) {
      checkAnswer(key, normal[key](given), choices, `--${key}`)
      return normal[key](given)
    }
    if (!questions) return preset
    const question = key.charAt(0).toUpperCase() + key.slice(1)
    const accept = (said: string) => checkAnswer(key, normal[key](said), choices, key)
    return normal[key](await questions.ask(question, preset, hints[key], accept))
  }
  return {
    workload: workload.name,
    transports: await answer('transports', usual.transports),
    load: await answer('load', usual.load),
    ...(usual.connections === undefined ? {} : { connections: await answer('connections', usual.connections) }),
  }
}

function writeNew(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' })
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') throw alreadyThere(file)
    throw new UserError(`${escapeText(file)}: cannot be written: ${escapeText(messageOf(thrown))}; choose another file`)
  }
}

function alreadyThere(file: string): UserError {
  return new UserError(`${escapeText(file)}: is there already; choose another name, or overwrite it with --force`)
}
