/** What an independent client found out, and how it goes to the parent: its own arithmetic, none of rtbench's. */
export interface Figures {
  readonly perSec: number
  readonly p50Ns: number
}

export interface Setup {
  readonly address: string
  readonly connections: number
  readonly payloadBytes: number
  readonly warmupMs: number
  readonly windowMs: number
}

/** Round trips, each with the time of its receipt, in milliseconds of `performance.now()`. */
export class Samples {
  readonly #sentAndReceived: number[] = []

  add(sentMs: number, receivedMs: number): void {
    this.#sentAndReceived.push(sentMs, receivedMs)
  }

  /** Of the round trips that ended between the two instants. */
  between(fromMs: number, toMs: number): Figures {
    const took: number[] = []
    for (let at = 0; at < this.#sentAndReceived.length; at += 2) {
      const sentMs = this.#sentAndReceived[at] ?? 0
      const receivedMs = this.#sentAndReceived[at + 1] ?? 0
      if (receivedMs >= fromMs && receivedMs < toMs) took.push(receivedMs - sentMs)
    }
    took.sort((one, other) => one - other)
    const middle = took[Math.floor(took.length / 2)] ?? Number.NaN
    return { perSec: (took.length / (toMs - fromMs)) * 1e3, p50Ns: middle * 1e6 }
  }
}
