/** Bad scenarios from the outside: exit code 2, a place, a cause and a remedy in a line each, and no stack trace. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { filesIn, inFolder, rtbench } from './cli-rig.ts'

const good = 'workload: echo\ntransports: [tcp]\n'
/** Each list holds the one before it eight times: a billion entries, were the aliases followed. */
const bomb = Array.from('abcdefghij', (name, index) => {
  const item = index === 0 ? 'x' : `*${'abcdefghij'[index - 1]}`
  return `${name}: &${name} [${Array(8).fill(item).join(', ')}]`
}).join('\n')

/** @param says what the one line, or the first of several, has to say behind the file's name */
const cases: ReadonlyArray<readonly [name: string, content: string | Buffer | undefined, says: RegExp]> = [
  ['missing', undefined, /no such file/i],
  ['empty', '', /empty/],
  ['binary', Buffer.from([0, 1, 2, 255, 254]), /text|binary/i],
  ['of 10 MiB', Buffer.alloc(10 * 2 ** 20, 'a'), /256 KiB|too large|at most/i],
  ['of 100,000 brackets', '['.repeat(100_000), /deep|nest/i],
  ['with a key twice', `${good}blocks: 1\nblocks: 2\n`, /:4:1: .*(twice|unique|duplicate|already)/i],
  ['with an alias bomb', bomb, /alias/i],
  ['with __proto__', `${good}__proto__: {blocks: 1}\n`, /:3:1: .*__proto__/],
  ['with a negative number', `${good}connections: -5\n`, /:3:14: connections must be .*, got -5; /],
  ['with zero', `${good}duration: 0s\n`, /:3:11: duration must be .*, got "?0s"?; /],
  ['with a billion connections', `${good}connections: 1000000000\n`, /:3:14: connections must be .*, got 1000000000; /],
  ['with an unknown transport', 'workload: echo\ntransports: [tpc]\n', /:2:14: .*"tpc".*"tcp"/],
  ['with an unknown workload', 'workload: ecco\ntransports: [tcp]\n', /:1:11: .*"ecco".*"echo"/],
  ['with an unknown key', `${good}conections: 5\n`, /:3:1: unknown key "conections"; did you mean "connections"\?/],
  ['that is a list', '- echo\n', /:1:1: /],
]

for (const [name, content, says] of cases) {
  test(`a scenario ${name} is refused in words`, () =>
    inFolder(async (folder) => {
      if (content !== undefined) writeFileSync(join(folder, 'bad.yaml'), content)
      const { code, stdout, stderr } = await rtbench(['run', 'bad.yaml'], folder)
      assert.equal(code, 2, stderr)
      assert.equal(stdout, '')
      assert.match(stderr, /^rtbench: bad\.yaml:/)
      assert.match(stderr, says)
      assert.doesNotMatch(stderr, /^ +at /m, 'no stack trace')
      assert.ok(stderr.length < 4000, `${stderr.length} characters`)
      assert.deepEqual(filesIn(folder), content === undefined ? [] : ['bad.yaml'], 'nothing was written')
    }))
}

test('validate refuses them all in one go, each by its name and in the same words', () =>
  inFolder(async (folder) => {
    const files = cases.map((_, index) => `bad-${index}.yaml`)
    for (const [index, [, content]] of cases.entries()) {
      if (content !== undefined) writeFileSync(join(folder, `bad-${index}.yaml`), content)
    }
    const { code, stdout, stderr } = await rtbench(['validate', ...files], folder)
    assert.equal(code, 2, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, /^rtbench: bad-0\.yaml:/)
    assert.doesNotMatch(stderr, /^ +at /m, 'no stack trace')
    for (const [index, [name, , says]] of cases.entries()) {
      const lines = stderr.replace(/^rtbench: /, '').split('\n')
      const own = lines.filter((line) => line.startsWith(`bad-${index}.yaml:`))
      assert.ok(own.length > 0, name)
      assert.match(own.join('\n'), says, name)
    }
    assert.equal(filesIn(folder).length, cases.filter(([, content]) => content !== undefined).length)
  }))

test('a folder in place of a scenario is refused in words', () =>
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'bad.yaml'))
    const { code, stderr } = await rtbench(['run', 'bad.yaml'], folder)
    assert.equal(code, 2)
    assert.match(stderr, /^rtbench: bad\.yaml: .*(folder|directory).*\n$/)
  }))

for (const args of [['rnu'], ['run'], ['run', 'x.yaml', '--blocsk', '3'], ['run', '--json']]) {
  test(`"rtbench ${args.join(' ')}" is a usage error`, () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await rtbench(args, folder)
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^rtbench: .+; .+\n$/)
    }))
}

for (const [flag, says] of [
  [['--rate', 'fast'], /^rtbench: --rate: load\.rate must be .*"fast"/],
  [['--set', 'load.rte=5'], /^rtbench: --set load\.rte=5: .*"rte".*"rate"/],
  [['--set', 'connections'], /^rtbench: --set connections: /],
  [['--transports', 'tcp,nope'], /^rtbench: --transports: .*"nope"/],
  [['--transports', 'tcp,,ws'], /^rtbench: --transports: a name is missing beside a comma, got "tcp,,ws"; /],
] as const) {
  test(`${flag.join(' ')} is refused with the flag's name`, () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'good.yaml'), `${good}load: {rate: 10/s}\n`)
      const { code, stderr } = await rtbench(['run', 'good.yaml', ...flag], folder)
      assert.equal(code, 2)
      assert.match(stderr, says)
    }))
}
