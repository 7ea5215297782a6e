/**
 * Stored histograms (HdrHistogram V2, compressed, base64) back into counts, and those of several trials into one.
 * Read here and not by the library that writes them: a file from elsewhere may hold anything, and this reader refuses
 * whatever is not the one layout that results have, before it takes up memory.
 * Format: https://github.com/HdrHistogram/HdrHistogram/blob/master/src/main/java/org/HdrHistogram/AbstractHistogram.java
 */
import { inflateSync } from 'node:zlib'

/** Ascending values with the number of samples at each: a value stands for its bucket, as the highest of it. */
export interface Distribution {
  readonly values: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
}

const COMPRESSED_COOKIE = 0x1c849314
const COOKIE = 0x1c849313
const HEADER_BYTES = 40
/** At most nine bytes a bucket. */
const BUCKETS = 43 * 1024
const MOST_BYTES = HEADER_BYTES + 9 * BUCKETS
const DIGITS = 3

/** The largest value of a bucket: 3 significant digits, 1024 buckets for each power of two. */
function highestOf(index: number): number {
  if (index < 2048) return index
  const shift = Math.floor(index / 1024) - 1
  return (index - shift * 1024 + 1) * 2 ** shift - 1
}

/** Adds the counts of all buckets. @returns false where the text is no histogram of this layout */
function add(encoded: string, total: Float64Array): boolean {
  const outer = Buffer.from(encoded, 'base64')
  if (outer.length < 8 || outer.readUInt32BE(0) !== COMPRESSED_COOKIE) return false
  let inner: Buffer
  try {
    inner = inflateSync(outer.subarray(8), { maxOutputLength: MOST_BYTES })
  } catch {
    return false
  }
  if (inner.length < HEADER_BYTES || inner.readUInt32BE(0) !== COOKIE) return false
  const lowest = inner.readBigUInt64BE(16)
  // The offset at byte 8 is 1 in what the library writes, and it means nothing.
  if (inner.readUInt32BE(12) !== DIGITS || lowest !== 1n) return false
  return unpack(inner.subarray(HEADER_BYTES, HEADER_BYTES + inner.readUInt32BE(4)), total)
}

/** ZigZag LEB128: a positive number is the count of the next bucket, a negative one so many empty buckets. */
function unpack(bytes: Buffer, total: Float64Array): boolean {
  let index = 0
  for (let at = 0; at < bytes.length; ) {
    let value = 0
    for (let place = 0; ; place++) {
      const byte = bytes[at++]
      if (byte === undefined || place > 8) return false
      value += (place < 8 ? byte & 127 : byte) * 2 ** (7 * place)
      if (byte < 128 || place === 8) break
    }
    if (value % 2 === 1) index += (value + 1) / 2
    else {
      total[index] = (total[index] ?? 0) + value / 2
      index++
    }
    if (index > BUCKETS) return false
  }
  return true
}

/**
 * One distribution of all samples, each with the same weight.
 * @returns null where one of them cannot be read, or all are empty: a part would pass for the whole
 */
export function merged(encoded: readonly string[]): Distribution | null {
  const total = new Float64Array(BUCKETS)
  if (!encoded.every((text) => add(text, total))) return null
  const values: number[] = []
  const counts: number[] = []
  total.forEach((count, index) => {
    if (count === 0) return
    values.push(highestOf(index))
    counts.push(count)
  })
  const count = counts.reduce((sum, one) => sum + one, 0)
  return count > 0 ? { values, counts, count } : null
}

/**
 * The values at rising quantiles, in one pass.
 * @param due samples that there should have been: those that are missing count as the largest
 * @returns null for a quantile that lies among the missing ones
 */
export function valuesAt(
  quantiles: readonly number[],
  { values, counts }: Distribution,
  due: number,
): (number | null)[] {
  let at = -1
  let seen = 0
  return quantiles.map((quantile) => {
    const rank = Math.max(1, Math.ceil(quantile * due - 1e-6))
    while (seen < rank && at < values.length - 1) seen += counts[++at] ?? 0
    return seen < rank ? null : (values[at] ?? null)
  })
}
