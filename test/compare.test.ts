/** Base against head from the outside: what is printed and written, what is refused, and the exit codes. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { compare } from '../src/commands/compare.ts'
import { readStoredResult } from '../src/commands/stored-result.ts'
import { UserError } from '../src/errors.ts'
import type { Result } from '../src/result.ts'
import { parseResult } from '../src/result-reader.ts'
import { filesIn, inFolder, rtbench } from './cli-rig.ts'
import { pairOf, runOf } from './comparison-fixture.ts'
import { resultOf } from './result-fixture.ts'

// A job that runs these tests is not what they are about.
delete process.env.GITHUB_ACTIONS
delete process.env.GITHUB_STEP_SUMMARY

/** Writes results under their names with `.json`. */
function store(folder: string, results: Readonly<Record<string, Result>>): void {
  for (const [name, result] of Object.entries(results))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(result))
}

test('two subjects of one result: worse exits with 99, turned round with 0', () =>
  inFolder(async (folder) => {
    store(folder, { pair: pairOf(1.2) })
    const worse = await rtbench(['compare', 'pair.json'], folder)
    assert.equal(worse.code, 99, worse.stderr)
    assert.match(worse.stdout, /^head is worse than base: service\.p50 \+\d/)
    const turned = await rtbench(['compare', 'pair.json', '--base', 'head', '--head', 'base'], folder)
    assert.equal(turned.code, 0, turned.stderr)
    assert.match(turned.stdout, /^base is better than head: service\.p50 -\d/)
  }))

test('results of separate runs: within the allowance of sessions nothing is worse, beyond it is, and either is said', () =>
  inFolder(async (folder) => {
    store(folder, { base: runOf(1, 1), near: runOf(1.1, 2), far: runOf(1.6, 2) })
    const near = await rtbench(['compare', 'base.json', 'near.json'], folder)
    assert.equal(near.code, 0, near.stderr)
    assert.match(near.stdout, /^Undecided: /)
    assert.match(near.stdout, /measured in separate runs/)
    const args = ['--session-allowance', '0', '--json', '-']
    const narrow = await rtbench(['compare', 'base.json', 'near.json', ...args], folder)
    assert.equal(narrow.code, 99)
    assert.equal(parseResult(narrow.stdout, 'stdout').gate?.sessionAllowance, 0)
    const far = await rtbench(['compare', 'base.json', 'far.json', '--json', 'out.json'], folder)
    assert.equal(far.code, 99)
    assert.match(far.stdout, /^ws: head is worse than base: /)
    const written = parseResult(readFileSync(join(folder, 'out.json'), 'utf8'), 'out.json')
    assert.deepEqual(
      [written.status, written.gate?.acrossSessions, written.gate?.baselines],
      ['failed', true, ['base.json']],
    )
  }))

test('unlike runs are refused with everything that differs; by force they are compared, and that is said', () =>
  inFolder(async (folder) => {
    const other = runOf(1.6, 2)
    const environment = { ...other.environment, cores: 2, node: 'v22.1.0' }
    store(folder, { base: runOf(1, 1), other: { ...other, environment } })
    const refused = await rtbench(['compare', 'base.json', 'other.json'], folder)
    assert.deepEqual([refused.code, refused.stdout], [2, ''])
    assert.match(
      refused.stderr,
      /^rtbench: other\.json: differs in more .*--force\n {2}cores: 8 in base\.json, 2 in other\.json\n {2}node: /,
    )
    const forced = await rtbench(['compare', 'base.json', 'other.json', '--force', '--json', 'out.json'], folder)
    assert.equal(forced.code, 99)
    assert.match(forced.stdout, /Compared by force, although these differ: cores: 8/)
    const { gate } = parseResult(readFileSync(join(folder, 'out.json'), 'utf8'), 'out.json')
    assert.equal(gate?.forced.length, 2)
  }))

test('a run that is given twice, under whatever name, is refused: copies would pass for sessions that do not differ', () =>
  inFolder(async (folder) => {
    const one = runOf(1, 1)
    store(folder, { one, copy: one, other: runOf(1.3, 2) })
    const copies = await rtbench(['compare', 'one.json', 'copy.json', 'other.json', '--force'], folder)
    assert.deepEqual([copies.code, copies.stdout], [2, ''])
    assert.match(copies.stderr, /^rtbench: copy\.json: is the same run as one\.json.*give each run once\n$/)
    const twice = await rtbench(['compare', 'one.json', './one.json', 'other.json'], folder)
    assert.deepEqual([twice.code, twice.stdout], [2, ''])
    const itself = await rtbench(['compare', 'one.json', 'one.json'], folder)
    assert.match(itself.stderr, /^rtbench: one\.json: is given twice; give each run once\n$/)
  }))

test('what is compared is not overwritten, whatever it is called', () =>
  inFolder(async (folder) => {
    store(folder, { pair: pairOf(1) })
    const before = readFileSync(join(folder, 'pair.json'), 'utf8')
    const { code, stderr } = await rtbench(['compare', 'pair.json', '--json', './pair.json'], folder)
    assert.equal(code, 2)
    assert.match(stderr, /^rtbench: --json \.\/pair\.json: is compared itself; choose another file\n$/)
    assert.equal(readFileSync(join(folder, 'pair.json'), 'utf8'), before)
  }))

test('an invalid base or head gives no answer: 3', () =>
  inFolder(async (folder) => {
    const broken = runOf(1, 1)
    const [first, ...others] = broken.trials
    assert.ok(first)
    const reasons = [{ code: 'server-died' as const, message: 'the server ended' }]
    const dead = { ...first, verdict: 'invalid' as const, reasons }
    store(folder, { good: runOf(1, 2), dead: resultOf([dead, ...others]) })
    for (const files of [
      ['dead.json', 'good.json'],
      ['good.json', 'dead.json'],
    ]) {
      const { code, stdout, stderr } = await rtbench(['compare', ...files], folder)
      assert.equal(code, 3, stderr)
      assert.match(stdout, /^No answer: the run is invalid/)
      assert.match(stdout, /the server ended/)
    }
  }))

const good = JSON.stringify(runOf(1, 1))

/** Takes no room on the disk. */
function writeHuge(file: string): void {
  writeFileSync(file, '')
  truncateSync(file, 200e6)
}

/** @param make puts a file of that name there */
const cases: ReadonlyArray<readonly [name: string, make: (file: string) => void, says: RegExp]> = [
  ['missing', () => {}, /there is no such file/],
  ['a folder', (file) => mkdirSync(file), /directory/],
  ['empty', (file) => writeFileSync(file, ''), /empty/],
  ['truncated', (file) => writeFileSync(file, good.slice(0, 5000)), /not complete JSON/],
  ['foreign', (file) => writeFileSync(file, '{"results": []}'), /not an rtbench result/],
  [
    'of the future',
    (file) => writeFileSync(file, good.replace('"schemaVersion":"1.0"', '"schemaVersion":"7.0"')),
    /7\.0/,
  ],
  [
    'edited',
    (file) => writeFileSync(file, good.replace('"delivered":2000', '"delivered":2001')),
    /contradicts itself: trials\[0\]/,
  ],
  ['with a NUL', (file) => writeFileSync(file, `${good}\0`), /binary/],
  ['deep', (file) => writeFileSync(file, `{"schemaVersion":"1.0","a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), /deeper/],
  ['of 200 MB', writeHuge, /too large/],
]

/** What a command is refused with, in this process. */
async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act()
  } catch (thrown) {
    assert.ok(thrown instanceof UserError, String(thrown))
    assert.equal(thrown.exitCode, 2)
    return thrown.message
  }
  return 'it was accepted'
}

test('what is no result is refused in one line', () =>
  inFolder(async (folder) => {
    for (const [index, [name, make, says]] of cases.entries()) {
      const file = join(folder, `bad-${index}.json`)
      make(file)
      const message = await refusalOf(() => readStoredResult(file))
      assert.ok(message.startsWith(`${file}: `), `${name}: ${message}`)
      assert.match(message, says, name)
      assert.doesNotMatch(message, /\n/, name)
      assert.ok(message.length < 400, message)
    }
    writeFileSync(join(folder, 'small.yaml'), 'workload: echo\ntransports: [tcp]\n')
    for (const args of [
      ['compare', 'bad-4.json', 'bad-5.json'],
      ['run', 'small.yaml', '--baseline', 'bad-4.json'],
    ]) {
      const { code, stdout, stderr } = await rtbench(args, folder)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /^rtbench: bad-4\.json: not an rtbench result: [^\n]+\n$/)
    }
    assert.ok(!filesIn(folder).includes('results'), 'nothing was measured')
  }))

test('flags that cannot be meant are refused with their names', () =>
  inFolder(async (folder) => {
    const closed = { model: 'closed', requestedPerSec: null, inFlight: 1 } as const
    const variedOf = (run: Result): Result => {
      const [first, ...others] = run.trials
      return { ...run, trials: first ? [{ ...first, load: { ...first.load, ...closed } }, ...others] : [] }
    }
    store(folder, {
      pair: pairOf(1),
      one: runOf(1, 1),
      varied: variedOf(runOf(1, 1)),
      variedToo: variedOf(runOf(1.1, 2)),
    })
    const file = (name: string) => join(folder, `${name}.json`)
    const [pair, one, varied, variedToo] = [file('pair'), file('one'), file('varied'), file('variedToo')]
    for (const [files, flags, says] of [
      [[pair], { base: 'head' }, /^--base and --head /],
      [[pair], { base: 'x', head: 'head' }, /no subject "x".*base, head/],
      [[pair], { base: 'head', head: 'head' }, /must differ/],
      [[one], {}, /no subjects "base" and "head".*or a second file/],
      [[one, pair], {}, /--base and --head$/],
      [[pair], { minEffect: 'much' }, /^--min-effect: .*"much"/],
      [[pair], { minEffect: '20%', detect: '10%' }, /^--detect: /],
      [[pair], { gate: 'latency.p5' }, /^--gate: .*"latency\.p50"/],
      [[pair], { gate: 'delivery.lost' }, /^--gate: .*"delivery\.lost"/],
      [[pair], { gate: 'throughput.messagesPerSec' }, /^--gate: cannot take throughput.*offered rate/],
      [[varied, variedToo], {}, /^--gate: is needed where the kind of load varies/],
      [[pair], { json: pair }, /: is compared itself/],
    ] as const) {
      const message = await refusalOf(() => compare(files, flags))
      assert.match(message, says)
      assert.doesNotMatch(message, /\n/)
    }
  }))

const scenario = (transports: readonly object[], more: object = {}): string =>
  JSON.stringify({
    name: 'small',
    workload: 'echo',
    transports,
    connections: 2,
    load: { inFlight: 1 },
    warmup: { time: '100ms', messages: 0 },
    duration: '500ms',
    blocks: 1,
    ...more,
  })

/** The only result of a folder. */
function resultIn(folder: string): Result {
  const [file = ''] = filesIn(folder)
  return parseResult(readFileSync(join(folder, file), 'utf8'), file)
}

test('a run is held against a stored one: both say so, and other settings are refused before anything is measured', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'small.yaml'), scenario([{ use: 'tcp' }]))
    const first = await rtbench(['run', 'small.yaml', '--json', 'base.json'], folder)
    assert.equal(first.code, 0, first.stderr)
    const run = ['run', 'small.yaml', '--baseline', 'base.json', '-o', 'heads']
    const other = await rtbench([...run, '--connections', '3'], folder)
    assert.deepEqual([other.code, other.stdout], [2, ''])
    assert.match(other.stderr, /connections: 2 in base\.json, 3 in this run/)
    const over = await rtbench([...run, '--json', './base.json'], folder)
    assert.match(over.stderr, /^rtbench: --json \.\/base\.json: that is read itself; choose another file\n$/)
    const forced = await rtbench(['run', 'small.yaml', '--force'], folder)
    assert.deepEqual([forced.code, forced.stdout], [2, ''])
    assert.match(forced.stderr, /^rtbench: --force: is for --baseline/)
    assert.ok(!filesIn(folder).includes('heads'))
    // One trial of each can tell nothing, and that is what it says.
    const { code, stdout, stderr } = await rtbench([...run, '--fail-on-inconclusive'], folder)
    assert.equal(code, 99, stderr)
    assert.match(stdout, /Undecided: [\s\S]*measured in separate runs/)
    const { gate, comparisons, reasons } = resultIn(join(folder, 'heads'))
    assert.deepEqual([gate?.baselines, gate?.acrossSessions, gate?.forced], [['base.json'], true, []])
    assert.ok(
      comparisons.length > 0 &&
        comparisons.every(({ method, verdict }) => method === 'rank-sum' && verdict === 'inconclusive'),
    )
    assert.equal(reasons[0]?.code, 'inconclusive')
  }))

test('base and head in one scenario: a server that answers late is found, and fails the run', { timeout: 60_000 }, () =>
  inFolder(async (folder) => {
    const late = { use: 'tcp', label: 'head', server: { handicap: { delay: '50ms' } } }
    const closed = {
      connections: 8,
      load: { inFlight: 1 },
      compare: { gate: ['throughput.messagesPerSec'] },
      blocks: 6,
    }
    writeFileSync(join(folder, 'small.yaml'), scenario([{ use: 'tcp', label: 'base' }, late], closed))
    const { code, stdout, stderr } = await rtbench(['run', 'small.yaml'], folder)
    assert.equal(code, 99, stdout + stderr)
    assert.match(stdout, /^head is worse than base: throughput\.messagesPerSec -/m)
    const { comparisons, reasons, status } = resultIn(join(folder, 'results'))
    assert.equal(status, 'failed')
    assert.equal(reasons[0]?.code, 'regression')
    const found = comparisons.find(({ gated }) => gated)
    assert.deepEqual([found?.verdict, found?.gated, found?.blocks, found?.method], ['worse', true, 6, 'signed-rank'])
    // Eight connections, each answered at most seven times in the window: every 50 ms, and once at its edge.
    assert.ok(Number(found?.headMedian) <= (8 * 7) / 0.3)
  }),
)
