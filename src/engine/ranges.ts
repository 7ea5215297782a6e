/** A set of sequence numbers as sorted, disjoint, half-open ranges; small as long as what it holds is contiguous. */
export class Ranges {
  private readonly pairs: Array<[from: number, to: number]> = []

  get empty(): boolean {
    return this.pairs.length === 0
  }

  has(value: number): boolean {
    const pair = this.pairs[this.firstEndingAfter(value)]
    return pair !== undefined && pair[0] <= value
  }

  /** Whether all of [from, to) is in it. */
  covers(from: number, to: number): boolean {
    if (from >= to) return true
    const pair = this.pairs[this.firstEndingAfter(from)]
    return pair !== undefined && pair[0] <= from && to <= pair[1]
  }

  /** Adds [from, to). Appending at the end, the usual case, is cheap. */
  add(from: number, to: number): void {
    if (from >= to) return
    let first = this.firstEndingAfter(from)
    const before = this.pairs[first - 1]
    if (before && before[1] === from) first--
    let last = first
    let lowest = from
    let highest = to
    for (let pair = this.pairs[last]; pair && pair[0] <= to; pair = this.pairs[++last]) {
      lowest = Math.min(lowest, pair[0])
      highest = Math.max(highest, pair[1])
    }
    this.pairs.splice(first, last - first, [lowest, highest])
  }

  /** @returns whether it was there */
  remove(value: number): boolean {
    const index = this.firstEndingAfter(value)
    const pair = this.pairs[index]
    if (!pair || pair[0] > value) return false
    const [from, to] = pair
    const rest: Array<[number, number]> = []
    if (from < value) rest.push([from, value])
    if (value + 1 < to) rest.push([value + 1, to])
    this.pairs.splice(index, 1, ...rest)
    return true
  }

  list(): ReadonlyArray<readonly [number, number]> {
    return this.pairs.map(([from, to]) => [from, to] as const)
  }

  private firstEndingAfter(value: number): number {
    let low = 0
    let high = this.pairs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const pair = this.pairs[middle]
      if (pair && pair[1] > value) high = middle
      else low = middle + 1
    }
    return low
  }
}
