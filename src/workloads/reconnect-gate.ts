/**
 * Lets a bounded number of connections be opened at the same time: thousands at once would keep one event loop from
 * everything else for seconds. Who waits for a turn is still away, and that time counts.
 */
export class Gate {
  private free: number
  private readonly waiting: Array<() => void> = []

  constructor(atOnce: number) {
    this.free = atOnce
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.free++
    }
  }
}
