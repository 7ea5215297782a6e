import assert from 'node:assert/strict'
import test from 'node:test'
import type { Peaks } from '../recording.ts'
import { excursionsFrom } from './excursions.ts'

const EVERY_NS = 20e6

/** [interval, largest in ms] */
function peaksOf(...peaks: ReadonlyArray<readonly [index: number, ms: number]>): Peaks {
  return {
    everyNs: EVERY_NS,
    indexes: Uint32Array.from(peaks, ([index]) => index),
    largestNs: Float64Array.from(peaks, ([, ms]) => ms * 1e6),
  }
}
const quiet = (count: number) => Array.from({ length: count }, (_, index) => [index, 1] as const)

const rows: ReadonlyArray<readonly [name: string, all: readonly Peaks[], events: number]> = [
  ['nothing received', [peaksOf()], 0],
  ['nothing slow', [peaksOf(...quiet(50))], 0],
  ['one slow interval', [peaksOf([3, 1], [4, 30], [5, 1])], 1],
  ['two far from each other', [peaksOf([4, 30], [5, 1], [9, 30])], 2],
  ['two that overlap in time', [peaksOf([4, 30], [5, 30])], 1],
  ['a stall of half a second that is taken off bit by bit', [peaksOf([30, 500], [31, 490], [32, 480], [33, 300])], 1],
  ['nothing received in between, because all stood still', [peaksOf([4, 30], [9, 100])], 1],
  ['the same stall in two processes', [peaksOf([4, 30]), peaksOf([4, 29], [5, 12])], 1],
  ['different stalls in two processes', [peaksOf([4, 30]), peaksOf([20, 29])], 2],
  ['slow all the time, in every interval', [peaksOf(...quiet(50).map(([index]) => [index, 10] as const))], 25],
  ['just so slow, within the precision of a percentile', [peaksOf([4, 9.995], [9, 9.98])], 1],
]

for (const [name, all, events] of rows) {
  test(`${name}: ${events}`, () => assert.equal(excursionsFrom(10e6, all), events))
}
