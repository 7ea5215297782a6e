/** Messages of one process that are followed at the most; then every second one, every fourth, … of them. */
const MOST = 16_384

/** When messages reached the first and the last subscriber, as it travels. */
export interface SpreadFound {
  /** Every message whose position is a multiple of it. */
  readonly stride: number
  /** Room, position, first and last time of receipt in ns, and receipts: five numbers a message. */
  readonly rows: Float64Array
}

interface Seen {
  readonly room: number
  readonly position: number
  firstNs: number
  lastNs: number
  count: number
}

/**
 * Follows how a message spreads over the subscribers of this process, in bounded memory: which messages are followed depends
 * on their positions alone, so that all processes follow the same ones.
 */
export class SpreadLog {
  private stride = 1
  private readonly most: number
  private readonly rooms = new Map<number, Map<number, Seen>>()
  private size = 0
  /** What subscribers get in a row is usually the same message. */
  private last: Seen | undefined

  constructor(most = MOST) {
    this.most = most
  }

  received(room: number, position: number, nowNs: number): void {
    if (position % this.stride !== 0) return
    const { last } = this
    const seen = last?.position === position && last.room === room ? last : this.find(room, position, nowNs)
    if (nowNs < seen.firstNs) seen.firstNs = nowNs
    if (nowNs > seen.lastNs) seen.lastNs = nowNs
    seen.count++
    this.last = seen
    if (this.size > this.most) this.thin()
  }

  found(): SpreadFound {
    const rows = [...this.rooms.values()].flatMap((seen) =>
      [...seen.values()].flatMap(({ room, position, firstNs, lastNs, count }) => [
        room,
        position,
        firstNs,
        lastNs,
        count,
      ]),
    )
    return { stride: this.stride, rows: Float64Array.from(rows) }
  }

  private find(room: number, position: number, nowNs: number): Seen {
    const byPosition = this.rooms.get(room) ?? new Map<number, Seen>()
    this.rooms.set(room, byPosition)
    const known = byPosition.get(position)
    if (known) return known
    const seen: Seen = { room, position, firstNs: nowNs, lastNs: nowNs, count: 0 }
    byPosition.set(position, seen)
    this.size++
    return seen
  }

  private thin(): void {
    this.stride *= 2
    this.last = undefined
    this.size = 0
    for (const byPosition of this.rooms.values()) {
      for (const position of byPosition.keys()) if (position % this.stride !== 0) byPosition.delete(position)
      this.size += byPosition.size
    }
  }
}

export interface Spreads {
  /** From the first to the last subscriber of each message that all of its subscribers got: ns, ascending. */
  readonly spreads: readonly number[]
  /** Messages that should have one. With one subscriber missing, it is not known when it would have been the last. */
  readonly due: number
}

/**
 * @param audiences subscribers of each room
 * @param published messages of each room; their positions follow each other, or nearly so
 */
export function joinSpreads(
  parts: readonly SpreadFound[],
  audiences: readonly number[],
  published: readonly number[],
): Spreads {
  const stride = Math.max(1, ...parts.map((part) => part.stride))
  const joined = new Map<number, Map<number, Seen>>()
  for (const { rows } of parts) {
    for (let at = 0; at < rows.length; at += 5) {
      const [room = 0, position = 0, firstNs = 0, lastNs = 0, count = 0] = rows.subarray(at, at + 5)
      if (position % stride !== 0) continue
      const byPosition = joined.get(room) ?? new Map<number, Seen>()
      joined.set(room, byPosition)
      const seen = byPosition.get(position)
      if (!seen) {
        byPosition.set(position, { room, position, firstNs, lastNs, count })
        continue
      }
      seen.firstNs = Math.min(seen.firstNs, firstNs)
      seen.lastNs = Math.max(seen.lastNs, lastNs)
      seen.count += count
    }
  }
  const followed = [...joined.values()].flatMap((seen) => [...seen.values()])
  const spreads = followed
    .filter(({ room, count }) => count === audiences[room])
    .map(({ firstNs, lastNs }) => lastNs - firstNs)
    .sort((one, other) => one - other)
  // Some may have reached nobody.
  const least = published.reduce((sum, count, room) => sum + (audiences[room] ? Math.floor(count / stride) : 0), 0)
  return { spreads, due: Math.max(followed.length, least) }
}

/**
 * The value that `quantile` of the `due` ones do not exceed, where those that are missing are above all others.
 * @returns null where it is one of these, and with fewer than `needed` due
 */
export function percentileOf(
  ascending: readonly number[],
  quantile: number,
  due: number,
  needed: number,
): number | null {
  if (due < needed) return null
  return ascending[Math.max(0, Math.ceil(quantile * due - 1e-6) - 1)] ?? null
}
