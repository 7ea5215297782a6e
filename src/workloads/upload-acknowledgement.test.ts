import assert from 'node:assert/strict'
import test from 'node:test'
import type { Pair } from '../workload.ts'
import { acknowledgementReader, acknowledgementWriter } from './upload-acknowledgement.ts'

const SOURCE = 7
const write = acknowledgementWriter()

function read(bytes: Uint8Array) {
  const ranges: Pair[] = []
  let acknowledgementBytes = 0
  let damaged = 0
  const reader = acknowledgementReader(SOURCE, {
    range(from, to, size) {
      ranges.push([from, to])
      acknowledgementBytes += size
    },
    damaged: () => damaged++,
  })
  reader(bytes)
  return { ranges, acknowledgementBytes, damaged }
}

const cases: ReadonlyArray<readonly [name: string, ranges: readonly Pair[]]> = [
  ['nothing', []],
  ['one message', [[0, 1]]],
  ['many in a row', [[2 ** 39, 2 ** 39 + 1_000_000]]],
  [
    'some that are missing between',
    [
      [0, 3],
      [5, 6],
      [9, 20],
    ],
  ],
]

for (const [name, ranges] of cases) {
  test(`says ${name}`, () => {
    const bytes = write(SOURCE, ranges)
    assert.deepEqual(read(bytes), { ranges, acknowledgementBytes: bytes.length, damaged: 0 })
  })
}

test('what is damaged covers nothing, and what stands beside it still counts', () => {
  const bytes = Uint8Array.from(
    write(SOURCE, [
      [0, 3],
      [5, 6],
    ]),
  )
  for (let at = 0; at < bytes.length / 2; at++) {
    const spoilt = Uint8Array.from(bytes)
    spoilt[at] = (spoilt[at] ?? 0) ^ 4
    const { ranges, damaged } = read(spoilt)
    assert.deepEqual({ ranges, damaged }, { ranges: [[5, 6]], damaged: 1 }, `byte ${at}`)
  }
  assert.deepEqual(read(bytes.subarray(0, -1)).ranges, [[0, 3]])
  assert.equal(read(bytes.subarray(0, -1)).damaged, 1)
})

test('one for somebody else is damaged', () => {
  assert.deepEqual(read(write(SOURCE + 1, [[0, 3]])), { ranges: [], acknowledgementBytes: 0, damaged: 1 })
})
