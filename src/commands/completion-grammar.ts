/** What can stand where on the command line, read from the declarations themselves. */
import type { Command, Option } from 'commander'

/** What is expected in a place. */
export type Expected =
  /** `list`: several of them, separated by commas. */
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly list: boolean }
  /** Files with one of the endings, any file where there is none; or one of the words. */
  | { readonly kind: 'files'; readonly endings: readonly string[]; readonly words: readonly string[] }
  | { readonly kind: 'folders' }
  /** Nothing that could be known. */
  | { readonly kind: 'text' }

export interface FlagGrammar {
  /** With its dashes. */
  readonly long: string
  readonly short?: string
  readonly text: string
  /** Absent: it has no value. */
  readonly value?: Expected
  /** As the help names the value, `file`. */
  readonly placeholder: string
  readonly repeatable: boolean
}

export interface CommandGrammar {
  readonly name: string
  readonly text: string
  readonly flags: readonly FlagGrammar[]
  /** Of every argument. */
  readonly argument?: Expected & { readonly placeholder: string }
}

export interface Grammar {
  readonly flags: readonly FlagGrammar[]
  readonly commands: readonly CommandGrammar[]
}

/** The words that can stand for a placeholder. */
export interface Vocabulary {
  readonly scenarios: readonly string[]
  readonly transports: readonly string[]
  readonly workloads: readonly string[]
  readonly metrics: readonly string[]
}

export const shells = ['bash', 'zsh', 'fish'] as const

const TEXT: Expected = { kind: 'text' }
const words = (of: readonly string[], list = false): Expected => ({ kind: 'words', words: of, list })
const files = (endings: readonly string[], of: readonly string[] = []): Expected => {
  return { kind: 'files', endings, words: of }
}

/** @throws Error for a placeholder of which it is not said here what stands for it */
export function grammarOf(program: Command, vocabulary: Vocabulary): Grammar {
  const commands = program.createHelp().visibleCommands(program)
  const expected: Readonly<Record<string, Expected>> = {
    scenario: files(['.yaml', '.yml'], vocabulary.scenarios),
    result: files(['.json']),
    file: files([]),
    folder: { kind: 'folders' },
    transports: words(vocabulary.transports, true),
    transport: words(vocabulary.transports),
    workload: words(vocabulary.workloads),
    metrics: words(vocabulary.metrics, true),
    shell: words(shells),
    command: words(commands.map((command) => command.name())),
    time: TEXT,
    rate: TEXT,
    count: TEXT,
    number: TEXT,
    share: TEXT,
    label: TEXT,
    load: TEXT,
    'path=value': TEXT,
  }
  const expectedFor = (placeholder: string): Expected => {
    const found = expected[placeholder]
    if (!found) throw new Error(`nobody says what can stand for <${placeholder}>`)
    return found
  }
  const flagsOf = (command: Command) => command.createHelp().visibleOptions(command).map(flagOf)
  const flagOf = ({ long, short, flags, description, defaultValue }: Option): FlagGrammar => {
    const [, placeholder = ''] = /[<[](.*?)(?:\.\.\.)?[>\]]/.exec(flags) ?? []
    return {
      long: long ?? flags,
      ...(short ? { short } : {}),
      text: description,
      ...(placeholder ? { value: expectedFor(placeholder) } : {}),
      placeholder,
      repeatable: Array.isArray(defaultValue),
    }
  }
  return {
    flags: flagsOf(program),
    commands: commands.map((command) => {
      const [argument] = command.registeredArguments
      return {
        name: command.name(),
        text: command.description(),
        flags: flagsOf(command),
        ...(argument ? { argument: { ...expectedFor(argument.name()), placeholder: argument.name() } } : {}),
      }
    }),
  }
}

/** In single quotes, for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
