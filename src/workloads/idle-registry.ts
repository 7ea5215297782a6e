import type { Closed, Receiver, ServerChannel } from '../transport.ts'
import type { Pair } from '../workload.ts'
import { type Census, type Counted, censusOf, rangesOf, type State } from './idle-census.ts'

/** Entries that the record shows in full. */
const SHOWN = 3

/** One connection in the server's registry. */
export class Entry implements Receiver, Counted {
  readonly id: number
  /** Of the client, `host:port`. */
  readonly address: string
  readonly channel: ServerChannel<unknown>
  state: State = 'open'
  /** The last sign of life, its connecting among them. */
  heardNs: number
  closedNs = 0
  private readonly nowNs: () => number

  constructor(id: number, channel: ServerChannel<unknown>, nowNs: () => number) {
    this.id = id
    this.address = channel.peer
    this.channel = channel
    this.nowNs = nowNs
    this.heardNs = nowNs()
  }

  message(): void {
    this.heardNs = this.nowNs()
  }

  heard(): void {
    this.heardNs = this.nowNs()
  }

  end(): void {
    this.channel.close()
  }

  closed({ by }: Closed): void {
    this.state = by === 'heartbeat' ? 'dead' : 'closed'
    this.closedNs = this.nowNs()
  }
}

/** What the server found, as it travels to the conclusion. */
export type Registered = {
  readonly census: Census
  /** Numbers that more than one connection claimed, and how many connections said none that is known. */
  readonly twice: readonly Pair[]
  readonly strangers: number
  /** Of those that are open: how many each host has, and how long ago the most silent of them was heard. */
  readonly hosts: Readonly<Record<string, number>>
  readonly longestSilenceNs: number
  readonly shown: ReadonlyArray<{
    readonly id: number
    readonly address: string
    readonly heardNs: number
    readonly state: State
  }>
}

/** The server's registry of its connections: number, address, last heartbeat, state. */
export class Registry {
  private readonly entries: Array<Entry | undefined>
  private readonly twice = new Set<number>()
  private strangers = 0
  private readonly nowNs: () => number

  constructor(connections: number, nowNs: () => number) {
    this.entries = new Array<Entry | undefined>(connections)
    this.nowNs = nowNs
  }

  enter(channel: ServerChannel<unknown>): Entry {
    const id = /^\d{1,9}$/.test(channel.hello.id ?? '') ? Number(channel.hello.id) : -1
    const entry = new Entry(id, channel, this.nowNs)
    if (id < 0 || id >= this.entries.length) this.strangers++
    else {
      if (this.entries[id]) this.twice.add(id)
      this.entries[id] = entry
    }
    return entry
  }

  at(id: number): Entry | undefined {
    return this.entries[id]
  }

  read(): Registered {
    const nowNs = this.nowNs()
    const entries = this.entries.filter((entry) => entry !== undefined)
    const hosts: Record<string, number> = {}
    let longestSilenceNs = 0
    for (const { state, address, heardNs } of entries) {
      if (state !== 'open') continue
      const host = address.replace(/:\d+$/, '')
      hosts[host] = (hosts[host] ?? 0) + 1
      longestSilenceNs = Math.max(longestSilenceNs, nowNs - heardNs)
    }
    return {
      census: censusOf(entries, nowNs),
      twice: rangesOf([...this.twice].sort((one, other) => one - other)),
      strangers: this.strangers,
      hosts,
      longestSilenceNs,
      shown: entries.slice(0, SHOWN).map(({ id, address, heardNs, state }) => ({ id, address, heardNs, state })),
    }
  }
}
