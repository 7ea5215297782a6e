/** From the recordings of all processes to the latencies of a trial. */
import type { Report } from '../control.ts'
import { excursionsFrom } from '../engine/excursions.ts'
import { encodeHdr } from '../engine/hdr.ts'
import { Histogram } from '../engine/histogram.ts'
import { excursionsNeeded, type QuantileName, quantiles, samplesNeeded } from '../metric.ts'
import type { Slice } from '../recording.ts'
import type { Latency, TimelineEntry, Trial } from '../result.ts'
import type { Settings } from '../scenario.ts'
import type { Excursions } from './evidence.ts'

/** @param due messages whose latency should be known: what is missing counts as the slowest */
export function latencyOf(reports: readonly Report[], { load }: Settings, due: number): Trial['latency'] {
  const response = new Histogram()
  const service = new Histogram()
  const sendLag = new Histogram()
  for (const { recording } of reports) {
    for (const slice of recording.slices) response.add(slice.response)
    if (recording.service) service.add(recording.service)
    if (recording.sendLag) sendLag.add(recording.sendLag)
  }
  const responses = summary(response, due)
  if (load.model !== 'open') return { response: responses, service: responses, sendLag: null }
  // What was never sent has no lag, so nothing is missing there.
  return { response: responses, service: summary(service, due), sendLag: summary(sendLag, sendLag.count) }
}

/** By the response time: what is slow from the actual send on is so from the intended one. */
export function excursionsOf(reports: readonly Report[], response: Latency | null): Excursions {
  const peaks = reports.map(({ recording }) => recording.peaks)
  const from = (limitNs: number | null | undefined) => (limitNs == null ? null : excursionsFrom(limitNs, peaks))
  return { p99: from(response?.p99), p999: from(response?.p999) }
}

/** A p99.9 that one stall has made says when the machine stalled, and nothing of one message in a thousand. */
export function withoutFewExcursions(latency: Trial['latency'], { p999 }: Excursions): Trial['latency'] {
  if (p999 === null || p999 >= excursionsNeeded) return latency
  const { response, service } = latency
  return {
    ...latency,
    response: response && { ...response, p999: null },
    service: service && { ...service, p999: null },
  }
}

/** @param due as many as there should be: those that are missing count as the slowest */
export function summary(histogram: Histogram, due: number): Latency {
  const { count, min, max, sum } = histogram
  const at = (name: QuantileName) => (due >= samplesNeeded(name) ? histogram.percentile(quantiles[name], due) : null)
  const exact = count > 0 ? { min, max } : { min: null, max: null }
  const percentiles = { p50: at('p50'), p90: at('p90'), p99: at('p99'), p999: at('p999') }
  return { count, ...exact, sum, ...percentiles, hdr: count > 0 ? encodeHdr(histogram.sparse()) : '' }
}

/** The slices of all processes, added up one at a time: a histogram is large, and a long run has many slices. */
export function timelineOf(reports: readonly Report[]): TimelineEntry[] {
  const byStart = new Map<number, Slice[]>()
  for (const { recording } of reports) {
    for (const slice of recording.slices) byStart.set(slice.atNs, [...(byStart.get(slice.atNs) ?? []), slice])
  }
  const whole = new Histogram()
  return [...byStart]
    .sort(([one], [other]) => one - other)
    .map(([atNs, slices]) => {
      whole.clear()
      for (const { response } of slices) whole.add(response)
      return { atNs, delivered: whole.count, p50: whole.percentile(0.5), p99: whole.percentile(0.99), max: whole.max }
    })
}
