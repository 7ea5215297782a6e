import type { Pair } from '../workload.ts'

/** What a side knows of a connection. `dead`: it cut a peer that missed its heartbeats. */
export type State = 'open' | 'dead' | 'closed'

/** What one side says of its connections, by their numbers. */
export type Census = {
  readonly [Of in State]: readonly Pair[]
} & {
  /** Closed so shortly before the census that the other side may not know yet. */
  readonly changing: readonly Pair[]
}

/** One connection as a side sees it. */
export interface Counted {
  readonly id: number
  readonly state: State
  /** When it was closed. */
  readonly closedNs: number
}

/** So shortly before the census. */
const CHANGING_NS = 1e9

/** @param counted by rising number */
export function censusOf(counted: readonly Counted[], nowNs: number): Census {
  const those = (fits: (one: Counted) => boolean) => rangesOf(counted.filter(fits).map(({ id }) => id))
  return {
    open: those(({ state }) => state === 'open'),
    dead: those(({ state }) => state === 'dead'),
    closed: those(({ state }) => state === 'closed'),
    changing: those(({ state, closedNs }) => state !== 'open' && nowNs - closedNs < CHANGING_NS),
  }
}

/** @param numbers rising, each once */
export function rangesOf(numbers: readonly number[]): Pair[] {
  const ranges: Array<[from: number, to: number]> = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last?.[1] === number) last[1]++
    else ranges.push([number, number + 1])
  }
  return ranges
}

export function numbersOf(ranges: readonly Pair[]): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index))
}

/** How many numbers the ranges hold. */
export function sizeOf(ranges: readonly Pair[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0)
}

/** One census of all processes of a side; their numbers are different ones. */
export function joined(all: readonly Census[]): Census {
  const each = (of: keyof Census) =>
    rangesOf(all.flatMap((one) => numbersOf(one[of])).sort((number, other) => number - other))
  return { open: each('open'), dead: each('dead'), closed: each('closed'), changing: each('changing') }
}

/** Where the two sides do not say the same. */
export interface Difference {
  /** Open for the one side alone. */
  readonly server: readonly Pair[]
  readonly client: readonly Pair[]
  /** Of all differences, those that are no contradiction: found dead by one side, or closed a moment ago. */
  readonly explained: number
}

export function compare(server: Census, client: Census): Difference {
  const explained = new Set([server, client].flatMap((one) => [...numbersOf(one.dead), ...numbersOf(one.changing)]))
  const openAlone = (one: Census, other: Census) => {
    const there = new Set(numbersOf(other.open))
    return numbersOf(one.open).filter((number) => !there.has(number))
  }
  const onServer = openAlone(server, client)
  const onClient = openAlone(client, server)
  const unexplained = (numbers: readonly number[]) => rangesOf(numbers.filter((number) => !explained.has(number)))
  const of = { server: unexplained(onServer), client: unexplained(onClient) }
  return { ...of, explained: onServer.length + onClient.length - sizeOf(of.server) - sizeOf(of.client) }
}
