import assert from 'node:assert/strict'
import test from 'node:test'
import { isLive, sizeOf, viewOf } from './terminal.ts'

const terminal = { isTTY: true, columns: 80, rows: 24 }
const pipe = { isTTY: false, columns: 0, rows: 0 }

test('lines are drawn over on a terminal only, and not in CI', () => {
  const cases = [
    [terminal, {}, true],
    [terminal, { CI: 'false', TERM: 'xterm' }, true],
    [terminal, { CI: 'true' }, false],
    [terminal, { CI: '1' }, false],
    [terminal, { TERM: 'dumb' }, false],
    [pipe, {}, false],
  ] as const
  for (const [stream, env, expected] of cases) assert.equal(isLive(stream, env), expected, JSON.stringify(env))
})

test('colours are for terminals; NO_COLOR and FORCE_COLOR are heard, the former first', () => {
  const cases = [
    [terminal, {}, true],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '0' }, false],
    [terminal, { NO_COLOR: '' }, true],
    [terminal, { TERM: 'dumb' }, false],
    [terminal, { FORCE_COLOR: '0' }, false],
    [pipe, {}, false],
    [pipe, { FORCE_COLOR: '1' }, true],
    [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ] as const
  for (const [stream, env, expected] of cases) assert.equal(viewOf(stream, env).colour, expected, JSON.stringify(env))
})

test('ASCII is for terminals whose locale names another character set, and for those that are dumb', () => {
  const cases = [
    [terminal, {}, false],
    [terminal, { LANG: 'de_DE.UTF-8' }, false],
    [terminal, { LANG: 'C' }, true],
    [terminal, { LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
    [terminal, { LANG: 'C', LC_CTYPE: 'C.utf8' }, false],
    [terminal, { TERM: 'dumb', LANG: 'C.UTF-8' }, true],
    [pipe, { LANG: 'C' }, false],
  ] as const
  for (const [stream, env, expected] of cases) assert.equal(viewOf(stream, env).ascii, expected, JSON.stringify(env))
})

test('a terminal that does not know its size has a usual one, or that of COLUMNS', () => {
  assert.deepEqual(sizeOf({ isTTY: true, columns: 0, rows: 0 }, {}), { columns: 80, rows: 24 })
  assert.deepEqual(sizeOf({ isTTY: true, columns: 0, rows: 0 }, { COLUMNS: '50' }), { columns: 50, rows: 24 })
  assert.deepEqual(sizeOf(terminal, { COLUMNS: '50' }), { columns: 80, rows: 24 })
  assert.equal(sizeOf(pipe, {}).columns, 100)
  assert.equal(sizeOf(pipe, { COLUMNS: '60' }).columns, 60)
})
