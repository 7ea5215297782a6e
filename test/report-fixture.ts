/** Invented results with histograms and timelines, for the reports that draw them. */
import { encodeHdr } from '../src/engine/hdr.ts'
import { Histogram } from '../src/engine/histogram.ts'
import { seededRandom } from '../src/engine/random.ts'
import type { Chapter, Run } from '../src/reporter.ts'
import type { Latency, Result, Trial } from '../src/result.ts'
import { mergeRuns } from '../src/stats/merge.ts'
import { resultOf, type TrialSketch, trialOf } from './result-fixture.ts'

const SECONDS = 4

/** A trial with a real histogram around its p50, and a timeline of some seconds. */
export function drawnTrial(sketch: TrialSketch, samples = 2000): Trial {
  const trial = trialOf({ delivered: samples, ...sketch })
  const latency = latencyAround(trial.latency.response?.p50 ?? 100_000, samples, (sketch.block ?? 0) + 1)
  const timeline = Array.from({ length: SECONDS }, (_, second) => ({
    atNs: second * 1e9,
    delivered: samples / SECONDS,
    p50: latency.p50,
    p99: (latency.p99 ?? 0) + second * 1000,
    max: latency.max,
  }))
  return {
    ...trial,
    durationNs: SECONDS * 1e9,
    load: { ...trial.load, achievedPerSec: samples / SECONDS },
    latency: { ...trial.latency, response: latency },
    timeline,
  }
}

/** Skewed to the right, as latencies are. */
function latencyAround(p50: number, count: number, seed: number): Latency {
  const random = seededRandom(seed)
  const histogram = new Histogram()
  for (let sample = 0; sample < count; sample++) {
    histogram.record(Math.max(1, Math.round(p50 * (0.7 + 0.3 / (1 - random() * 0.999)))))
  }
  const { min, max, sum } = histogram
  const at = (quantile: number) => histogram.percentile(quantile)
  return {
    count,
    min,
    max,
    sum,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: null,
    hdr: encodeHdr(histogram.sparse()),
  }
}

export function drawnResult(subjects: readonly string[], blocks = 2): Result {
  const numbers = Array.from({ length: blocks }, (_, block) => block)
  return resultOf(
    numbers.flatMap((block) =>
      subjects.map((subject, index) => drawnTrial({ subject, block, p50: 80_000 * (index + 1) })),
    ),
  )
}

export function runOf(result: Result, name = 'run'): Run {
  return { name, result, text: JSON.stringify(result) }
}

export function chaptersOf(...results: readonly Result[]): Chapter[] {
  return mergeRuns(results.map((result, index) => runOf(result, `run-${index + 1}`)))
}
