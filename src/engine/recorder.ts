import type { Recording, Slice } from '../recording.ts'
import type { Window } from '../workload.ts'
import { Histogram } from './histogram.ts'

/** Slices are a second, or longer where a trial would have more than this many. */
const MOST_SLICES = 300

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
  private receivedInside = 0
  private receivedApart = 0
  private receivedAgain = 0
  private carriedOver = 0
  private negative = 0

  /** @param scheduled whether messages have an intended time that differs from the actual one */
  constructor(scheduled: boolean) {
    if (scheduled) {
      this.service = new Histogram()
      this.sendLag = new Histogram()
    }
  }

  open(window: Window): void {
    this.window = window
    this.sliceNs = Math.ceil((window.endNs - window.warmNs) / 1e9 / MOST_SLICES) * 1e9
    this.sliceEndNs = window.warmNs + this.sliceNs
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
    if (nowNs >= this.sliceEndNs) this.turn(nowNs)
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

  finish(): Recording {
    this.closeSlice()
    const histograms = [...this.histograms].map(([name, histogram]) => [name, histogram.sparse()] as const)
    return {
      histograms: Object.fromEntries(histograms),
      service: this.service?.sparse() ?? null,
      sendLag: this.sendLag?.sparse() ?? null,
      slices: this.slices,
      receivedInside: this.receivedInside,
      receivedApart: this.receivedApart,
      receivedAgain: this.receivedAgain,
      carriedOver: this.carriedOver,
      negative: this.negative,
    }
  }

  private turn(nowNs: number): void {
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
