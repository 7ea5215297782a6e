/** Mistakes on the command line, read as a newcomer: one line each, with what it got and how to mend it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { buildProgram } from '../src/cli/program.ts'
import { errorOf } from './scenario-text.ts'

/** What is said of a command line; nothing is run. */
async function complaint(line: string): Promise<string> {
  const program = buildProgram(() => assert.fail('nothing is run'))
  for (const command of program.commands) command.action(() => {})
  const thrown: unknown = await program
    .parseAsync(line.split(' ').filter(Boolean), { from: 'user' })
    .catch((error) => error)
  return errorOf(() => {
    throw thrown
  })
}

const cases: Readonly<Record<string, string>> = {
  rnu: 'unknown command "rnu"; did you mean "run"?',
  reprot: 'unknown command "reprot"; did you mean "report"?',
  echo: 'unknown command "echo"; did you mean "rtbench run echo"?',
  'my.yaml': 'unknown command "my.yaml"; did you mean "rtbench run my.yaml"?',
  'r.json': 'unknown command "r.json"; did you mean "rtbench report r.json --html FILE"?',
  'run x --blocsk 3': 'unknown flag "--blocsk"; did you mean "--blocks"?',
  'run x --blocsk=3': 'unknown flag "--blocsk"; did you mean "--blocks"?',
  'run x --transport ws': 'unknown flag "--transport"; did you mean "--transports"?',
  'run x --no-progres': 'unknown flag "--no-progres"; did you mean "--no-progress"?',
  'run x --qiuet': 'unknown flag "--qiuet"; did you mean "--quiet"?',
  'run x -q': 'unknown flag "-q"; rtbench run --help tells more',
  'run x --xyzzy': 'unknown flag "--xyzzy"; rtbench run --help tells more',
  'validate x --seed 3': 'unknown flag "--seed"; it belongs to run',
  '--seed 3 run x': 'unknown flag "--seed"; flags stand behind the command: it belongs to run',
  run: 'run: no scenario was given; rtbench run --help tells more',
  compare: 'compare: no result was given; rtbench compare --help tells more',
  'run x --json': '--json: the value is missing; write --json <file> (rtbench run --help tells more)',
  'run x -o': '--output: the value is missing; write --output <folder> (rtbench run --help tells more)',
  'run x --json --quiet': '--json: the value is missing, got the flag --quiet; write --json <file>',
  'run x --set --quiet': '--set: the value is missing, got the flag --quiet; write --set <path=value>',
  'run x --quiet --verbose': '--quiet and --verbose: contradict each other; remove one',
  'run x --verbose --quiet': '--quiet and --verbose: contradict each other; remove one',
  'run x --calibrate --calibration f': '--calibrate and --calibration: contradict each other; remove one',
  'help rnu': 'unknown command "rnu"; did you mean "run"?',
  'list echo': 'list: takes no argument, got "echo"; remove that',
  'doctor a b': 'doctor: takes one argument, got "b" as well; remove that',
}

for (const [line, expected] of Object.entries(cases)) {
  test(`rtbench ${line}`, async () => assert.equal(await complaint(line), expected))
}

test('what a user typed cannot move the cursor, or flood the terminal', async () => {
  for (const line of [
    '\x1b[2Jx',
    `--\x1b[2Jx`,
    'run x --\x1b[2J',
    `list \x1b[2J`,
    '\x1b[2J.yaml',
    `x${'y'.repeat(10_000)}`,
  ]) {
    const said = await complaint(line)
    assert.doesNotMatch(said, /[^\x20-\x7e…]/)
    assert.ok(said.length < 300, said)
  }
})
