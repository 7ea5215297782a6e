import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesPerSec, durationNs, ratePerSec, shareOf, sizeBytes } from './units.ts'

type Row = readonly [text: string, expected: number | undefined]

const tables: Readonly<Record<string, readonly [parse: (text: string) => number | undefined, rows: readonly Row[]]>> = {
  durations: [
    durationNs,
    [
      ['10s', 10e9],
      ['500ms', 500e6],
      ['2m', 120e9],
      ['2min', 120e9],
      ['50us', 50e3],
      ['50\u00b5s', 50e3],
      ['50\u03bcs', 50e3],
      ['7ns', 7],
      ['1h', 3600e9],
      ['1.5s', 1.5e9],
      ['10 s', 10e9],
      ['0', undefined],
      ['0s', 0],
      ['0.1ns', 0],
      ['10', undefined],
      ['-1s', undefined],
      ['1e3s', undefined],
      ['1s ', undefined],
      ['1S', undefined],
      ['.5s', undefined],
      ['1.s', undefined],
      ['s', undefined],
      ['', undefined],
      ['Infinity', undefined],
      ['1s2ms', undefined],
      ['1toString', undefined],
    ],
  ],
  sizes: [
    sizeBytes,
    [
      ['64', 64],
      ['64B', 64],
      ['16KiB', 16384],
      ['16 KiB', 16384],
      ['1.5KiB', 1536],
      ['1MiB', 1048576],
      ['1GiB', 1073741824],
      ['2KB', 2000],
      ['2kB', 2000],
      ['1MB', 1e6],
      ['1.001KB', 1001],
      ['4.35KB', 4350],
      ['1.5B', undefined],
      ['1.5', undefined],
      ['2K', undefined],
      ['2kib', undefined],
      ['-2B', undefined],
      ['0x10', undefined],
      ['', undefined],
    ],
  ],
  rates: [
    ratePerSec,
    [
      ['2000/s', 2000],
      ['120/min', 2],
      ['3600/h', 1],
      ['2000', 2000],
      ['0.5/s', 0.5],
      ['2000/', undefined],
      ['/s', undefined],
      ['-1/s', undefined],
      ['2000/ms', undefined],
      ['fast', undefined],
    ],
  ],
  shares: [
    shareOf,
    [
      ['50 %', 0.5],
      ['50%', 0.5],
      ['0.5', 0.5],
      ['0.1 %', 0.001],
      ['150 %', 1.5],
      ['50', 50],
      ['%', undefined],
      ['-5 %', undefined],
      ['5 % ', undefined],
      ['half', undefined],
    ],
  ],
  'bytes a second': [
    bytesPerSec,
    [
      ['1MiB/s', 2 ** 20],
      ['60kB/min', 1000],
      ['512/s', 512],
      ['1MiB', undefined],
      ['1MiB/ms', undefined],
      ['/s', undefined],
      ['1/2/s', undefined],
    ],
  ],
}

for (const [name, [parse, rows]] of Object.entries(tables)) {
  for (const [text, expected] of rows) {
    test(`${name}: ${JSON.stringify(text)} is ${expected}`, () => {
      const got = parse(text)
      if (expected === undefined || got === undefined) assert.equal(got, expected)
      else assert.ok(Math.abs(got - expected) <= expected * 1e-12, `${got}`)
    })
  }
}
