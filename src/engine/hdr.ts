import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { SparseHistogram } from '../recording.ts'
import { lowestOf } from './histogram.ts'

/** 2^52 ns: the range of `Histogram`, fixed so that all encoded histograms are alike. */
const HIGHEST_TRACKABLE = 2 ** 52

/**
 * The HdrHistogram V2 encoding (compressed, base64: `HISTF…`). Bucket layouts are equal, so no count moves; the exact
 * minimum, maximum and sum are kept beside it by the caller, because the encoding keeps bucket bounds only.
 */
export function encodeHdr(sparse: SparseHistogram): string {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  })
  sparse.indexes.forEach((index, at) => {
    histogram.recordValueWithCount(lowestOf(index), sparse.counts[at] as number)
  })
  return encodeIntoCompressedBase64(histogram)
}
