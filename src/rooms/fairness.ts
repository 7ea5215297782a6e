/** What one subscriber got of the window's messages, as it travels. */
export interface Share {
  readonly subscriber: number
  readonly messages: number
  /** Their latencies added up, ns. */
  readonly sumNs: number
}

export interface Fairness {
  /**
   * Jain's index of the subscribers' mean latencies, (Σx)² / (n Σx²): 1 when all are the same, 1/n when one subscriber has all of it.
   * R. Jain et al., A Quantitative Measure of Fairness, DEC-TR-301, 1984.
   */
  readonly index: number
  /** Mean latency of the quickest, the median and the slowest subscriber, ns. */
  readonly fastestNs: number
  readonly medianNs: number
  readonly slowestNs: number
}

/** @returns null where a subscriber got nothing: it waits longest of all, and nobody knows how long */
export function fairnessOf(shares: readonly Share[]): Fairness | null {
  if (shares.some(({ messages }) => messages === 0)) return null
  const means = shares.map(({ sumNs, messages }) => sumNs / messages)
  means.sort((one, other) => one - other)
  const [fastest, median, slowest] = [means[0], means[means.length >> 1], means.at(-1)]
  if (fastest === undefined || median === undefined || slowest === undefined) return null
  const sum = means.reduce((total, mean) => total + mean, 0)
  const squares = means.reduce((total, mean) => total + mean * mean, 0)
  return {
    index: squares === 0 ? 1 : (sum * sum) / (means.length * squares),
    fastestNs: Math.round(fastest),
    medianNs: Math.round(median),
    slowestNs: Math.round(slowest),
  }
}
