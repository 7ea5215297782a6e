import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { filesIn, inFolder } from '../../test/cli-rig.ts'
import { ExitCode, UserError } from '../errors.ts'
import { checkWherever, openStore, writeAtomically } from './store.ts'

/** An error for users with the place, and with the exit code of its kind. */
const told = (place: string, exitCode: ExitCode) => (thrown: unknown) => {
  assert.ok(thrown instanceof UserError, `${thrown}`)
  assert.ok(thrown.message.startsWith(`${place}: `), thrown.message)
  assert.match(thrown.message, exitCode === ExitCode.usage ? /choose another folder with -o$/ : /could not be written/)
  assert.equal(thrown.exitCode, exitCode)
  return true
}

test('a file is written whole, over an older one, and nothing else is left', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'a.json')
    for (const text of ['first, and longer', 'second', '']) {
      writeAtomically(file, text)
      assert.equal(readFileSync(file, 'utf8'), text)
    }
    assert.deepEqual(filesIn(folder), ['a.json'])
  }))

const failures: ReadonlyArray<readonly [name: string, arrange: (folder: string) => string, left: readonly string[]]> = [
  [
    'is a folder',
    (folder) => {
      mkdirSync(join(folder, 'a.json', 'inner'), { recursive: true })
      return join(folder, 'a.json')
    },
    ['a.json', 'a.json/inner'],
  ],
  ['is in a folder that vanished', (folder) => join(folder, 'gone', 'a.json'), []],
  [
    'is in what is no folder',
    (folder) => {
      writeFileSync(join(folder, 'plain'), '')
      return join(folder, 'plain', 'a.json')
    },
    ['plain'],
  ],
]

for (const [name, arrange, left] of failures) {
  test(`a target that ${name}: told as an error for users, and no part of a file is left`, () =>
    inFolder(async (folder) => {
      const file = arrange(folder)
      assert.throws(() => writeAtomically(file, 'text'), told(file, ExitCode.invalidRun))
      assert.deepEqual(filesIn(folder), left)
    }))
}

test('finished trials lie beside the result until it is written, and not after it', () =>
  inFolder(async (folder) => {
    const results = join(folder, 'deep', 'results')
    const store = openStore(results, 'run')
    assert.deepEqual(filesIn(results), ['run.trials'], 'the probe is gone')
    store.keepTrial('0001-tcp', { id: 1 })
    store.keepTrial('0002-ws', { id: 2 })
    assert.deepEqual(filesIn(results), ['run.trials', 'run.trials/0001-tcp.json', 'run.trials/0002-ws.json'])
    assert.deepEqual(JSON.parse(readFileSync(join(results, 'run.trials', '0002-ws.json'), 'utf8')), { id: 2 })
    store.writeResult('{"all":2}\n')
    assert.equal(store.file, join(results, 'run.json'))
    assert.deepEqual(filesIn(results), ['run.json'])
    assert.equal(readFileSync(store.file, 'utf8'), '{"all":2}\n')
  }))

test('runs of the same name do not collide', () =>
  inFolder(async (folder) => {
    const stores = [1, 2, 3].map(() => openStore(folder, 'run'))
    for (const [index, store] of stores.entries()) store.keepTrial('0001-tcp', { of: index })
    assert.deepEqual(
      stores.map(({ file }) => file),
      ['run.json', 'run-2.json', 'run-3.json'].map((name) => join(folder, name)),
    )
    for (const [index, trials] of ['run.trials', 'run-2.trials', 'run-3.trials'].entries()) {
      assert.deepEqual(JSON.parse(readFileSync(join(folder, trials, '0001-tcp.json'), 'utf8')), { of: index })
    }
    for (const [index, store] of stores.entries()) store.writeResult(`${index}`)
    assert.deepEqual(
      stores.map(({ file }) => readFileSync(file, 'utf8')),
      ['0', '1', '2'],
    )
    assert.deepEqual(filesIn(folder), ['run-2.json', 'run-3.json', 'run.json'])
  }))

test('a result that cannot be written leaves the trials where they are', () =>
  inFolder(async (folder) => {
    const store = openStore(folder, 'run')
    store.keepTrial('0001-tcp', { id: 1 })
    mkdirSync(join(store.file, 'inner'), { recursive: true })
    assert.throws(() => store.writeResult('{}'), /the trials that finished are in .*run\.trials$/)
    assert.deepEqual(filesIn(join(folder, 'run.trials')), ['0001-tcp.json'])
  }))

test('a result that cannot be written leaves no empty folder of trials', () =>
  inFolder(async (folder) => {
    const store = openStore(folder, 'run')
    mkdirSync(join(store.file, 'inner'), { recursive: true })
    assert.throws(() => store.writeResult('{}'), told(store.file, ExitCode.invalidRun))
    assert.deepEqual(filesIn(folder), ['run.json', 'run.json/inner'])
  }))

test('an output folder that vanishes in a run is told as such, by the trials and by the result', () =>
  inFolder(async (folder) => {
    const results = join(folder, 'results')
    const store = openStore(results, 'run')
    rmSync(results, { recursive: true })
    assert.throws(
      () => store.keepTrial('0001-tcp', {}),
      told(join(results, 'run.trials', '0001-tcp.json'), ExitCode.invalidRun),
    )
    assert.throws(() => store.writeResult('{}'), told(store.file, ExitCode.invalidRun))
    assert.deepEqual(filesIn(folder), [])
  }))

test('a place that cannot be a folder is refused before anything is measured', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'plain'), '')
    for (const place of [join(folder, 'plain'), join(folder, 'plain', 'deeper')]) {
      assert.throws(() => openStore(place, 'run'), told(place, ExitCode.usage))
    }
    assert.deepEqual(filesIn(folder), ['plain'])
  }))

test('a file that could not be written there is refused before anything is measured', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'plain'), '')
    for (const place of [folder, join(folder, 'plain', 'a.json'), join(folder, 'gone', 'a.json')]) {
      assert.throws(
        () => checkWherever(place),
        (thrown) => thrown instanceof UserError && /: cannot be written: .*; choose another file$/.test(thrown.message),
      )
    }
    checkWherever(join(folder, 'a.json'))
    assert.deepEqual(filesIn(folder), ['plain'])
  }))
