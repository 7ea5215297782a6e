import type { Got, Pair, Sent } from '../workload.ts'

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

/** The part of a ledger that belongs to receivers whose latencies are in a histogram of their own. */
export interface Apart {
  readonly expected: number
  readonly delivered: number
}

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

/** What is in both lists of sorted, disjoint ranges. */
function both(one: readonly Pair[], other: readonly Pair[]): Pair[] {
  return one.flatMap(([from, to]) =>
    other
      .map(([start, end]) => [Math.max(from, start), Math.min(to, end)] as const)
      .filter(([start, end]) => start < end),
  )
}

/** The messages of the window. */
function measuredOf({ from, to, ranges }: Sent): readonly Pair[] {
  return ranges ?? (from < to ? [[from, to]] : [])
}

/** What became of the messages of the window that one subscriber was owed by one source. */
function settleOne(got: Got, measured: readonly Pair[]) {
  const { next, missing, timedOut, state, ordered, unreadable } = got
  const of = { expected: 0, delivered: 0, lost: 0, timedOut: 0, inFlightAtEnd: 0 }
  let broken = unreadable
  for (const [from, to] of both(measured, got.owed)) {
    const reached = Math.max(from, Math.min(next, to))
    const late = within(timedOut, from, to)
    const gap = within(missing, from, reached) - withinBoth(missing, timedOut, from, reached)
    const tail = to - reached - within(timedOut, reached, to)
    // What is still outstanding on an open channel may be under way, behind the last message that came; where messages
    // may overtake each other, before it, too. But damaged messages that could not say which they were have come
    // already, so as many of the outstanding ones will not.
    const outstanding = state === 'open' ? tail + (ordered ? 0 : gap) : 0
    const arrivedBroken = Math.min(outstanding, broken)
    broken -= arrivedBroken
    of.expected += to - from
    of.timedOut += late
    of.delivered += to - from - late - gap - tail
    of.inFlightAtEnd += outstanding - arrivedBroken
    of.lost += gap + tail - outstanding + arrivedBroken
  }
  if (!got.relay) return of
  // Its deliveries are counted where it passes them on; here only what never reached it.
  return { ...of, expected: of.expected - of.delivered, delivered: 0 }
}

/**
 * Joins what was sent with what was got, over all processes of a trial.
 * @param gone messages that processes which died had reported as sent; their accounts died with them
 */
export function joinLedger(sents: readonly Sent[], gots: readonly Got[], gone = 0): Ledger & { readonly apart: Apart } {
  const total = { scheduled: gone, sent: gone, skipped: 0, expected: gone, delivered: 0, lost: 0, timedOut: 0 }
  const more = { inFlightAtEnd: 0, unaccounted: gone, duplicate: 0, outOfOrder: 0, corrupt: 0, replayed: 0, late: 0 }
  const errors: Record<string, number> = {}
  const apart = { expected: 0, delivered: 0 }
  for (const sent of sents) {
    if (sent.relay) continue
    total.scheduled += sent.scheduled
    total.sent += sent.sent
    total.skipped += sent.skipped
    for (const [cause, count] of Object.entries(sent.errors)) errors[cause] = (errors[cause] ?? 0) + count
  }
  const measured = new Map<number, { ranges: Pair[]; audience: number; heard: number }>()
  for (const sent of sents) {
    // A source that changed its process has sent in several parts.
    const known = measured.get(sent.source)
    const ranges = [...(known?.ranges ?? []), ...measuredOf(sent)].sort(([one], [other]) => one - other)
    measured.set(sent.source, { ranges, audience: sent.audience ?? 1, heard: 0 })
  }
  for (const got of gots) {
    more.duplicate += got.duplicate
    more.outOfOrder += got.outOfOrder
    more.corrupt += got.corrupt
    more.late += got.late
    more.replayed += got.replayed
    const sent = measured.get(got.source)
    if (!sent) continue
    sent.heard++
    const one = settleOne(got, sent.ranges)
    total.expected += one.expected
    total.delivered += one.delivered
    total.lost += one.lost
    total.timedOut += one.timedOut
    more.inFlightAtEnd += one.inFlightAtEnd
    if (!got.apart) continue
    apart.expected += one.expected
    apart.delivered += one.delivered
  }
  // Nobody keeps the delivery side of these any more.
  for (const { ranges, audience, heard } of measured.values()) {
    const count = ranges.reduce((sum, [from, to]) => sum + to - from, 0) * Math.max(0, audience - heard)
    total.expected += count
    more.unaccounted += count
  }
  return { ...total, errors, ...more, apart }
}
