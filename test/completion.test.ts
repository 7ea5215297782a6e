/** Completion in the shells themselves: what they offer for what is typed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { buildProgram } from '../src/cli/program.ts'
import { completion } from '../src/commands/completion.ts'
import { shippedNames } from '../src/commands/shipped.ts'
import { UserError } from '../src/errors.ts'
import { transportNames } from '../src/transports/index.ts'
import { inFolder } from './cli-rig.ts'

const script = (shell: string) =>
  completion(
    shell,
    buildProgram(() => {}),
  )
const commands = buildProgram(() => {}).commands.map((command) => command.name())

/** For what is typed, the last word being completed: what has to be offered, and nothing else, whatever its order. */
const cases: ReadonlyArray<readonly [typed: readonly string[], offered: readonly string[]]> = [
  [['com'], ['compare', 'completion']],
  [['v'], ['validate']],
  [['run', '--tr'], ['--transports']],
  [['run', '--transports', 'tc'], ['tcp']],
  [['run', 'echo', '--transports', 'tcp,w'], ['tcp,ws']],
  [['run', '--transports', 'tcp,ws,tc'], []],
  [
    ['run', 'm'],
    ['market-ticker', 'mobile-flaky', 'mine.yaml', 'more.yml', 'my-results/'],
  ],
  [['run', '--rate', ''], []],
  [['run', 'doctor', '--q'], ['--quiet']],
  [['run', '--output', 'm'], ['my-results/']],
  [['run', '-o', 'm'], ['my-results/']],
  [['run', 'my-'], ['my-results/']],
  [
    ['report', 'm'],
    ['mine.json', 'my-results/'],
  ],
  [
    ['run', '--json', 'm'],
    ['mine.json', 'mine.yaml', 'more.yml', 'my-notes.txt', 'my-results/'],
  ],
  [['compare', '--gate', 'cpu.s'], ['cpu.serverPerMessageNs']],
  [['init', '--workload', 'f'], ['fan-out']],
  [['doctor', '--transport', 's'], ['sse']],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['help', 'd'], ['doctor']],
]

async function inUsersFolder(act: (folder: string) => void): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'my-results'))
    for (const file of ['mine.yaml', 'more.yml', 'mine.json', 'my-notes.txt']) writeFileSync(join(folder, file), '')
    act(folder)
  })
}

/** @returns standard output of a script in a shell of its own, without the user's settings */
function shellOutput(shell: string, args: readonly string[], text: string, folder: string): string {
  const env = { PATH: process.env.PATH, HOME: folder, TERM: 'dumb' }
  writeFileSync(join(folder, '.typed'), text)
  const { stdout, stderr, status, error } = spawnSync(shell, [...args, '.typed'], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  })
  assert.equal(error, undefined)
  assert.equal(stderr, '')
  assert.equal(status, 0)
  return stdout
}

/** False, or why a test is skipped. */
function lacks(shell: string): string | false {
  return spawnSync(shell, ['--version']).error ? `${shell} is not installed here` : false
}

/** What was offered in each case; a line `---` stands before each. */
function check(output: string, mend: (offer: string) => string = (offer) => offer): void {
  const offers = output.split('---\n').slice(1)
  assert.equal(offers.length, cases.length)
  for (const [index, [typed, offered]] of cases.entries()) {
    const lines = (offers[index] ?? '').split('\n').filter(Boolean).map(mend)
    assert.deepEqual(lines.sort(), [...offered].sort(), typed.join(' '))
  }
}

const quote = (word: string) => `'${word}'`

test('bash completes', { skip: lacks('bash') }, () =>
  inUsersFolder((folder) => {
    const typed = cases.map(([words]) => `offer rtbench ${words.map(quote).join(' ')}`)
    const offer = `offer() {
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
      _rtbench
      echo ---
      local word
      for word in "\${COMPREPLY[@]}"; do
        # Bash itself puts the slash behind a folder.
        if [[ -d $word ]]; then echo "$word/"; else echo "$word"; fi
      done
    }`
    check(shellOutput('bash', ['--norc'], [script('bash'), offer, ...typed, ''].join('\n'), folder))
  }),
)

test('bash completes what stands behind an equals sign, which it takes for a word', { skip: lacks('bash') }, () =>
  inUsersFolder((folder) => {
    const offer = 'COMP_WORDS=(rtbench run --transports = tcp,w) COMP_CWORD=4; _rtbench; echo "$COMPREPLY"'
    assert.equal(shellOutput('bash', ['--norc'], `${script('bash')}\n${offer}\n`, folder), 'tcp,ws\n')
  }),
)

test('fish completes', { skip: lacks('fish') }, () =>
  inUsersFolder((folder) => {
    const typed = cases.map(([words]) => `echo ---; complete -C ${quote(['rtbench', ...words].join(' '))}`)
    const text = ['function rtbench; end', script('fish'), ...typed, ''].join('\n')
    check(shellOutput('fish', ['--no-config'], text, folder), (offer) => offer.replace(/\t.*/, ''))
  }),
)

test('zsh reads its script, and completes', { skip: lacks('zsh') }, () =>
  inUsersFolder((folder) => {
    writeFileSync(join(folder, 'script'), script('zsh'))
    // In a terminal of its own: zsh completes nowhere else. What is waited for bounds it; the time limit is the rig's.
    const text = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; autoload -Uz compinit; compinit -u -D; LISTMAX=1000; stty cols 200; source ./script; bindkey '^I' list-choices; print RE''ADY"
zpty -r z seen '*READY*'
zpty -w -n z $'rtbench run --transports tcp,w\\t'
zpty -r z seen '*tcp,w*ws*'
zpty -w -n z $'\\Crtbench run m\\t'
zpty -r z seen '*market-ticker*mine.yaml*mobile-flaky*'
zpty -d z
print done
`
    assert.equal(shellOutput('zsh', ['-f'], text.replace('\\C', '\\x15'), folder), 'done\n')
  }),
)

test('every command, transport and shipped scenario is in every script', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const text = script(shell)
    for (const name of [...commands, ...transportNames, ...shippedNames()]) {
      assert.match(text, new RegExp(`(?<![\\w-])${name}(?![\\w-])`), `${shell}: ${name}`)
    }
  }
})

test('a shell without completion is refused with those that have it', () => {
  assert.throws(() => script('bsh'), {
    name: 'UserError',
    message: 'completion: there is none for "bsh"; did you mean "bash"?',
  })
  assert.throws(() => script('powershell'), UserError)
})
