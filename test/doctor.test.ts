/** `rtbench doctor` from the outside, and what `run` makes of its calibration. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Calibration, Result } from '../src/result.ts'
import { parseCalibration, parseResult } from '../src/result-reader.ts'
import { isWorthless } from '../src/stats/noise.ts'
import { childrenOf, filesIn, inFolder, rtbench, start } from './cli-rig.ts'
import { isAlive } from './trial-rig.ts'

const scenario = JSON.stringify({
  name: 'small',
  workload: 'echo',
  transports: ['tcp'],
  connections: 2,
  load: { rate: '500/s' },
  warmup: { time: '100ms', messages: 0 },
  duration: '200ms',
  blocks: 1,
})

function scenarioIn(folder: string): void {
  writeFileSync(join(folder, 'small.yaml'), scenario)
}

/** The same with something else in it, as a file. */
function edited(folder: string, changes: Partial<Calibration>): string {
  const stored = JSON.parse(readFileSync(join(folder, 'machine.json'), 'utf8'))
  writeFileSync(
    join(folder, 'edited.json'),
    JSON.stringify({ ...stored, calibration: { ...stored.calibration, ...changes } }),
  )
  return 'edited.json'
}

test('the doctor examines, measures the same twice, and its calibration serves a run on this machine only', () =>
  inFolder(async (folder) => {
    scenarioIn(folder)
    const args = ['doctor', 'small.yaml', '--quick', '--json', 'machine.json', '-o', 'out', '--no-progress']
    const { code, stdout, stderr } = await rtbench(args, folder)
    const text = readFileSync(join(folder, 'machine.json'), 'utf8')
    const calibration = parseCalibration(text, 'machine.json')
    assert.equal(code, isWorthless(calibration) ? 3 : 0, stdout + stderr)
    assert.match(stderr, /^calibration: out\/calibration-.*\.json\n$/)
    const [kept = ''] = filesIn(join(folder, 'out'))
    assert.equal(readFileSync(join(folder, 'out', kept), 'utf8'), text)
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line)

    const { checks, floors, noise, blocks } = calibration
    assert.ok(checks.length >= 10)
    for (const { name, state, found, remedy } of checks) {
      assert.ok(stdout.includes(name), name)
      assert.ok(found !== '', name)
      assert.equal(remedy !== null, state === 'bad' || state === 'doubtful', name)
    }
    for (const { name, metric, median, range } of floors) {
      // So few messages may get through on a busy machine that a trial has no p99; the engine alone always has figures.
      assert.equal(median === null, range === null, `${name} ${metric}`)
      if (name === 'null workload') assert.ok(median !== null, metric)
      if (median === null || range === null) continue
      assert.ok(median > 0 && range[0] <= median && median <= range[1], `${name} ${metric}`)
    }
    assert.equal(blocks, 6)
    const gated = noise.filter((one) => one.gated)
    assert.deepEqual(
      gated.map(({ metric }) => metric),
      ['service.p50', 'cpu.serverPerMessageNs'],
    )
    // On a busy machine a trial may be without a figure; then no blocks are planned by it.
    for (const { metric, withinBlock, visible } of gated)
      assert.equal(withinBlock === null, visible.length === 0, metric)

    const run = ['run', 'small.yaml', '--quiet', '--json', 'run.json', '--calibration']
    const used = await rtbench([...run, 'machine.json'], folder)
    assert.ok(used.code === 0 || used.code === 3, used.stderr)
    const result: Result = parseResult(readFileSync(join(folder, 'run.json'), 'utf8'), 'run.json')
    assert.deepEqual(result.calibration, calibration)
    assert.deepEqual(result.comparisons, [], 'what was measured twice is in no comparison')
    assert.equal(result.trials.length, 1)

    const { environment } = calibration
    const elsewhere = edited(folder, { environment: { ...environment, cores: environment.cores + 1 } })
    const refused = await rtbench([...run, elsewhere], folder)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /^rtbench: edited\.json: calibrates another machine: cores \d+, here \d+; .*\n$/)
  }))

test('an interrupted doctor leaves no process and no file', () =>
  inFolder(async (folder) => {
    scenarioIn(folder)
    const { child, ended, said } = start(['doctor', 'small.yaml', '--quick', '-o', 'out'], folder)
    await said('small: base')
    const children = childrenOf(child.pid ?? 0)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    assert.equal(code, 130, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, /interrupted by SIGINT; nothing is stored/)
    assert.deepEqual(filesIn(folder), ['small.yaml'])
    assert.deepEqual(children.filter(isAlive), [])
  }))

const mistakes: ReadonlyArray<readonly [args: string, says: RegExp]> = [
  ['doctor --blocks 5', /--blocks: must be a whole number from 6 to 1000, got "5"; fewer than 6/],
  ['doctor --transport wss', /--transport: .*"wss"/],
  ['doctor small.yaml --json /nowhere/x.json', /\/nowhere\/x\.json: cannot be written/],
  ['run small.yaml --calibrate --calibration small.yaml', /--calibrate and --calibration: contradict each other/],
  ['run small.yaml --calibration small.yaml', /small\.yaml: not an rtbench result/],
  ['run small.yaml --calibration missing.json', /missing\.json: there is no such file/],
]

test('a mistake is one line and nothing is measured', () =>
  inFolder(async (folder) => {
    scenarioIn(folder)
    for (const [args, says] of mistakes) {
      const { code, stdout, stderr } = await rtbench(args.split(' '), folder)
      assert.equal(code, 2, args)
      assert.equal(stdout, '', args)
      assert.match(stderr, says)
      assert.equal(stderr.trim().split('\n').length, 1, stderr)
    }
  }))
