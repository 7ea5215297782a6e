import type { Got, Sent } from '../workload.ts'

/** The joined account of one trial: scheduled = sent + skipped + errors; expected = delivered + lost + timedOut + inFlightAtEnd + unaccounted. */
export interface Ledger {
  readonly scheduled: number
  readonly sent: number
  readonly skipped: number
  readonly errors: Readonly<Record<string, number>>
  readonly expected: number
  readonly delivered: number
  readonly lost: number
  readonly timedOut: number
  readonly inFlightAtEnd: number
  readonly unaccounted: number
  readonly duplicate: number
  readonly outOfOrder: number
  readonly corrupt: number
  readonly replayed: number
  readonly late: number
}

type Pair = readonly [from: number, to: number]

/** How many numbers of [from, to) the sorted, disjoint ranges hold. */
function within(ranges: readonly Pair[], from: number, to: number): number {
  let count = 0
  for (const [start, end] of ranges) count += Math.max(0, Math.min(end, to) - Math.max(start, from))
  return count
}

/** How many numbers below `to` and from `from` on are in both lists. */
function withinBoth(one: readonly Pair[], other: readonly Pair[], from: number, to: number): number {
  let count = 0
  for (const [start, end] of one) count += within(other, Math.max(start, from), Math.min(end, to))
  return count
}

/** What became of the messages [from, to) that one subscriber was owed by one source. */
function settleOne(got: Got, from: number, to: number) {
  const reached = Math.max(from, Math.min(got.next, to))
  const timedOut = within(got.timedOut, from, to)
  const gap = within(got.missing, from, reached) - withinBoth(got.missing, got.timedOut, from, reached)
  const tail = to - reached - within(got.timedOut, reached, to)
  // What is still outstanding on an open channel may be under way; but damaged messages that could not say
  // which they were have come already, so as many of the outstanding ones will not.
  const arrivedBroken = got.open ? Math.min(tail, got.unreadable) : tail
  return {
    expected: to - from,
    timedOut,
    lost: gap + arrivedBroken,
    inFlightAtEnd: tail - arrivedBroken,
    delivered: to - from - timedOut - gap - tail,
  }
}

/**
 * Joins what was sent with what was got, over all processes of a trial.
 * @param gone messages that processes which died had reported as sent; their accounts died with them
 */
export function joinLedger(sents: readonly Sent[], gots: readonly Got[], gone = 0): Ledger {
  const bySource = new Map(sents.map((sent) => [sent.source, sent]))
  const total = { scheduled: gone, sent: gone, skipped: 0, expected: gone, delivered: 0, lost: 0, timedOut: 0 }
  const more = { inFlightAtEnd: 0, unaccounted: gone, duplicate: 0, outOfOrder: 0, corrupt: 0, replayed: 0, late: 0 }
  const errors: Record<string, number> = {}
  const heard = new Set<number>()
  for (const sent of sents) {
    total.scheduled += sent.scheduled
    total.sent += sent.sent
    total.skipped += sent.skipped
    for (const [cause, count] of Object.entries(sent.errors)) errors[cause] = (errors[cause] ?? 0) + count
  }
  for (const got of gots) {
    more.duplicate += got.duplicate
    more.outOfOrder += got.outOfOrder
    more.corrupt += got.corrupt
    more.late += got.late
    const sent = bySource.get(got.source)
    if (!sent) continue
    heard.add(got.source)
    const from = Math.max(sent.from, got.owedFrom)
    const one = settleOne(got, from, Math.max(from, sent.to))
    total.expected += one.expected
    total.delivered += one.delivered
    total.lost += one.lost
    total.timedOut += one.timedOut
    more.inFlightAtEnd += one.inFlightAtEnd
  }
  // Nobody keeps the delivery side of these sources any more.
  for (const sent of sents) {
    if (heard.has(sent.source)) continue
    total.expected += sent.sent
    more.unaccounted += sent.sent
  }
  return { ...total, errors, ...more }
}
