/** `rtbench run` of a search, from the outside, with real processes. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Capacity, Result } from '../src/result.ts'
import { parseResult } from '../src/result-reader.ts'
import { childrenOf, inFolder, type Outcome, rtbench, start } from './cli-rig.ts'
import { checkLedger } from './result-checks.ts'

const connections = { over: 'connections', from: 1, to: 2, slo: ['delivery.lost == 0'], precision: '10 %', confirm: 1 }

function write(folder: string, search: Record<string, unknown>, changes: Record<string, unknown> = {}): void {
  const scenario = {
    name: 'found',
    workload: 'echo',
    transports: ['tcp', 'ws'],
    load: { search },
    warmup: '50ms',
    duration: '200ms',
    ...changes,
  }
  writeFileSync(join(folder, 'found.yaml'), JSON.stringify(scenario))
}

async function searching(folder: string): Promise<{ result: Result; outcome: Outcome }> {
  const outcome = await rtbench(['run', 'found.yaml', '--json', 'found.json'], folder)
  return { outcome, result: readResult(folder) }
}

function readResult(folder: string): Result {
  return parseResult(readFileSync(join(folder, 'found.json'), 'utf8'), 'found.json')
}

/** What holds of every search that ended, whatever it found. */
function checkCapacity(one: Capacity, { trials }: Result, confirm: number): void {
  const own = trials.filter(({ subject }) => subject === one.subject)
  assert.deepEqual(
    one.curve.map(({ trialId }) => trialId),
    own.map(({ id }) => id),
    'every trial is a step of its curve',
  )
  for (const trial of own) checkLedger(trial)
  for (const { value, met, causes, trialId } of one.curve) {
    assert.equal(causes.length === 0, met)
    const trial = own.find(({ id }) => id === trialId)
    assert.equal(Number.parseFloat(String(trial?.point[one.over])), value, 'the point of a trial names its load')
  }
  const metAt = (load: number | null) => one.curve.filter(({ value, met }) => value === load && met).length
  const failedAt = (load: number | null) => one.curve.filter(({ value, met }) => value === load && !met).length
  if (one.capacity === null) return
  assert.ok(metAt(one.capacity) >= 1 && failedAt(one.capacity) <= 1)
  assert.equal(one.confirmed, metAt(one.capacity) === 1 + confirm)
  assert.equal(one.atLeast, one.firstFailing === null)
  if (one.firstFailing === null) return
  assert.equal(failedAt(one.firstFailing), 2)
  assert.ok(one.firstFailing > one.capacity)
}

test('a search finds what every subject bears, shows it with its curve, and passes', () =>
  inFolder(async (folder) => {
    write(folder, connections)
    const { result, outcome } = await searching(folder)
    assert.equal(outcome.code, 0, outcome.stderr)
    assert.equal(result.status, 'passed')
    for (const one of result.capacities) {
      checkCapacity(one, result, 1)
      assert.deepEqual(
        [one.over, one.unit, one.capacity, one.atLeast, one.confirmed],
        ['connections', 'count', 2, true, true],
      )
    }
    assert.deepEqual(
      result.capacities.map(({ subject }) => subject),
      ['tcp', 'ws'],
    )
    for (const text of ['≥ 2', 'tcp: by connections', 'ws: by connections', 'raise load.search.to', 'passed'])
      assert.ok(outcome.stdout.includes(text), text)
    for (const text of ['bracket', 'confirm', '(connections=2)', 'of about'])
      assert.ok(outcome.stderr.includes(text), text)
  }))

test('a limit is found between a load that met the objective and one that did not', () =>
  inFolder(async (folder) => {
    // What is offered is known beforehand, so the limit is, too; a busy machine can only lower it.
    const slo = ['rate.offered < 300/s']
    write(
      folder,
      { over: 'rate', from: '100/s', to: '400/s', slo, precision: '50 %', confirm: 1 },
      { transports: ['tcp'] },
    )
    const { result } = await searching(folder)
    const [one] = result.capacities
    assert.ok(one && (one.state === 'found' || one.state === 'none'), one?.state)
    checkCapacity(one, result, 1)
    assert.ok((one.capacity ?? 0) < 300 && !one.atLeast && one.firstFailing !== null)
    for (const { value, met } of one.curve) assert.ok(value < 300 || !met, `${value}/s cannot be met`)
  }))

test('a subject that fails at the lowest load has no capacity, and the run does not pass', () =>
  inFolder(async (folder) => {
    write(folder, { ...connections, slo: ['latency.max < 1ns'] }, { transports: ['tcp'] })
    const { result, outcome } = await searching(folder)
    assert.equal(outcome.code, 99)
    const [one] = result.capacities
    assert.deepEqual([one?.state, one?.capacity, one?.firstFailing, one?.curve.length], ['none', null, 1, 2])
    assert.equal(one?.limitedBy, 'latency.max < 1ns')
    assert.match(outcome.stdout, /failed: .*no capacity, the lowest load \(connections 1\) fails already/)
  }))

test('thresholds are judged at the capacity', () =>
  inFolder(async (folder) => {
    write(folder, connections, { transports: ['tcp'], thresholds: ['delivery.lost == 0', 'rate.achieved < 1/s'] })
    const { result, outcome } = await searching(folder)
    assert.equal(outcome.code, 99)
    assert.deepEqual(
      result.thresholds.map(({ status, point }) => [status, point]),
      [
        ['pass', { connections: 2 }],
        ['fail', { connections: 2 }],
      ],
    )
  }))

test('a server killed in a search ends it for that subject as invalid, and the other goes on', () =>
  inFolder(async (folder) => {
    write(folder, connections, { duration: '600ms' })
    const run = start(['run', 'found.yaml', '--verbose', '--json', 'found.json'], folder)
    await run.said('measuring for')
    const [server = 0] = childrenOf(run.child.pid ?? 0)
    process.kill(server, 'SIGKILL')
    const { code, stdout } = await run.ended
    assert.equal(code, 3)
    const result = readResult(folder)
    const killed = result.capacities.filter(({ state }) => state === 'invalid')
    assert.deepEqual(
      killed.map(({ capacity, limitedBy, curve }) => [capacity, limitedBy, curve.length]),
      [[null, 'server-died', 1]],
    )
    assert.deepEqual(
      result.capacities.filter(({ state }) => state === 'found').map(({ capacity }) => capacity),
      [2],
    )
    assert.match(stdout, /invalid: .*the server process was killed by SIGKILL/)
  }))

test('an interrupted search keeps its trials, and says that it is not finished', () =>
  inFolder(async (folder) => {
    write(folder, { ...connections, to: 1000 }, { transports: ['tcp'] })
    const run = start(['run', 'found.yaml', '--json', 'found.json'], folder)
    await run.said('[2 of about')
    run.child.kill('SIGINT')
    const { code, stdout } = await run.ended
    assert.equal(code, 130)
    const { status, trials, capacities } = readResult(folder)
    assert.deepEqual([status, trials.length], ['aborted', 1])
    assert.deepEqual(
      capacities.map(({ state, capacity, curve }) => [state, capacity, curve.length]),
      [['unfinished', null, 1]],
    )
    assert.match(stdout, /tcp: the search was not finished/)
  }))

test('--dry-run says what is searched for, and how long it takes at the most', () =>
  inFolder(async (folder) => {
    write(folder, { ...connections, to: 1000 })
    const { code, stdout } = await rtbench(['run', 'found.yaml', '--dry-run'], folder)
    assert.equal(code, 0)
    assert.match(stdout, /2 subjects, 1 point: about \d+ trials in \d+ s, at most \d+ in \d+ s/)
    assert.match(stdout, /search over connections, from 1 to 1000, to within 10 %, 1 run to confirm/)
    assert.match(stdout, /objective: delivery.lost == 0/)
  }))

test('what the highest load needs is checked before anything is measured', () =>
  inFolder(async (folder) => {
    write(folder, { ...connections, to: 900_000 })
    const { code, stderr } = await rtbench(['run', 'found.yaml'], folder)
    assert.equal(code, 2)
    assert.match(stderr, /900000 connections over tcp need 900128 file descriptors/)
  }))
