import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateSync } from 'node:zlib'
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import { encodeHdr } from '../engine/hdr.ts'
import { Histogram } from '../engine/histogram.ts'
import { seededRandom } from '../engine/random.ts'
import { merged, valuesAt } from './hdr.ts'

function recorded(count: number, seed: number): Histogram {
  const random = seededRandom(seed)
  const histogram = new Histogram()
  for (let sample = 0; sample < count; sample++) histogram.record(Math.floor(2 ** (random() * 45)))
  return histogram
}

const QUANTILES = [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1]

test('what was encoded comes back with the same percentiles', () => {
  const histogram = recorded(20_000, 1)
  const read = merged([encodeHdr(histogram.sparse())])
  assert.ok(read)
  assert.equal(read.count, 20_000)
  for (const [index, value] of valuesAt(QUANTILES, read, read.count).entries()) {
    const own = histogram.percentile(QUANTILES[index] ?? 0)
    // The exact ends are kept beside the encoding.
    assert.ok(value !== null && Math.abs(value - own) <= own / 1000, `${QUANTILES[index]}: ${value} against ${own}`)
  }
})

test('histograms of several trials merge into what one histogram of all samples would be', () => {
  const [one, other] = [recorded(3000, 2), recorded(500, 3)]
  const together = merged([encodeHdr(one.sparse()), encodeHdr(other.sparse())])
  one.add(other.sparse())
  assert.deepEqual(together, merged([encodeHdr(one.sparse())]))
})

test('samples that never came count as the largest', () => {
  const read = merged([encodeHdr(recorded(1000, 4).sparse())])
  assert.ok(read)
  assert.equal(valuesAt([0.95], read, 1100)[0], null)
  assert.notEqual(valuesAt([0.9], read, 1100)[0], null)
})

test('what is no histogram of this layout is refused, whatever it is', () => {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(0x1c849314, 0)
  const wrapped = (inner: Buffer) => Buffer.concat([header, deflateSync(inner)]).toString('base64')
  const coarse = build({ bitBucketSize: 64, numberOfSignificantValueDigits: 2, useWebAssembly: false })
  coarse.recordValue(1000)
  const bomb = Buffer.alloc(64 * 1024 * 1024)
  const endless = Buffer.alloc(100, 0xff)
  const good = encodeHdr(recorded(10, 5).sparse())
  const texts = ['', 'HISTF', '\u0000<script>', good.slice(0, good.length / 2), wrapped(bomb), wrapped(endless)]
  for (const text of [...texts, encodeIntoCompressedBase64(coarse)]) {
    assert.equal(merged([text]), null, text.slice(0, 30))
    assert.equal(merged([good, text]), null)
  }
})
