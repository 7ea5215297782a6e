import assert from 'node:assert/strict'
import test from 'node:test'
import { bytes, clean, cleanDeep, count, cut, duration, figure, ratio, widthOf, wrap } from './format.ts'

const tables: ReadonlyArray<readonly [name: string, format: (value: number) => string, rows: Array<[number, string]>]> =
  [
    [
      'duration',
      duration,
      [
        [0, '0 ns'],
        [999, '999 ns'],
        [999.6, '1.00 µs'],
        [71_234, '71.2 µs'],
        [9_996, '10.0 µs'],
        [999_499, '999 µs'],
        [999_600, '1.00 ms'],
        [12.3e9, '12.3 s'],
        [1234e9, '1,234 s'],
      ],
    ],
    [
      'bytes',
      bytes,
      [
        [0, '0 B'],
        [1023, '1,023 B'],
        [1024, '1.00 KiB'],
        [262_144, '256 KiB'],
        [2 ** 20 - 1, '1.00 MiB'],
      ],
    ],
    [
      'count',
      count,
      [
        [0, '0'],
        [0.5, '0.50'],
        [-3, '-3'],
        [1999.6, '2,000'],
        [999_999, '999,999'],
        [999_999.6, '1.00 M'],
      ],
    ],
    [
      'ratio',
      ratio,
      [
        [1, '1.00×'],
        [0.4, '0.40×'],
        [1234.5, '1,235×'],
      ],
    ],
  ]
for (const [name, format, rows] of tables) {
  test(`${name} has three significant digits`, () => {
    for (const [value, text] of rows) assert.equal(format(value), text)
  })
}

test('a figure has the unit of its metric', () => {
  assert.equal(figure(null, 'ns'), '–')
  assert.equal(figure(1500, 'ns'), '1.50 µs')
  assert.equal(figure(2048, 'bytes/s'), '2.00 KiB/s')
  assert.equal(figure(2000, 'messages/s'), '2,000/s')
  assert.equal(figure(1500, 'connections/s'), '1,500/s')
  assert.equal(figure(37.012, 'ratio'), '37.01×')
})

test('what would act on a terminal is written as its code, in keys as well', () => {
  assert.equal(clean('a\x1b[31mb\r\n\x9b2J\u202ec'), 'a\\x1b[31mb\\x0d\\x0a\\x9b2J\\u{202e}c')
  assert.equal(clean('a\ufffe\uffff'), 'a\\u{fffe}\\u{ffff}')
  assert.deepEqual(cleanDeep({ 'a\x07': ['\x1b', 1, null] }), { 'a\\x07': ['\\x1b', 1, null] })
})

test('labels are cut in the middle, by the cells they take', () => {
  assert.equal(cut('short', 5), 'short')
  assert.equal(cut('grpc-server-stream', 10), 'grpc-s…eam')
  for (const columns of [1, 2, 5, 9]) assert.ok(widthOf(cut('日本語日本語日本語', columns)) <= columns)
})

test('no wrapped line is too long, and no character is lost', () => {
  const text = 'some words, averylongwordwithoutanyspaceinit and 日本語日本語日本語日本語 too'
  for (const columns of [8, 12, 20, 200]) {
    const lines = wrap(text, columns, '- ', '  ')
    for (const line of lines) assert.ok(widthOf(line) <= columns, line)
    assert.equal(lines.join('').replace(/[- ]/g, ''), text.replace(/ /g, ''))
  }
})
