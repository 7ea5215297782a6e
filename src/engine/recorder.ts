import type { Sketch } from '../control.ts'
import type { Recording, Slice } from '../recording.ts'
import type { Window } from '../workload.ts'
import { Histogram } from './histogram.ts'
import { Sketcher } from './sketch.ts'

/** Slices are a second, or longer where a trial would have more than this many. */
const MOST_SLICES = 300
/** Of a slice of a second 20 ms: shorter than the stalls that matter, and 15,000 at the most. */
const PEAKS_PER_SLICE = 50

export function sliceNsOf(durationNs: number): number {
  return Math.ceil(durationNs / 1e9 / MOST_SLICES) * 1e9
}

/** Records latencies of the window's messages, ns. A sample is added to one histogram for the slice, not two. */
export class Recorder {
  private readonly slice = new Histogram()
  private readonly service: Histogram | undefined
  private readonly sendLag: Histogram | undefined
  private readonly slices: Slice[] = []
  private readonly histograms = new Map<string, Histogram>()
  private window: Window = { startNs: 0, warmNs: 0, endNs: 0 }
  private sliceNs = 1e9
  private sliceEndNs = 0
  private sliceAtNs = 0
  private readonly peakIndexes: number[] = []
  private readonly peaksNs: number[] = []
  /** Below zero while there is none. */
  private peakNs = -1
  private peakIndex = 0
  /** Never behind the end of the slice. */
  private peakEndNs = 0
  private receivedInside = 0
  private receivedApart = 0
  private receivedAgain = 0
  private carriedOver = 0
  private negative = 0
  private readonly sketcher = new Sketcher()
  /** Slices that the sketch has. */
  private sketched = 0

  /** @param scheduled whether messages have an intended time that differs from the actual one */
  constructor(scheduled: boolean) {
    if (scheduled) {
      this.service = new Histogram()
      this.sendLag = new Histogram()
    }
  }

  open(window: Window): void {
    this.window = window
    this.sliceNs = sliceNsOf(window.endNs - window.warmNs)
    this.sliceEndNs = window.warmNs + this.sliceNs
    this.peakEndNs = window.warmNs + this.peakEveryNs
  }

  get endNs(): number {
    return this.window.endNs
  }

  /** Whether a message belongs to the measured part follows from its intended time alone. */
  measures(intendedNs: number): boolean {
    return intendedNs >= this.window.warmNs && intendedNs < this.window.endNs
  }

  /** Every message that came in, measured or not. @param apart its latency is in a histogram of its own */
  received(nowNs: number, intendedNs: number, apart = false): void {
    if (nowNs < this.window.warmNs || nowNs >= this.window.endNs) return
    this.receivedInside++
    if (apart) {
      this.receivedApart++
      return
    }
    if (intendedNs < this.window.warmNs) this.carriedOver++
  }

  delivered(nowNs: number, intendedNs: number, lagNs: number): void {
    const responseNs = nowNs - intendedNs
    const serviceNs = responseNs - lagNs
    if (serviceNs < 0) {
      this.negative++
      return
    }
    // The one look at the time that both need: a peak's interval ends with its slice, or before.
    if (nowNs >= this.peakEndNs) this.turn(nowNs)
    if (responseNs > this.peakNs) this.peakNs = responseNs
    this.slice.record(responseNs)
    this.service?.record(serviceNs)
  }

  /** The same for one whose latency is in a histogram of its own. */
  deliveredApart(histogram: Histogram, nowNs: number, intendedNs: number): void {
    if (nowNs < intendedNs) this.negative++
    else histogram.record(nowNs - intendedNs)
  }

  /** The same for a replay: its time has nothing to do with the latency. */
  replayed(nowNs: number, intendedNs: number): void {
    if (nowNs < this.window.endNs) this.receivedAgain++
    this.histogram('replayed').record(nowNs - intendedNs)
  }

  sent(lagNs: number): void {
    this.sendLag?.record(lagNs)
  }

  /** A histogram beside the latency, by name. */
  histogram(name: string): Histogram {
    const found = this.histograms.get(name) ?? new Histogram()
    this.histograms.set(name, found)
    return found
  }

  /** What there is while the window is open. Takes some ten microseconds, whatever came in. */
  soFar(): { inside: number; response: Sketch } {
    while (this.sketched < this.slices.length) this.sketcher.add((this.slices[this.sketched++] as Slice).response)
    return { inside: this.receivedInside, response: this.sketcher.with(this.slice) }
  }

  finish(): Recording {
    this.closePeak()
    this.closeSlice()
    const histograms = [...this.histograms].map(([name, histogram]) => [name, histogram.sparse()] as const)
    return {
      histograms: Object.fromEntries(histograms),
      service: this.service?.sparse() ?? null,
      sendLag: this.sendLag?.sparse() ?? null,
      slices: this.slices,
      peaks: {
        everyNs: this.peakEveryNs,
        indexes: Uint32Array.from(this.peakIndexes),
        largestNs: Float64Array.from(this.peaksNs),
      },
      receivedInside: this.receivedInside,
      receivedApart: this.receivedApart,
      receivedAgain: this.receivedAgain,
      carriedOver: this.carriedOver,
      negative: this.negative,
    }
  }

  private get peakEveryNs(): number {
    return this.sliceNs / PEAKS_PER_SLICE
  }

  private turn(nowNs: number): void {
    this.closePeak()
    this.peakIndex = Math.floor((nowNs - this.window.warmNs) / this.peakEveryNs)
    this.peakEndNs = this.window.warmNs + (this.peakIndex + 1) * this.peakEveryNs
    if (nowNs >= this.sliceEndNs) this.turnSlice(nowNs)
  }

  private closePeak(): void {
    if (this.peakNs < 0) return
    this.peakIndexes.push(this.peakIndex)
    this.peaksNs.push(this.peakNs)
    this.peakNs = -1
  }

  private turnSlice(nowNs: number): void {
    this.closeSlice()
    const index = Math.floor((nowNs - this.window.warmNs) / this.sliceNs)
    this.sliceAtNs = index * this.sliceNs
    this.sliceEndNs = this.window.warmNs + this.sliceAtNs + this.sliceNs
  }

  private closeSlice(): void {
    if (this.slice.count === 0) return
    this.slices.push({ atNs: this.sliceAtNs, response: this.slice.sparse() })
    this.slice.clear()
  }
}
