/** `rtbench run` on a terminal: a pseudo-terminal of script(1), where there is one. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { inFolder } from './cli-rig.ts'

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).stdout?.includes('util-linux')
const ESC = String.fromCharCode(27)
const skip = hasScript ? false : 'needs script(1) of util-linux'

const scenario = {
  name: 'small',
  workload: 'echo',
  transports: ['tcp'],
  connections: 2,
  load: { rate: '200/s' },
  warmup: { time: '100ms', messages: 0 },
  duration: '1s',
  blocks: 50,
}

interface Seen {
  readonly code: number | null
  /** All that the terminal got. */
  readonly text: string
}

/** @param until ends the run by Ctrl-C, as the terminal sends it, as soon as this is on the screen */
function onTerminal(folder: string, flags: string, env: Record<string, string>, until?: string): Promise<Seen> {
  const command = `stty cols 60 rows 20; exec '${process.execPath}' '${main}' run small.yaml ${flags}`
  const { CI: _, NO_COLOR: _none, FORCE_COLOR: _neither, ...rest } = process.env
  const clean = { ...rest, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', ...env }
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, 'typescript'], {
    cwd: folder,
    env: clean,
  })
  let isAsked = false
  child.stdout.setEncoding('utf8').on('data', () => {
    if (until === undefined || isAsked) return
    if (!readFileSync(join(folder, 'typescript'), 'utf8').includes(until)) return
    isAsked = true
    child.stdin.write('\x03')
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, text: readFileSync(join(folder, 'typescript'), 'utf8') }))
  })
}

test(
  'Ctrl-C on a terminal: the lines are gone, the cursor was never hidden, and the report follows',
  { skip, timeout: 60_000 },
  () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'small.yaml'), JSON.stringify(scenario))
      const { code, text } = await onTerminal(folder, '', {}, 'measuring,')
      assert.equal(code, 130)
      assert.match(text, /\[1\/50\] small: tcp block 1\/50/)
      assert.ok(!text.includes(`${ESC}[?`), 'no mode of the terminal is changed')
      const clearing = `\r${ESC}[2A${ESC}[J`
      const last = text.lastIndexOf(clearing)
      assert.equal(last + clearing.length, text.lastIndexOf(`${ESC}[J`) + 3, 'all three lines are cleared in the end')
      const after = text.slice(last + clearing.length)
      assert.ok(!/\[\d*[AJ]/.test(after), 'and what follows is written below')
      const plain = stripVTControlCharacters(after)
      assert.match(plain, /aborted after \d+ of 50 trials: interrupted by SIGINT\r\nresult: results\/small/)
      assert.ok(after.includes(`${ESC}[1m`), 'in colour, because it is a terminal')
    }),
)

test('a terminal that is a log: CI has no control characters, only lines', { skip, timeout: 60_000 }, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'small.yaml'), JSON.stringify({ ...scenario, blocks: 1, duration: '500ms' }))
    const { code, text } = await onTerminal(folder, '', { CI: 'true', NO_COLOR: '1' })
    assert.equal(code, 0, text)
    assert.match(text, /^\[1\/1\] small: tcp, block 1\/1, about \d+ s left\r$/m)
    assert.ok(!text.includes(ESC), text)
  }),
)
