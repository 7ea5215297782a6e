/** What `rtbench init` writes can be run as it is, and an editor finds its schema. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { allWorkloads, catalog, transportsOf } from '../src/commands/catalog.ts'
import { describePlan } from '../src/commands/dry-run.ts'
import { init } from '../src/commands/init.ts'
import { askAt } from '../src/commands/init-questions.ts'
import { ExitCode, UserError } from '../src/errors.ts'
import { readScenario, scenarioJsonSchema } from '../src/scenario.ts'
import { findWorkload } from '../src/workloads/index.ts'
import { inFolder, rtbench } from './cli-rig.ts'

/** The first line of a scenario that names its schema, as the YAML language server reads it. */
function schemaOf(file: string): string {
  const [, schema] = /^#\s+yaml-language-server\s*:.*\$schema=(\S+)/m.exec(readFileSync(file, 'utf8')) ?? []
  assert.ok(schema, 'a schema is named')
  return schema
}

for (const { name } of allWorkloads()) {
  test(`the scenario for ${name} is valid, runs on every transport in it, and explains every parameter`, () =>
    inFolder(async (folder) => {
      const file = join(folder, 'mine.yaml')
      const said = await init(file, { workload: name }, undefined)
      assert.match(said, /mine\.yaml: written \(.*\nnext: rtbench run .*mine\.yaml\n$/)
      const scenario = readScenario(file, catalog())
      const workload = findWorkload(name)
      assert.equal(scenario.workload, name)
      const plan = describePlan(scenario, workload, await transportsOf(scenario))
      assert.doesNotMatch(plan, /unsupported/)
      const text = readFileSync(file, 'utf8')
      for (const parameter of Object.keys(workload.parameters))
        assert.match(text, new RegExp(`^#   ${parameter} \\(`, 'm'))
      for (const line of text.split('\n').slice(3)) assert.ok(line.length <= 120, line)
    }))
}

test('without a terminal nothing is asked; what is there is not overwritten, unless by force', () =>
  inFolder(async (folder) => {
    const first = await rtbench(['init'], folder)
    assert.equal(first.code, 0, first.stderr)
    writeFileSync(join(folder, 'echo.yaml'), 'mine')
    const second = await rtbench(['init'], folder)
    assert.equal(second.code, 2)
    assert.equal(
      second.stderr,
      'rtbench: echo.yaml: is there already; choose another name, or overwrite it with --force\n',
    )
    assert.equal(readFileSync(join(folder, 'echo.yaml'), 'utf8'), 'mine')
    await init(join(folder, 'echo.yaml'), { force: true, transports: 'ws sse' }, undefined)
    const { subjects } = readScenario(join(folder, 'echo.yaml'), catalog())
    assert.deepEqual(
      subjects.map(({ transport }) => transport),
      ['ws', 'sse'],
    )
  }))

test('where rtbench is installed, the schema is named by a path that is there for everybody', () =>
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'node_modules'))
    mkdirSync(join(folder, 'bench'))
    symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules/rtbench'))
    for (const [file, expected] of [
      ['top.yaml', './node_modules/rtbench/scenarios/scenario.schema.json'],
      ['bench/inner.yaml', '../node_modules/rtbench/scenarios/scenario.schema.json'],
    ] as const) {
      const place = join(folder, file)
      await init(place, {}, undefined)
      const schema = schemaOf(place)
      assert.equal(schema, expected)
      const found = JSON.parse(readFileSync(resolve(dirname(place), schema), 'utf8'))
      assert.deepEqual(found, JSON.parse(JSON.stringify(scenarioJsonSchema(catalog()))))
    }
  }))

test('elsewhere it is named by where it is on this machine', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'mine.yaml')
    await init(file, {}, undefined)
    const schema = new URL(schemaOf(file))
    assert.equal(schema.protocol, 'file:')
    assert.ok(existsSync(fileURLToPath(schema)))
  }))

/** Answers a line at each prompt. @returns what the terminal showed */
async function converse(file: string, answers: readonly string[]): Promise<{ shown: string; said: string }> {
  const input = new PassThrough()
  const output = new PassThrough()
  const left = [...answers]
  let shown = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    if (!text.endsWith(']: ')) return
    const next = left.shift()
    if (next === undefined) input.end()
    else input.write(`${next}\n`)
  })
  const questions = askAt(input, output)
  try {
    const said = await init(file, {}, questions)
    assert.deepEqual(left, [], 'every answer was asked for')
    return { shown, said }
  } finally {
    questions.close()
  }
}

test('Enter takes what is usual, the same as when nobody is asked', () =>
  inFolder(async (folder) => {
    const { shown } = await converse(join(folder, 'asked.yaml'), ['', '', '', ''])
    for (const { name } of allWorkloads()) assert.ok(shown.includes(`\n  ${name} `), name)
    await init(join(folder, 'usual.yaml'), {}, undefined)
    const [asked, usual] = ['asked', 'usual'].map((name) => readScenario(join(folder, `${name}.yaml`), catalog()))
    assert.deepEqual({ ...asked?.resolved, name: '' }, { ...usual?.resolved, name: '' })
  }))

test('an answer that cannot be is asked for again, with what is wrong', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'stream.yaml')
    const answers = ['strem', 'stream', 'ws, tpc', 'grpc-unary', 'ws sse', 'fast', 'inFlight: 1', '500/s', '0', '7']
    const { shown } = await converse(file, answers)
    for (const wrong of [
      /no workload is called "strem"; did you mean "stream"\?/,
      /transports: .*"tpc".*did you mean "tcp"/,
      /transports: grpc-unary cannot carry stream; choose among tcp, ws, /,
      /load: load\.rate must be .*"fast"/,
      /load: .*inFlight/,
      /connections: connections must be .*got 0; /,
    ]) {
      assert.match(shown, wrong)
    }
    const { subjects, points } = readScenario(file, catalog())
    assert.deepEqual(
      subjects.map(({ transport }) => transport),
      ['ws', 'sse'],
    )
    const [point] = points
    assert.equal(point?.settings.connections, 7)
    assert.deepEqual(point?.settings.load, { model: 'open', ratePerSec: 500, arrivals: 'uniform' })
  }))

test('a workload that has no connections is not asked for them', () =>
  inFolder(async (folder) => {
    const { shown } = await converse(join(folder, 'storm.yaml'), ['connect', '', ''])
    assert.doesNotMatch(shown, /Connections \[/)
    await assert.rejects(init(join(folder, 'x.yaml'), { workload: 'connect', connections: '5' }, undefined), UserError)
  }))

test('who leaves in the middle leaves nothing behind', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'mine.yaml')
    await assert.rejects(converse(file, ['', '']), { name: 'UserError', exitCode: ExitCode.interrupted })
    assert.equal(existsSync(file), false)
  }))

test('an answer cannot bring in more than itself', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'mine.yaml')
    for (const flags of [
      { transports: 'ws]\nblocks: [1' },
      { transports: 'ws, {use: sse, label: x}' },
      { connections: '5\nblocks: 1' },
      { connections: '[5, 10]' },
      { connections: '5 # x' },
      { load: '{ rate: 5/s }\nblocks: 1' },
    ]) {
      await assert.rejects(init(file, flags, undefined), UserError, JSON.stringify(flags))
      assert.equal(existsSync(file), false)
    }
  }))
