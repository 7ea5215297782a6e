/** What one process recorded, as it travels from a member to the controller. Parts of several processes add up. */
export interface Recording {
  /** Null where nothing was scheduled ahead: then service time is response time and there is no lag. */
  readonly service: SparseHistogram | null
  readonly sendLag: SparseHistogram | null
  readonly slices: readonly Slice[]
  readonly peaks: Peaks
  /** What the workload timed beside the latency, by name. */
  readonly histograms: Readonly<Record<string, SparseHistogram>>
  /** Messages received inside the window, whenever they were sent. */
  readonly receivedInside: number
  /** Of those, the ones by receivers whose latencies are in a histogram of their own. */
  readonly receivedApart: number
  /** Of all of them, the replays of measured messages that came in time. */
  readonly receivedAgain: number
  /** Of those that are not apart, how many were due before the window: a queue left by the warm-up. */
  readonly carriedOver: number
  /** Samples below zero: a broken clock. They are in no histogram. */
  readonly negative: number
}

/** Response times by time of receipt: the timeline, and added up the whole. */
export interface Slice {
  /** Start of the slice, from the start of the measured window. */
  readonly atNs: number
  readonly response: SparseHistogram
}

/** The largest response time of each short interval in which something was received: when it was slow, where slices are too coarse. */
export interface Peaks {
  /** Length of an interval; number n starts n times as long after the start of the measured window. */
  readonly everyNs: number
  /** Rising. */
  readonly indexes: Uint32Array
  readonly largestNs: Float64Array
}

/** The buckets of a histogram that are not empty, and the exact figures beside them. Values in ns. */
export interface SparseHistogram {
  readonly indexes: Uint32Array
  readonly counts: Float64Array
  readonly count: number
  readonly min: number
  readonly max: number
  readonly sum: number
}
