import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { errorOf, inTemporaryDirectory } from '../../test/scenario-text.ts'
import { scenarioFile, shippedFile, shippedNames, shippedScenarios } from './shipped.ts'

inTemporaryDirectory()

/** @returns the file, and what was told of it */
function find(argument: string): [file: string, ...told: string[]] {
  const told: string[] = []
  const file = scenarioFile(argument, (line) => told.push(line))
  return [file, ...told]
}

test('a name finds the scenario that ships, and says so', () => {
  assert.ok(shippedNames().includes('fan-out'))
  const [file, ...told] = find('fan-out')
  assert.equal(file, shippedFile('fan-out'))
  assert.deepEqual(told, [`fan-out: the scenario that ships with rtbench, ${file}`])
})

test('a file of that name wins, and says so; a folder is no scenario', () => {
  writeFileSync('chat', 'workload: chat\n')
  const [file, told] = find('chat')
  assert.equal(file, 'chat')
  assert.match(told ?? '', /^chat: the file here; /)
  mkdirSync('echo')
  assert.equal(find('echo')[0], shippedFile('echo'))
})

test('any other path is taken as it is, in silence', () => {
  writeFileSync('mine.yaml', '')
  for (const path of ['mine.yaml', '.', 'a\0b', 'x'.repeat(5000)]) assert.deepEqual(find(path), [path])
})

test('what is neither is refused with the name that was meant', () => {
  for (const path of ['ecco', 'echo.yaml', 'scenarios/echo.yml']) {
    assert.equal(
      errorOf(() => find(path)),
      `${path}: there is no such file; did you mean "echo", which ships with rtbench?`,
    )
  }
  assert.match(
    errorOf(() => find('\x1b[31mnothing-like-it.yaml')),
    /^\\u001b\[31mnothing-like-it\.yaml: there is no such file; check the path; rtbench list /,
  )
})

test('every scenario that ships is listed with what it is', () => {
  const listed = shippedScenarios()
  assert.deepEqual(
    listed.map(([name]) => name),
    shippedNames(),
  )
  for (const [name, description] of listed) assert.ok(description.length > 20, name)
})
