/** What a program gets by `import … from 'rtbench'`, and the examples in docs/api.md. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compare, compareSubjects, parseResult, type Result, run, type Trial, UserError } from '../src/index.ts'
import { checkLedger } from './result-checks.ts'

const dist = fileURLToPath(new URL('../', import.meta.url))
const text =
  'workload: echo\ntransports: [tcp, ws]\nconnections: 2\nload: {rate: 200/s}\nwarmup: 100ms\nduration: 300ms\n'
const scenario = { name: 'small', text }

let folder = ''
before(() => {
  // Within the package, which can import itself by its name.
  folder = mkdtempSync(join(dist, 'api-'))
})
after(() => rmSync(folder, { recursive: true }))

function node(code: string) {
  const file = join(folder, 'example.mjs')
  writeFileSync(file, code)
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, 'run', '--help'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  })
  return { status, stdout, stderr }
}

/** The same figures as of another run: one run is no base for itself. */
function otherSession(result: Result): Result {
  return { ...result, trials: result.trials.map((trial) => ({ ...trial, startedAt: '2026-01-02T03:04:05.678Z' })) }
}

test('run measures, and its result reads back as it is; two of them compare', async () => {
  const trials: Trial[] = []
  const result = await run(scenario, {
    set: { transports: ['tcp'], blocks: 1, payload: { size: 128, kind: 'text' }, duration: '200ms', seed: undefined },
    onTrial: (trial) => trials.push(trial),
  })
  assert.deepEqual(
    result.trials.map(({ subject, block }) => [subject, block]),
    [['tcp', 0]],
  )
  assert.deepEqual(trials, result.trials)
  for (const trial of trials) checkLedger(trial)
  assert.equal(result.scenario.name, 'small')
  assert.deepEqual(parseResult(JSON.stringify(result)), JSON.parse(JSON.stringify(result)))

  await assert.rejects(compare(result, result), UserError)
  const { comparisons, gate } = await compare(otherSession(result), result, {
    gate: ['service.p50'],
    minEffect: 0.1,
    detect: '30 %',
  })
  assert.deepEqual([gate?.metrics, gate?.minEffect, gate?.detect], [['service.p50'], 0.1, 0.3])
  const [gated, ...more] = comparisons.filter((one) => one.gated)
  assert.deepEqual([gated?.metric, gated?.head, more.length], ['service.p50', 'tcp', 0])
  assert.throws(() => compareSubjects(result, { base: 'tcp', head: 'ws' }), UserError)
})

test('a run that is aborted resolves, with what had finished; what the caller throws ends it', async () => {
  const controller = new AbortController()
  const abort = () => controller.abort(new Error('enough'))
  const result: Result = await run(scenario, { set: { blocks: 1 }, signal: controller.signal, onTrial: abort })
  assert.deepEqual([result.status, result.trials.length], ['aborted', 1])
  assert.match(result.reasons[0]?.message ?? '', /enough/)

  const failing = () => {
    throw new Error('no room for a trial')
  }
  await assert.rejects(run(scenario, { onTrial: failing }), /^Error: no room for a trial$/)

  const none = await run(scenario, { signal: AbortSignal.abort() })
  assert.deepEqual([none.status, none.trials.length], ['aborted', 0])
})

test('mistakes are UserErrors that name their place, and nothing is measured', async () => {
  const noTrial = () => assert.fail('nothing may be measured')
  const refused = async (pending: Promise<unknown>, message: RegExp) =>
    assert.rejects(pending, (thrown) => thrown instanceof UserError && message.test(thrown.message))
  await refused(run('no-such.yaml', { onTrial: noTrial }), /^no-such\.yaml: there is no such file/)
  await refused(run({ name: 'mine', text: 'workload: ecko\n' }, { onTrial: noTrial }), /^mine:1:11: .*ecko/)
  await refused(run({ name: 'mine', text: `#${' '.repeat(300_000)}` }), /^mine: the text has 300001 bytes/)
  await refused(run(scenario, { set: { 'load.rate': '-5/s' }, onTrial: noTrial }), /^set load\.rate: .*-5\/s/)
  await refused(compare([], JSON.parse('{}')), /^base: must be a result/)
  // As plain JavaScript may have them.
  const wrong = (json: string) => JSON.parse(json)
  await refused(run(wrong('{"name": "x"}')), /^scenario: must be .*\{ name, text \}, got object/)
  await refused(run(wrong('null')), /^scenario: .* got null/)
  await refused(run(scenario, wrong('{"onTrail": 1}')), /^options: unknown option "onTrail"; did you mean "onTrial"\?/)
  await refused(run(scenario, wrong('{"signal": 3}')), /^options\.signal: must be an AbortSignal, got number/)
  await refused(run(scenario, wrong('{"set": ["a"]}')), /^options\.set: must be an object, got a list/)
  const other = wrong('{}')
  await refused(
    compare(other, other, wrong('{"gate": "service.p50"}')),
    /^options\.gate: must be a list of texts, got string/,
  )
  await refused(
    compare(other, other, wrong('{"gates": []}')),
    /^options: unknown option "gates"; did you mean "gate"\?/,
  )
  assert.throws(() => parseResult('{}', 'mine.json'), /^UserError: mine\.json: not an rtbench result/)
})

test('importing starts nothing, reads no arguments and handles no signal', () => {
  const { status, stdout, stderr } = node(`
    const handlers = () => process.eventNames().flatMap((name) => process.listeners(name)).length
    const before = handlers()
    const api = await import('rtbench')
    console.log(JSON.stringify([Object.keys(api).sort(), handlers() - before, process.getActiveResourcesInfo()]))`)
  assert.equal(status, 0, stderr)
  const [names, added, resources] = JSON.parse(stdout)
  assert.deepEqual(names, ['UserError', 'compare', 'compareSubjects', 'parseResult', 'readResult', 'run'])
  assert.equal(added, 0)
  for (const started of ['Timeout', 'Immediate', 'ProcessWrap', 'TCPServerWrap', 'TCPSocketWrap']) {
    assert.ok(!resources.includes(started), started)
  }
})

test('the examples in docs/api.md run', () => {
  const page = readFileSync(join(dist, '../docs/api.md'), 'utf8')
  const [measured, compared, ...more] = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, code = '']) => code)
  assert.ok(measured && compared && more.length === 0)
  const first = node(measured)
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stdout, /^block 1, (tcp|ws): \w+\nblock 1, (tcp|ws): \w+\n(passed|failed|invalid)\n$/)
  const head = parseResult(readFileSync(join(folder, 'head.json'), 'utf8'))
  writeFileSync(join(folder, 'base.json'), JSON.stringify(otherSession(head)))
  const second = node(compared)
  assert.match(second.stdout, /^tcp, service\.p50: .*\nws, service\.p50: /m, second.stderr)
})
