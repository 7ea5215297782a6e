import assert from 'node:assert/strict'
import test from 'node:test'
import { widthOf } from '../reporters/format.ts'
import { linesOf, type Scene } from './scene.ts'

const scene: Scene = {
  place: '5/24',
  scenario: 'echo',
  subject: 'grpc-unary',
  details: 'payload=1KiB, block 2/8',
  phase: 'measuring, 4 of 10 s',
  reading: { perSec: 1998.2, p50: 74_234, p99: 281_000 },
  over: 0.214,
  left: 'about 2 min 10 s left',
}

const room = (columns: number, rows = 24, ascii = false) => ({ columns, rows, ascii })

const pictures: ReadonlyArray<readonly [columns: number, rows: number, ascii: boolean, lines: readonly string[]]> = [
  [
    80,
    24,
    false,
    [
      '[5/24] echo: grpc-unary payload=1KiB, block 2/8',
      'measuring, 4 of 10 s  1,998/s  p50 74 µs  p99 280 µs',
      '██████░░░░░░░░░░░░░░░░░░░░░░░░ 21 %  about 2 min 10 s left',
    ],
  ],
  [
    80,
    24,
    true,
    [
      '[5/24] echo: grpc-unary payload=1KiB, block 2/8',
      'measuring, 4 of 10 s  1,998/s  p50 74 us  p99 280 us',
      '######........................ 21 %  about 2 min 10 s left',
    ],
  ],
  [
    40,
    24,
    false,
    ['[5/24] echo: grpc-unary', '1,998/s  p50 74 µs  p99 280 µs', '██░░░░░░░░░ 21 %  about 2 min 10 s left'],
  ],
  [20, 24, false, ['[5/24] grpc-unary', '1,998/s  p99 280 µs', 'about 2 min …s left']],
  [80, 3, false, ['[5/24]  grpc-unary  1,998/s  p50 74 µs  p99 280 µs  about 2 min 10 s left']],
  [20, 2, false, ['grpc-unary']],
]

for (const [columns, rows, ascii, lines] of pictures) {
  test(`${columns} columns, ${rows} rows${ascii ? ', ASCII' : ''}`, () => {
    assert.deepEqual(linesOf(scene, room(columns, rows, ascii)), lines)
  })
}

test('what nobody knows is left out', () => {
  const searching = { ...scene, over: null, left: '', reading: null, phase: 'connecting' }
  assert.deepEqual(linesOf(searching, room(80)).slice(1), ['connecting'])
  assert.deepEqual(
    linesOf({ ...scene, reading: { perSec: 3, p50: null, p99: null } }, room(80))[1],
    'measuring, 4 of 10 s  3/s',
  )
})

test('whatever the room and the names, the lines fit: no line reaches the edge, and a row stays free', () => {
  const long = { ...scene, subject: '日本語'.repeat(50), scenario: 'x'.repeat(10_000), details: 'y'.repeat(500) }
  for (const columns of [1, 2, 7, 19, 24, 33, 60, 120, 300]) {
    for (const rows of [1, 2, 3, 4, 50]) {
      const lines = linesOf(long, room(columns, rows))
      assert.ok(lines.length >= 1 && lines.length <= Math.max(1, rows - 1), `${rows}: ${lines.length}`)
      for (const line of lines) assert.ok(widthOf(line) <= Math.max(1, columns - 1), `${columns}: ${line}`)
    }
  }
})
