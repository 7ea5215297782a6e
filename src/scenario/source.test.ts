import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorOf, inTemporaryDirectory } from '../../test/scenario-text.ts'
import { readFlagValue, readSource } from './source.ts'

/** Hostile files must not cost more, on a busy machine; most take milliseconds. */
const SLOWEST_MS = 20_000

inTemporaryDirectory()

function sourceOf(text: string | Buffer) {
  writeFileSync('a.yaml', text)
  return readSource('a.yaml')
}

const deeper = (lines: number) => Array.from({ length: lines }, (_, line) => `${' '.repeat(line)}a:`).join('\n')

/** What the file holds, and how its error begins. */
const refused: Readonly<Record<string, readonly [text: string | Buffer, error: string | RegExp]>> = {
  'an empty file': ['', 'a.yaml:1:1: the file is empty; '],
  'comments alone': ['# nothing\n', 'a.yaml:1:1: the file is empty; '],
  'a list': ['- a\n', 'a.yaml:1:1: a scenario is a mapping of keys to values, got ["a"]; '],
  text: ['hello', 'a.yaml:1:1: a scenario is a mapping of keys to values, got "hello"; '],
  'a null byte': ['a: \0', 'a.yaml: the file is not UTF-8 text, got binary data; '],
  'bytes that are not UTF-8': [Buffer.from([0x61, 0x3a, 0xff, 0xfe]), 'a.yaml: the file is not UTF-8 text'],
  'UTF-16': [Buffer.from('\ufeffa: 1', 'utf16le'), 'a.yaml: the file is not UTF-8 text'],
  '10 MiB': [Buffer.alloc(10 * 2 ** 20, 'a'), 'a.yaml: the file is too large, got 10485760 bytes; '],
  'one byte too much': [`#${'x'.repeat(256 * 1024)}`, 'a.yaml: the file is too large, got 262145 bytes; '],
  '100,000 brackets': ['['.repeat(1e5), 'a.yaml:1:33: nested deeper than 32 levels; '],
  '100,000 brackets, closed': [`${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'a.yaml:1:33: nested deeper'],
  'nested flow mappings': [`x: ${'{a: '.repeat(5e4)}`, /^a\.yaml:1:\d+: nested deeper/],
  'brackets over lines': ['[\n'.repeat(1e5), 'a.yaml:33:1: nested deeper'],
  'brackets after a scalar that looks closed': [`a: "]]"\nb: ${'['.repeat(1e5)}`, 'a.yaml:2:35: nested deeper'],
  'ever deeper lines': [deeper(700), 'a.yaml:33:34: nested deeper'],
  'ever deeper lines with tabs': [deeper(700).replaceAll(' ', '\t'), 'a.yaml:'],
  'compact lists': ['- '.repeat(1e5), 'a.yaml:1:65: nested deeper'],
  'compact keys': ['? '.repeat(1e5), 'a.yaml:1:65: nested deeper'],
  'compact values': [': '.repeat(1e5), 'a.yaml:1:65: nested deeper'],
  'keys on one line': ['a: '.repeat(8e4), 'a.yaml:1:98: nested deeper'],
  'a compact mix': ['- ? : '.repeat(4e4), 'a.yaml:1:65: nested deeper'],
  'lists below lists': [deeper(300).replaceAll('a:', '-'), 'a.yaml:33:33: nested deeper'],
  'keys in a list without end': [`[${'a: '.repeat(8e4)}`, 'a.yaml:1:'],
  'anchors without end': ['&a '.repeat(8e4), 'a.yaml:1:'],
  'tags without end': ['!a '.repeat(8e4), 'a.yaml:1:'],
  'quotes without end': ['"'.repeat(2e5), 'a.yaml:1:'],
  'errors without end': ['a: @\n'.repeat(5e4), 'a.yaml:1:4: not valid YAML'],
  'keys twice without end': ['a:\n'.repeat(8e4), 'a.yaml:2:1: the key "a" is there twice; remove one'],
  'directives without end': ['%a\n'.repeat(6e4), 'a.yaml:'],
  'an alias bomb': [
    `a: &a [x, x]\n${Array.from({ length: 20 }, (_, n) => `b${n}: &b${n} [*${n ? `b${n - 1}` : 'a'}, *${n ? `b${n - 1}` : 'a'}]`).join('\n')}`,
    /^a\.yaml:\d+:\d+: more than 32 aliases; write the values out$/,
  ],
  'an alias in itself': ['a: &x {b: [*x]}', 'a.yaml:1:12: alias "x" contains itself; '],
  'an alias of nothing': ['a: *x', 'a.yaml:1:4: alias "x" has no anchor before it; '],
  'a key twice': ['a: 1\nb: 2\na: 3\n', 'a.yaml:3:1: the key "a" is there twice; remove one'],
  'a key twice within': ['a: {b: 1, "b": 2}', 'a.yaml:1:11: the key "b" is there twice; remove one'],
  'a prototype': ['__proto__: {polluted: 1}', 'a.yaml:1:1: the key "__proto__" is not allowed; remove it'],
  'a quoted __proto__': ['a: {"__proto__": {polluted: 1}}', 'a.yaml:1:5: the key "__proto__" is not allowed'],
  'a constructor': ['a:\n  constructor: 1', 'a.yaml:2:3: the key "constructor" is not allowed'],
  prototype: ['a: [{prototype: 1}]', 'a.yaml:1:6: the key "prototype" is not allowed'],
  'a JavaScript tag': ['a: !!js/function "function () {}"', 'a.yaml:1:18: tags are not used here, got "tag:yaml'],
  'a tag of its own': ['a: !ruby/object {}', 'a.yaml:1:17: tags are not used here, got "!ruby/object"; remove it'],
  'a tag of a collection': ['a: !!set {a}', /^a\.yaml:1:\d+: tags are not used here/],
  'two documents': ['a: 1\n---\nb: 2\n', 'a.yaml:2:1: a second YAML document starts here; '],
  'a key that is a list': ['? [a]\n: 1', 'a.yaml:1:3: a key must be plain text; '],
  'an empty key': [': 1', 'a.yaml:1:1: a key must be plain text; '],
  'a tab': [
    'a:\n\tb: 1\n',
    'a.yaml:2:1: not valid YAML (Tabs are not allowed as indentation), got "b: 1"; indent with spaces',
  ],
  'an open bracket': ['a: [1, 2\nb: 3', /^a\.yaml:\d:\d+: not valid YAML .*; .*close the bracket/],
  'keys on one line, twice': ['a: b: c', 'a.yaml:1:4: not valid YAML (Nested mappings'],
  'a line that is no key': ['a: 1\nhello\n', 'a.yaml:2:1: not valid YAML'],
  'a terminal escape': [
    '"a\\e[31m\u202e": 1\n"a\\e[31m\u202e": 2',
    'a.yaml:2:1: the key "a\\u001b[31m\\u202e" is there twice',
  ],
}

for (const [name, [text, error]] of Object.entries(refused)) {
  test(`refuses ${name}`, () => {
    const start = performance.now()
    const message = errorOf(() => sourceOf(text))
    if (typeof error === 'string') assert.ok(message.startsWith(error), message)
    else assert.match(message, error)
    assert.ok(performance.now() - start < SLOWEST_MS)
    assert.ok(message.split('\n').length <= 21)
    assert.doesNotMatch(message, /[^\P{Cc}\n]|\u202e/u, 'no control characters')
    assert.equal('polluted' in {}, false)
  })
}

test('no brackets, however many, end the process', () => {
  for (const text of ['['.repeat(1e5), '- '.repeat(1e5), '{a: '.repeat(5e4)]) {
    const module = new URL('./source.js', import.meta.url).href
    const script = `import(${JSON.stringify(module)}).then(({ readFlagValue }) => {
      try { readFlagValue(require('node:fs').readFileSync(0, 'utf8'), '--set a') } catch (e) { console.log(e.name) } })`
    const output = execFileSync(process.execPath, ['--stack-size=400', '-e', script], { input: text, encoding: 'utf8' })
    assert.equal(output, 'UserError\n')
  }
})

test('refuses what is no readable file', () => {
  mkdirSync('directory.yaml')
  symlinkSync('loop.yaml', 'loop.yaml')
  assert.match(
    errorOf(() => readSource('missing.yaml')),
    /^missing\.yaml: there is no such file; /,
  )
  assert.match(
    errorOf(() => readSource('directory.yaml')),
    /^directory\.yaml: this is a directory; /,
  )
  assert.match(
    errorOf(() => readSource('directory.yaml/x')),
    /: there is no such file; /,
  )
  assert.match(
    errorOf(() => readSource('loop.yaml')),
    /symbolic link to itself/,
  )
  assert.match(
    errorOf(() => readSource('/dev/null')),
    /^\/dev\/null: this is not a regular file; /,
  )
  assert.match(
    errorOf(() => readSource('')),
    /: there is no such file; /,
  )
  assert.match(
    errorOf(() => readSource('a\0b')),
    /^a\\u0000b: the path has a null byte/,
  )
  assert.match(
    errorOf(() => readSource('x'.repeat(5000))),
    /path is too long/,
  )
  assert.match(
    errorOf(() => readSource('\u001b[31m.yaml')),
    /^\\u001b\[31m\.yaml: there is no such file/,
  )
})

test('refuses a file without read permission', { skip: process.getuid?.() === 0 && 'root reads everything' }, () => {
  writeFileSync('secret.yaml', 'a: 1')
  chmodSync('secret.yaml', 0)
  assert.match(
    errorOf(() => readSource('secret.yaml')),
    /^secret\.yaml: the file may not be read; /,
  )
})

test('shows twenty errors', () => {
  const lines = errorOf(() => sourceOf(Array.from({ length: 30 }, () => 'a: 1').join('\n'))).split('\n')
  assert.equal(lines.length, 21)
  assert.equal(lines.at(-1), '… and more')
})

const read: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
  'a document start and end': ['---\na: 1\n...\n', { a: 1 }],
  'a byte order mark': ['\ufeffa: 1\n', { a: 1 }],
  'CRLF lines': ['a: 1\r\nb:\r\n  - x\r\n', { a: 1, b: ['x'] }],
  'tabs between values': ['a:\t1\t# one\n', { a: 1 }],
  'an alias': ['a: &x [1]\nb: *x\n', { a: [1], b: [1] }],
  'the core schema': [
    'a: yes\nb: 1:30\nc: 0x10\nd: null\ne: 2001-01-01',
    { a: 'yes', b: '1:30', c: 16, d: null, e: '2001-01-01' },
  ],
  'a merge key as any other': ['<<: 1', { '<<': 1 }],
  'brackets in text': [
    `a: "${'['.repeat(99)}"\nb: |\n  ${'[{'.repeat(99)}\nc: x${'['.repeat(99)}\n# ${'['.repeat(99)}`,
    {
      a: '['.repeat(99),
      b: `${'[{'.repeat(99)}\n`,
      c: `x${'['.repeat(99)}`,
    },
  ],
  'dashes in a block of text': [
    `a: |\n${Array.from({ length: 99 }, (_, n) => `  ${' '.repeat(n)}-`).join('\n')}`,
    {
      a: `${Array.from({ length: 99 }, (_, n) => `${' '.repeat(n)}-`).join('\n')}\n`,
    },
  ],
  JSON: ['{"a": {"b": [1, 2.5, true, null, "x"]}}', { a: { b: [1, 2.5, true, null, 'x'] } }],
}

for (const [name, [text, value]] of Object.entries(read)) {
  test(`reads ${name}`, () => assert.deepEqual(sourceOf(text).value, value))
}

test('reads what nests 32 levels deep', () => {
  assert.ok(sourceOf(`a: ${'['.repeat(31)}${']'.repeat(31)}`))
})

test('knows where everything stood', () => {
  const source = sourceOf('a: 1\r\nload:\r\n  rate: 5\r\nlist: [x, {y: z}]\r\nempty:\r\nb: &k {c: 1}\r\nd: *k\r\n')
  for (const [path, part, line, column] of [
    [['a'], 'key', 1, 1],
    [['a'], 'value', 1, 4],
    [['load', 'rate'], 'key', 3, 3],
    [['load', 'rate'], 'value', 3, 9],
    [['list', 1], 'value', 4, 11],
    [['list', 1, 'y'], 'value', 4, 15],
    [['list', 7], 'value', 4, 7],
    [['load', 'inFlight'], 'value', 3, 3],
    [['missing'], 'value', 1, 1],
    [['d', 'c'], 'value', 6, 11],
    [[], 'value', 1, 1],
  ] as const) {
    assert.deepEqual(source.positionOf(path, part), { line, column }, `${path.join('.')} ${part}`)
  }
  assert.equal(source.has(['load', 'rate']), true)
  assert.equal(source.has(['load', 'inFlight']), false)
  assert.match(source.sha256, /^[0-9a-f]{64}$/)
})

test('reads the value of a flag', () => {
  for (const [text, value] of [
    ['5', 5],
    ['1KiB', '1KiB'],
    ['[ws, tcp]', ['ws', 'tcp']],
    ['{inFlight: 4}', { inFlight: 4 }],
    ['', null],
  ] as const) {
    assert.deepEqual(readFlagValue(text, '--set a'), value)
  }
  assert.match(
    errorOf(() => readFlagValue('[', '--set a=[')),
    /^--set a=\[: not valid YAML/,
  )
  assert.match(
    errorOf(() => readFlagValue('{__proto__: 1}', '--set a')),
    /^--set a: the key "__proto__" is not allowed/,
  )
})
