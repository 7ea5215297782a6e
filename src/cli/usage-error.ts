/** Commander's complaints in the words of all other errors: one line with what, what it got, and how to mend it. */
import type { Command, CommanderError } from 'commander'
import { shippedNames } from '../commands/shipped.ts'
import { UserError } from '../errors.ts'
import { excerpt, quote } from '../scenario/quote.ts'
import { nearest } from '../scenario/suggest.ts'

type Complaint = (quoted: readonly string[], command: Command) => string

/** By commander's codes; the words in quotes of its message are what it complains about. */
const complaints: Readonly<Record<string, Complaint>> = {
  'commander.unknownCommand': ([word = ''], program) => unknownCommand(word, program),
  'commander.unknownOption': ([flag = ''], command) => unknownFlag(flag.replace(/=.*/s, ''), command),
  'commander.missingArgument': ([name = ''], command) => `${command.name()}: no ${name} was given; ${helpOf(command)}`,
  'commander.optionMissingArgument': ([flags = ''], command) => {
    const [, flag = '', value = ''] = /(--\S+) (<.*>)/.exec(flags) ?? []
    return `${flag}: the value is missing; write ${flag} ${value} (${helpOf(command)})`
  },
  'commander.excessArguments': (_, command) => {
    const most = command.registeredArguments.length
    const extra = command.args.slice(most).map(quote).join(' ')
    const allowed = ['no argument', 'one argument'][most] ?? `${most} arguments`
    return `${command.name()}: takes ${allowed}, got ${extra}${most > 0 ? ' as well' : ''}; remove that`
  },
  'commander.conflictingOption': ([one = '', other = '']) => {
    const [first, second] = [one, other].map((flags) => flags.replace(/ <.*/, ''))
    return `${first} and ${second}: contradict each other; remove one`
  },
}

/** @param command whose words were read */
export function usageErrorOf({ code, message }: CommanderError, command: Command): UserError {
  const complaint = complaints[code]
  // Greedy up to the last quote of a line: what a user typed may have quotes in it.
  const quoted = code === 'commander.conflictingOption' ? eachQuoted(message) : [/'(.*)'/s.exec(message)?.[1] ?? '']
  if (complaint) return new UserError(complaint(quoted, command))
  const [said = ''] = message.replace(/^error: /, '').split('\n')
  return new UserError(`${command.name()}: ${said.replace(/\.$/, '')}; ${helpOf(command)}`)
}

function eachQuoted(message: string): string[] {
  return Array.from(message.matchAll(/'(.*?)'/g), ([, word = '']) => word)
}

function helpOf(command: Command): string {
  return `${pathOf(command)} --help tells more`
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

function unknownCommand(word: string, program: Command): string {
  const known = program.commands.map((command) => command.name())
  const what = `unknown command ${quote(word)}`
  const isScenario = /\.ya?ml$/.test(word) || shippedNames().includes(word)
  if (isScenario) return `${what}; did you mean "rtbench run ${excerpt(word)}"?`
  if (/\.json$/.test(word)) return `${what}; did you mean "rtbench report ${excerpt(word)} --html FILE"?`
  const meant = nearest(word, known)
  return meant === undefined ? `${what}; known are ${known.join(', ')}` : `${what}; did you mean "${meant}"?`
}

/**
 * Commander answers `help` of a command that is not there with the help of all, as if nothing was wrong.
 * @returns nothing to add to any other help
 * @throws UserError where that is about to be shown
 */
export function refuseUnknownTopic(program: Command): '' {
  const [command, topic] = program.args
  if (command === 'help' && topic !== undefined) throw new UserError(unknownCommand(topic, program))
  return ''
}

/** The flag that was meant, else the commands that have this one, else where all are told. */
function unknownFlag(flag: string, command: Command): string {
  const what = `unknown flag ${quote(flag)}`
  const bare = longFlags(command).map((long) => long.slice(2))
  const meant = flag.startsWith('--') ? nearest(flag.slice(2), bare) : undefined
  if (meant !== undefined) return `${what}; did you mean "--${meant}"?`
  const program = command.parent ?? command
  const owners = program.commands.filter((other) => longFlags(other).includes(flag)).map((other) => other.name())
  if (owners.length === 0) return `${what}; ${helpOf(command)}`
  return `${what}; ${command.parent ? '' : 'flags stand behind the command: '}it belongs to ${owners.join(', ')}`
}

function longFlags(command: Command): string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? [])
}

/**
 * Commander takes whatever stands behind a flag as its value, be it another flag.
 * @throws UserError where that cannot be meant
 */
export function refuseFlagsAsValues(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName())
    for (const one of [value].flat()) {
      if (typeof one !== 'string' || !one.startsWith('--') || !longFlags(command).includes(one)) continue
      throw new UserError(`${option.long}: the value is missing, got the flag ${one}; write ${option.flags}`)
    }
  }
}
