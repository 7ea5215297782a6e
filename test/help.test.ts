/** What the help and the docs show is what can be typed. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { buildProgram } from '../src/cli/program.ts'
import { catalog } from '../src/commands/catalog.ts'
import { overridesOf, type RunFlags } from '../src/commands/flags.ts'
import { type GateFlags, gateOf } from '../src/commands/gate-flags.ts'
import { init } from '../src/commands/init.ts'
import { shippedFile, shippedNames } from '../src/commands/shipped.ts'
import { readScenario } from '../src/scenario.ts'
import { inFolder } from './cli-rig.ts'
import { plainResult } from './result-fixture.ts'

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
  return text
}

/** As a shell would split it, up to a pipe, a redirection or a comment. */
function wordsOf(line: string): string[] {
  const own = line.replace(/ +[|>#] .*/, '')
  return Array.from(own.matchAll(/'([^']*)'|(\S+)/g), ([, inQuotes, plain]) => inQuotes ?? plain ?? '')
}

interface Call {
  readonly command: string
  readonly given: readonly string[]
  readonly flags: object
}

/** Reads a command line as the program does, and runs nothing. */
async function parse([name, ...words]: readonly string[]): Promise<Call> {
  assert.equal(name, 'rtbench')
  const calls: Call[] = []
  const program = buildProgram(() => assert.fail('nothing is run'))
  for (const command of program.commands) {
    command.action(() => {
      calls.push({ command: command.name(), given: command.args, flags: command.opts() })
    })
  }
  await program.parseAsync(words, { from: 'user' })
  const [call] = calls
  assert.ok(call)
  return call
}

/** Reads the values of the flags, too, as far as that can be done without files of the user's. */
async function check({ command, given, flags }: Call): Promise<void> {
  if (command === 'run') {
    const [name = ''] = given
    const file = shippedFile(shippedNames().includes(name) ? name : 'echo')
    readScenario(file, catalog(), overridesOf(flags as RunFlags), { hasBaselines: true })
  }
  if (command === 'compare') gateOf(flags as GateFlags, plainResult, { base: 'base', head: 'head' })
  if (command === 'init') await inFolder((folder) => init(`${folder}/x.yaml`, flags, undefined))
}

const { commands } = buildProgram(() => {})
for (const command of [...commands, buildProgram(() => {})]) {
  test(`the examples of ${command.name()} can be typed as they are`, async () => {
    const text = helpOf(command)
    const examples = text.split('\nExamples:\n')[1]?.match(/^ {2}rtbench .*/gm) ?? []
    assert.ok(examples.length > 0, text)
    for (const example of examples) {
      const words = wordsOf(example.trim())
      if (words.includes('--help')) continue
      await check(await parse(words))
    }
    const own = examples.filter((example) => command.parent === null || wordsOf(example.trim())[1] === command.name())
    assert.ok(own.length > 0, 'one is of the command itself')
  })
}

test('the help fits a terminal of 80 columns, but for examples that are typed as one line', () => {
  for (const command of [...commands, buildProgram(() => {})]) {
    for (const line of helpOf(command).split('\n')) assert.ok(line.length <= 80 || line.startsWith('  rtbench '), line)
  }
})

test('the commands in README and docs can be typed as they are', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const files = [
    'README.md',
    ...readdirSync(`${root}/docs`).flatMap((file) => (file.endsWith('.md') ? `docs/${file}` : [])),
  ]
  const lines = files.flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'utf8')
    return Array.from(text.matchAll(/^ *(?:- run: |.*&& )?(?:npx )(rtbench .*)$/gm), ([, line = '']) => ({
      file,
      line,
    }))
  })
  assert.ok(lines.length > 5)
  for (const { file, line } of lines) {
    await parse(wordsOf(line)).catch((thrown) => assert.fail(`${file}: ${line}: ${thrown.message}`))
  }
})
