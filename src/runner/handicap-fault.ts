import type { Handicap, Injected } from '../handicap.ts'
import { HEADER_BYTES, type MessageReader, messageReader, minimumPayloadBytes } from '../message.ts'
import type { Host } from '../workload.ts'

/** What a message says of itself that its fate depends on. */
export interface Stamp {
  readonly source: number
  readonly sequence: number
  /** Of the window, and no request or answer of the workload's own: the ledger counts what becomes of it. */
  readonly counts: boolean
}

/** Held back so long at the most, when nothing follows that could overtake it. */
const PATIENCE_NS = 1e9
/** Begins a message that is a JSON object; no header begins so. */
const BRACE = 0x7b
/** The header's kind of what workloads measure. */
const DATA = 0

/** Whom a fault befalls: by the trial's seed and the message's own numbers, whatever the order in which messages come. */
export class Lottery {
  private readonly text = messageReader({ sizeBytes: HEADER_BYTES, kind: 'text' })
  private readonly json = messageReader({ sizeBytes: minimumPayloadBytes('json'), kind: 'json' })
  private readonly host: Pick<Host, 'measures' | 'after' | 'settings'>
  private readonly handicap: Handicap
  private readonly seed: number
  readonly injected: { -readonly [Name in keyof Injected]: number } = { lost: 0, duplicated: 0, reordered: 0 }

  constructor(host: Pick<Host, 'measures' | 'after' | 'settings'>, handicap: Handicap, seed: number) {
    this.host = host
    this.handicap = handicap
    this.seed = seed
  }

  /** @returns undefined for what is no message of a source, or where nothing befalls any */
  stampOf(bytes: Uint8Array): Stamp | undefined {
    const { lose, duplicate, reorder } = this.handicap
    if (lose === undefined && duplicate === undefined && reorder === undefined) return undefined
    const reader: MessageReader = bytes[0] === BRACE ? this.json : this.text
    // Only the head is looked at: the rest is of another size than the reader's.
    if (reader.read(bytes) === 'unreadable') return undefined
    const { kind, source, sequence, intendedNs } = reader.header
    return { source, sequence, counts: kind === DATA && this.host.measures(intendedNs) }
  }

  /** @param lane tells apart the channels that get the same message */
  draw({ source, sequence, counts }: Stamp, lane: number): 'pass' | 'lose' | 'duplicate' | 'reorder' {
    if (!counts) return 'pass'
    const { lose = 0, duplicate = 0, reorder = 0 } = this.handicap
    const drawn = uniform([this.seed, lane, source, sequence])
    if (drawn < lose) return 'lose'
    if (drawn < lose + duplicate) return 'duplicate'
    return drawn < lose + duplicate + reorder ? 'reorder' : 'pass'
  }

  /** Calls `release` when nothing has overtaken a message in time. @returns what takes that back */
  patience(release: () => void): () => void {
    return this.host.after(Math.min(PATIENCE_NS, this.host.settings.timeoutNs / 2), release)
  }
}

/** In [0, 1), equal on every platform: the mixing steps of MurmurHash3. */
function uniform(numbers: readonly number[]): number {
  let mixed = 0x9e3779b9
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    mixed ^= mixed >>> 16
  }
  return (mixed >>> 0) / 2 ** 32
}

interface Aside<T> {
  readonly item: T
  readonly source: number
  readonly forget: () => void
}

/** One channel's messages on a way on which some are lost, doubled or overtaken. */
export class FaultyWay<T> {
  private readonly lottery: Lottery
  private readonly lane: number
  private readonly keep: (item: T) => T
  private readonly pass: (item: T) => void
  private aside: Aside<T> | undefined

  /** @param keep makes an item last beyond the call */
  constructor(lottery: Lottery, lane: number, keep: (item: T) => T, pass: (item: T) => void) {
    this.lottery = lottery
    this.lane = lane
    this.keep = keep
    this.pass = pass
  }

  put(item: T, stamp: Stamp | undefined): void {
    const { injected } = this.lottery
    const fate = stamp ? this.lottery.draw(stamp, this.lane) : 'pass'
    if (fate === 'lose') {
      injected.lost++
      return
    }
    if (stamp && fate === 'reorder' && !this.aside) {
      const forget = this.lottery.patience(() => this.flush())
      this.aside = { item: this.keep(item), source: stamp.source, forget }
      return
    }
    this.pass(item)
    if (fate === 'duplicate') {
      injected.duplicated++
      this.pass(item)
    }
    if (!this.aside || this.aside.source !== stamp?.source) return
    injected.reordered++
    this.flush()
  }

  /** Nothing will overtake what was set aside. */
  flush(): void {
    const { aside } = this
    this.aside = undefined
    aside?.forget()
    if (aside) this.pass(aside.item)
  }

  /** The channel is gone. */
  drop(): void {
    this.aside?.forget()
    this.aside = undefined
  }
}
