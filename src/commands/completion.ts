/** `rtbench completion`: a script that lets a shell complete what is typed. It asks nobody while one types, so it is quick. */
import type { Command } from 'commander'
import { UserError } from '../errors.ts'
import { metricNames, metrics } from '../metric.ts'
import { quote } from '../scenario/quote.ts'
import { suggest } from '../scenario/suggest.ts'
import { catalog } from './catalog.ts'
import { bashCompletion } from './completion-bash.ts'
import { fishCompletion } from './completion-fish.ts'
import { type Grammar, grammarOf, shells } from './completion-grammar.ts'
import { zshCompletion } from './completion-zsh.ts'
import { shippedNames } from './shipped.ts'

const scripts: Readonly<Record<(typeof shells)[number], (grammar: Grammar) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** @throws UserError for a shell that is not among them */
export function completion(shell: string, program: Command): string {
  const known = shells.find((name) => name === shell)
  if (!known) throw new UserError(`completion: there is none for ${quote(shell)}; ${suggest(shell, shells)}`)
  const { transports, workloads } = catalog()
  const vocabulary = {
    scenarios: shippedNames(),
    transports,
    workloads: workloads.map(({ name }) => name),
    metrics: metricNames.filter((name) => metrics[name].compared),
  }
  return scripts[known](grammarOf(program, vocabulary))
}
