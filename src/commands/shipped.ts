/** Scenarios that ship with rtbench, by name. A file of the user's always wins. */
import { readdirSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../errors.ts'
import { escapeText } from '../scenario/quote.ts'
import { nearest } from '../scenario/suggest.ts'
import { readScenario } from '../scenario.ts'
import { catalog } from './catalog.ts'

const FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url))
const ENDING = '.yaml'

/** By name, in alphabetical order. */
export function shippedNames(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(ENDING))
  return files.map((file) => basename(file, ENDING)).sort()
}

export function shippedFile(name: string): string {
  return `${FOLDER}${name}${ENDING}`
}

/** Each with its own description. */
export function shippedScenarios(): Array<readonly [name: string, description: string]> {
  return shippedNames().map((name) => [name, readScenario(shippedFile(name), catalog()).description ?? ''] as const)
}

/**
 * What an argument means: a file, or the name of a shipped scenario.
 * @param tell takes a line where it is such a name, with or without a file of the user's beside it
 * @throws UserError where it is neither
 */
export function scenarioFile(argument: string, tell: (line: string) => void): string {
  const names = shippedNames()
  const is = kindOf(argument)
  if (names.includes(argument)) {
    if (is === 'other') {
      tell(`${argument}: the file here; the scenario of that name that ships with rtbench is ${shippedFile(argument)}`)
      return argument
    }
    tell(`${argument}: the scenario that ships with rtbench, ${shippedFile(argument)}`)
    return shippedFile(argument)
  }
  if (is !== 'missing') return argument
  const meant = nearest(basename(argument).replace(/\.[^.]*$/, ''), names)
  const remedy =
    meant === undefined
      ? 'check the path; rtbench list names the scenarios that ship with it'
      : `did you mean "${meant}", which ships with rtbench?`
  throw new UserError(`${escapeText(argument)}: there is no such file; ${remedy}`)
}

/** What cannot be looked at is told when it is read. */
function kindOf(path: string): 'missing' | 'folder' | 'other' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (!stats) return 'missing'
    return stats.isDirectory() ? 'folder' : 'other'
  } catch {
    return 'other'
  }
}
