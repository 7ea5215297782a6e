/** Invented results whose histograms can be read, for tests of what draws them. */
import { encodeHdr } from '../src/engine/hdr.ts'
import { Histogram } from '../src/engine/histogram.ts'
import type { Result, Trial } from '../src/result.ts'
import { resultOf, trialOf } from './result-fixture.ts'

/** Most messages take about `p50`, and of the slow ones each takes longer than the one before it. */
function trialWith(subject: string, block: number, p50: number, steep: number, messages: number): Trial {
  const histogram = new Histogram()
  for (let index = 0; index < messages; index++) {
    const beyond = (messages - index) / messages
    histogram.record(Math.round(p50 * (0.8 + 0.2 / beyond ** steep)))
  }
  const trial = trialOf({ subject, block, p50, delivered: messages })
  const hdr = encodeHdr(histogram.sparse())
  const { response } = trial.latency
  return { ...trial, latency: { ...trial.latency, response: response && { ...response, hdr } } }
}

/** Two whose curves cross and one far from them; eight blocks, so that who is best can be said. */
export const curvedResult: Result = resultOf(
  Array.from({ length: 8 }, (_, block) => [
    trialWith('ws', block, 90_000 + block * 500, 0.5, 2000),
    trialWith('grpc-unary', block, 400_000 - block * 900, 0.3, 2000),
    trialWith('tcp', block, 60_000 + block * 300, 0.8, 2000),
  ]).flat(),
)

/** One subject, all of whose messages took as long. */
export const flatResult: Result = resultOf([trialWith('ws', 0, 100_000, 0, 200)])
