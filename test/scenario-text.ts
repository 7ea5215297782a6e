/** For tests that read scenarios from texts: a directory of their own, and what readers throw. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { UserError } from '../src/errors.ts'
import { type Catalog, readScenario } from '../src/scenario.ts'
import { echo } from '../src/workloads/echo.ts'
import { inventedFanOut, inventedIdle } from './invented-workloads.ts'

export const catalog: Catalog = {
  transports: ['ws', 'grpc', 'grpc-unary', 'sse', 'tcp'],
  workloads: [echo, inventedFanOut, inventedIdle],
}
/** What every scenario has to have, on two lines. */
export const BASE = 'workload: echo\ntransports: [ws, tcp]\n'

/** Runs all tests of a file in a directory that is removed after them. */
export function inTemporaryDirectory(): void {
  const home = process.cwd()
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'rtbench-scenario-'))
    process.chdir(directory)
  })
  after(() => {
    process.chdir(home)
    rmSync(directory, { recursive: true })
  })
}

/** @param sets as on the command line: `load.rate=5` */
export function read(text: string, ...sets: string[]) {
  writeFileSync('a.yaml', text)
  const overrides = sets.map((set) => {
    const [path = '', ...value] = set.split('=')
    return { path, value: value.join('='), flag: `--set ${set}` }
  })
  return readScenario('a.yaml', catalog, overrides)
}

/** The message of what is thrown, which has to be for users. */
export function errorOf(act: () => unknown): string {
  try {
    act()
  } catch (thrown) {
    assert.ok(thrown instanceof UserError, `${thrown}`)
    assert.equal(thrown.exitCode, 2)
    assert.doesNotMatch(thrown.message, /\n\s+at /)
    return thrown.message
  }
  return assert.fail('nothing was refused')
}
