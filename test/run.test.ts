/** `rtbench run` from the outside: what it prints, writes, and exits with. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '../src/result.ts'
import { parseResult } from '../src/result-reader.ts'
import { childrenOf, filesIn, inFolder, rtbench, start } from './cli-rig.ts'
import { csvRows, hgrmPoints } from './format-checks.ts'
import { checkResult } from './result-checks.ts'
import { isAlive } from './trial-rig.ts'

const scenario = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    name: 'small',
    workload: 'echo',
    transports: ['tcp', 'ws'],
    connections: 4,
    load: { rate: '500/s' },
    warmup: { time: '200ms', messages: 0 },
    duration: '500ms',
    blocks: 2,
    ...changes,
  })

function write(folder: string, changes: Record<string, unknown> = {}): void {
  writeFileSync(join(folder, 'small.yaml'), scenario(changes))
}

/** The one result file of a run. */
function resultIn(folder: string): Result {
  const [file = '', ...others] = filesIn(join(folder, 'results'))
  assert.deepEqual(others, [], 'one file and nothing else')
  return parseResult(readFileSync(join(folder, 'results', file), 'utf8'), file)
}

test('a run prints one table, writes one result, and exits with 0', () =>
  inFolder(async (folder) => {
    write(folder)
    const { code, stdout, stderr } = await rtbench(['run', 'small.yaml'], folder)
    assert.equal(code, 0, stderr)
    for (const word of ['tcp', 'ws', 'p50', 'offered/s', 'passed']) assert.ok(stdout.includes(word), word)
    assert.ok(!(stdout + stderr).includes('\x1b'), 'no terminal, no escape codes')
    assert.match(stderr, /result: results\/small-.*\.json/)
    const result = resultIn(folder)
    checkResult(result)
    assert.equal(result.trials.length, 4)
    for (const block of [0, 1]) {
      const subjects = result.trials.filter((trial) => trial.block === block).map(({ subject }) => subject)
      assert.deepEqual(subjects.sort(), ['tcp', 'ws'], 'every subject once a block')
    }
  }))

test('--json - puts the result on standard output and nothing else there', () =>
  inFolder(async (folder) => {
    write(folder, { transports: ['tcp'], blocks: 1 })
    const args = ['--json', '-', '--no-progress', '--csv', 'out.csv', '--hgrm', 'out.hgrm']
    const { code, stdout, stderr } = await rtbench(['run', 'small.yaml', ...args], folder)
    assert.equal(code, 0)
    assert.match(stderr, /report: out\.csv\nreport: out\.hgrm/)
    assert.ok(csvRows(readFileSync(join(folder, 'out.csv'), 'utf8')).length > 1)
    assert.ok(hgrmPoints(readFileSync(join(folder, 'out.hgrm'), 'utf8')).length > 1)
    checkResult(parseResult(stdout, 'stdout'))
    assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(resultIn(folder))))
  }))

test('flags change the scenario, and a matrix makes a cell of each point', () =>
  inFolder(async (folder) => {
    write(folder, { vary: { payload: [64, '1KiB'] } })
    const args = ['--transports', 'tcp', '--rate', '200/s', '--connections', '3', '--blocks', '1', '--seed', '9']
    const { code, stderr } = await rtbench(
      ['run', 'small.yaml', ...args, '--set', 'load.arrivals=poisson', '--quiet'],
      folder,
    )
    assert.equal(code, 0, stderr)
    assert.equal(stderr, '', 'quiet')
    const { trials } = resultIn(folder)
    assert.deepEqual(trials.map(({ payload }) => payload.sizeBytes).sort(), [1024, 64])
    for (const { load } of trials) assert.deepEqual([load.requestedPerSec, load.connections], [200, 3])
    assert.notDeepEqual(
      trials.map(({ counts }) => counts.scheduled),
      [100, 100],
      'poisson arrivals are not even',
    )
    assert.equal(
      new Set(trials.map(({ counts }) => counts.scheduled)).size,
      1,
      'and the same for every trial of a block',
    )
  }))

test('auto ends at the budget, and the result and the table say so', () =>
  inFolder(async (folder) => {
    const subjects = [
      { use: 'ws', label: 'base' },
      { use: 'ws', label: 'head', compression: true },
    ]
    write(folder, { transports: subjects, connections: 1, load: { inFlight: 1 } })
    const { stdout, stderr } = await rtbench(['run', 'small.yaml', '--blocks', 'auto', '--budget', '1s'], folder)
    assert.match(stderr, /^\[1\/16 to 80\] small: (base|head), block 1\/8 to 40, at least \d+ s left$/m)
    assert.match(
      stdout.replace(/\s+/g, ' '),
      /The run ended after 1 block: the next one might not end within the budget/,
    )
    const result = resultIn(folder)
    assert.deepEqual([result.stopped?.blocks, result.stopped?.because, result.trials.length], [1, 'budget', 2])
    assert.equal(result.scenario.plannedTrials, 2)
    const [base, head] = ['base', 'head'].map((label) => result.trials.find(({ subject }) => subject === label)?.bytes)
    assert.ok(base && head && head.wire.up < base.wire.up / 2, 'and only one of them compresses')
  }))

test('--dry-run gives the range of time, whom it compares, and refuses a folder that cannot be written', () =>
  inFolder(async (folder) => {
    const subjects = ['base', 'head'].map((label) => ({ use: 'tcp', label }))
    write(folder, { transports: subjects })
    const { code, stdout } = await rtbench(['run', 'small.yaml', '--dry-run', '--blocks', 'auto'], folder)
    const short = await rtbench(['run', 'small.yaml', '--dry-run', '--blocks', 'auto', '--budget', '1s'], folder)
    assert.match(short.stdout, /1 block: /)
    assert.doesNotMatch(short.stdout, /block 2/, short.stdout)
    const slow = 'transports=[{use: tcp, label: head, server: {handicap: {delay: 20ms}}}, {use: tcp, label: base}]'
    const faulty = await rtbench(['run', 'small.yaml', '--dry-run', '--set', slow], folder)
    assert.match(faulty.stdout, /subject head \(tcp\): its server is handicapped on purpose: 20 ms delay/)
    assert.equal(code, 0)
    assert.match(stdout, /8 to 40 blocks: 16 to 80 trials, about \d+ to \d+ s\n/)
    assert.match(stdout, /compares head with base by service.p50, cpu.serverPerMessageNs/)
    assert.deepEqual(filesIn(folder), ['small.yaml'], 'it leaves nothing behind')
    const nowhere = await rtbench(['run', 'small.yaml', '--dry-run', '--json', 'no/folder.json'], folder)
    assert.equal(nowhere.code, 2, 'the result would have had nowhere to go')
    assert.match(nowhere.stderr, /no\/folder\.json: cannot be written: /)
    writeFileSync(join(folder, 'taken'), '')
    for (const place of ['taken', 'taken/within', '/proc/within']) {
      const refused = await rtbench(['run', 'small.yaml', '--dry-run', '-o', place], folder)
      assert.deepEqual([refused.code, refused.stdout], [2, ''])
      assert.match(
        refused.stderr,
        new RegExp(`^rtbench: ${place}: results cannot be written there: .*; choose another folder with -o`),
      )
    }
  }))

test('a threshold that does not hold exits with 99, one that holds with 0', () =>
  inFolder(async (folder) => {
    write(folder, { transports: ['tcp'], blocks: 1, thresholds: ['delivery.lost == 0', 'latency.max < 1ns'] })
    const { code, stdout } = await rtbench(['run', 'small.yaml'], folder)
    assert.equal(code, 99)
    assert.match(stdout, /FAIL +latency\.max < 1ns/)
    assert.match(stdout, /pass +delivery\.lost == 0/)
    assert.equal(resultIn(folder).status, 'failed')
    const quiet = await rtbench(['run', 'small.yaml', '--quiet'], folder)
    assert.deepEqual([quiet.code, quiet.stdout], [99, ''])
    assert.match(quiet.stderr, /^rtbench: small: failed: latency\.max < 1ns: tcp: does not hold\nresult: .*json\n$/)
  }))

test('a server killed in a run: that trial is invalid, the others go on, exit code 3', () =>
  inFolder(async (folder) => {
    write(folder, { transports: ['tcp'], blocks: 2, duration: '1s' })
    const run = start(['run', 'small.yaml', '--verbose'], folder)
    await run.said('measuring for')
    const [server = 0] = childrenOf(run.child.pid ?? 0)
    await sleep(500)
    process.kill(server, 'SIGKILL')
    const { code, stdout } = await run.ended
    assert.equal(code, 3)
    assert.match(stdout, /server-died.*the server process was killed by SIGKILL/)
    const { status, trials } = resultIn(folder)
    assert.equal(status, 'invalid')
    assert.deepEqual(
      trials.map(({ verdict }) => verdict === 'invalid'),
      [true, false],
    )
  }))

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends a run with ${expected}: what finished is on disk as aborted, and nothing is left behind`, () =>
    inFolder(async (folder) => {
      write(folder, { transports: ['tcp'], blocks: 50 })
      const run = start(['run', 'small.yaml'], folder)
      await run.said('[2/50]')
      await sleep(300)
      const children = childrenOf(run.child.pid ?? 0)
      assert.equal(children.length, 2)
      run.child.kill(signal)
      const { code, stdout } = await run.ended
      assert.equal(code, expected)
      assert.match(stdout, /aborted/)
      const { status, trials, reasons } = resultIn(folder)
      assert.equal(status, 'aborted')
      assert.equal(reasons[0]?.code, 'interrupted')
      assert.equal(trials.length, 1, 'it did not wait for the 49 that were left')
      for (const pid of children) assert.ok(!isAlive(pid), 'no child is left')
    }))
}

test('children end with their parent, however it ends', () =>
  inFolder(async (folder) => {
    write(folder, { transports: ['tcp'], blocks: 50 })
    const run = start(['run', 'small.yaml'], folder)
    await run.said('[2/50]')
    await sleep(300)
    const children = childrenOf(run.child.pid ?? 0)
    run.child.kill('SIGKILL')
    await run.ended
    for (let tries = 0; children.some(isAlive) && tries < 100; tries++) await sleep(50)
    assert.ok(!children.some(isAlive), 'no child outlives its parent')
    const kept = filesIn(join(folder, 'results')).filter((file) => file.endsWith('-tcp.json'))
    // More than one where the machine disturbed it.
    assert.ok(kept.length >= 1, 'the trial that had finished is on disk')
    assert.equal(JSON.parse(readFileSync(join(folder, 'results', kept[0] ?? ''), 'utf8')).subject, 'tcp')
  }))

test('an output folder that cannot be one is refused before anything is measured', () =>
  inFolder(async (folder) => {
    write(folder)
    writeFileSync(join(folder, 'taken'), '')
    const { code, stdout, stderr } = await rtbench(['run', 'small.yaml', '-o', 'taken'], folder)
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^rtbench: taken: results cannot be written there: .*; choose another folder with -o\n$/)
  }))

test(
  'an output folder without permission is refused',
  { skip: process.getuid?.() === 0 && 'root may write everywhere' },
  () =>
    inFolder(async (folder) => {
      write(folder)
      mkdirSync(join(folder, 'locked'))
      chmodSync(join(folder, 'locked'), 0o500)
      const { code } = await rtbench(['run', 'small.yaml', '-o', 'locked'], folder)
      assert.equal(code, 2)
    }),
)

test('a disk that fills up in a run: what was measured is shown, nothing is half written, exit code 3', () =>
  inFolder(async (folder) => {
    write(folder, { transports: ['tcp'], blocks: 5 })
    // No file may be larger than 2 KiB: enough to prove the folder writable, too little for a trial.
    const { code, stdout, stderr } = await start(['run', 'small.yaml'], folder, '-f 4').ended
    assert.equal(code, 3)
    assert.match(stdout, /tcp/)
    assert.match(stdout, /aborted after 1 of 5 trials: [\s\S]*could not be\s+written/)
    assert.match(stderr, /could not be written: EFBIG/)
    assert.deepEqual(filesIn(folder), ['results', 'small.yaml'], 'no part of a file, and no empty folder')
  }))

test('too few descriptors or ports are told before anything starts, with the numbers and the cure', () =>
  inFolder(async (folder) => {
    write(folder, { connections: 900_000, load: { inFlight: 1 } })
    const { code, stderr } = await rtbench(['run', 'small.yaml'], folder)
    assert.equal(code, 2)
    assert.match(
      stderr,
      /900000 connections over tcp need 900128 file descriptors.*there are \d+; raise the limit with "ulimit -Hn 900128"/,
    )
    assert.deepEqual(filesIn(folder), ['small.yaml'])
  }))
