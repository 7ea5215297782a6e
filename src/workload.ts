/**
 * The workload contract: the shape of the traffic. Both halves, server and client, have one shape, whoever paces.
 * A workload sees channels, message headers and the engine its host lends it; never sockets, files or processes.
 */
import type { Composer, Header, MessageReader } from './message.ts'
import type { Closed, Dialer, Listener, Options, Receiver, ServerChannel, Traits } from './transport.ts'

/** The measured part of a trial, on the run's clock. A message belongs to it by its intended time alone. */
export interface Window {
  readonly startNs: number
  /** End of the warm-up: the window is [warmNs, endNs). */
  readonly warmNs: number
  readonly endNs: number
}

/** The send side of the ledger for one source: scheduled = sent + skipped + the sum of errors. */
export interface Sent {
  readonly source: number
  /** Sequence numbers sent inside the window: [from, to). */
  readonly from: number
  readonly to: number
  readonly scheduled: number
  readonly sent: number
  /** Due inside the window, but never sent: the channel had no room until the end. */
  readonly skipped: number
  /** By cause, e.g. `channel-closed`. */
  readonly errors: Readonly<Record<string, number>>
}

/** What a receiver is told it should have got from a source, once the sender knows. */
export interface Owed {
  readonly source: number
  readonly from: number
  readonly to: number
}

/** The delivery side of the ledger for one subscriber and source. Sequence ranges are half-open pairs. */
export interface Got {
  readonly subscriber: number
  readonly source: number
  /** First sequence the subscriber is owed; 0 for one that was there from the start. */
  readonly owedFrom: number
  /** One above the highest sequence received. */
  readonly next: number
  /** Ranges below `next` that were not delivered. */
  readonly missing: ReadonlyArray<readonly [from: number, to: number]>
  /** Ranges given up after the timeout, whether below `next` or above it. */
  readonly timedOut: ReadonlyArray<readonly [from: number, to: number]>
  /** The channel was open when the ledger was closed. */
  readonly open: boolean
  /** What closed it, where somebody said so. */
  readonly closedBecause?: string
  readonly duplicate: number
  readonly outOfOrder: number
  /** Damaged messages; they stay missing, too. */
  readonly corrupt: number
  /** Of those, how many were too damaged to say which message they were. */
  readonly unreadable: number
  /** Came after their timeout. */
  readonly late: number
}

/** What one half found out; latencies travel apart, in the host's recorder. */
export interface Part {
  readonly got: readonly Got[]
  /** What only this workload reports. */
  readonly workload?: Readonly<Record<string, unknown>>
}

/** One stream of paced messages: the engine says when, the workload says what. */
export interface Source {
  readonly number: number
  readonly open: boolean
  readonly full: boolean
  /** @returns payload bytes sent */
  emit(sequence: number, intendedNs: number, lagNs: number): number
  /** Closed loop: no answer came within the timeout; what is outstanding below `to` is given up. */
  abandon(to: number): void
}

/** Drives sources through a window. `index` counts within the sources it was made for. */
export interface Pace {
  run(window: Window): Promise<Sent[]>
  /** A message of the source was answered (closed loop: room for the next one). */
  answered(index: number): void
  /** The source's channel has room again. */
  drained(index: number): void
}

/** Keeps the account of one subscriber and source. */
export interface Inlet {
  /**
   * Accounts for one good message of `bytes` and records its latency.
   * @returns whether it was expected still: false for a duplicate and for one that had been given up
   */
  take(header: Header, bytes: number): boolean
  /** Accounts for one damaged message; `header` when its head could still be read. */
  damaged(bytes: number, header?: Header): void
  /** What is outstanding below `to`, behind the last message that came, is not waited for any longer: it is timed out. */
  giveUp(to: number): void
  closed(why: Closed): void
}

/** Takes messages in for all subscribers of this process. */
export interface Inbox {
  inlet(subscriber: number, source: number): Inlet
  /** Resolves when everything owed is accounted for, or at the deadline. */
  settle(owed: readonly Owed[], deadlineNs: number): Promise<void>
  got(): Got[]
}

/** What a half is lent by the process that hosts it. */
export interface Host {
  /** Numbers of the channels this process opens; unique over all client processes. Empty on the server. */
  readonly channels: readonly number[]
  readonly inbox: Inbox
  /** Stamps messages in place; one buffer a process. */
  composer(): Composer
  reader(): MessageReader
  /** A pace for the scenario's load over this process's sources, `total` of which there are in all processes. */
  pace(sources: readonly Source[], total: number): Pace
  /** Channels that all client processes open together. */
  readonly connections: number
  /** Runs `open` for each channel, a bounded number at a time. */
  connect(open: (channel: number, index: number) => Promise<void>): Promise<void>
}

/** One side of a workload, in the order its host calls it. */
export interface Half {
  prepare(): Promise<void>
  start(window: Window): Promise<Sent[]>
  settle(owed: readonly Owed[], deadlineNs: number): Promise<void>
  finish(): Part
}

export interface Workload {
  readonly name: string
  /** One line for `rtbench list`. */
  readonly summary: string
  /** From where to where one latency runs. */
  readonly latency: string
  readonly needs: Partial<Pick<Traits, 'push' | 'ordered' | 'halfClose' | 'seesPeerClose' | 'answers'>>
  readonly answers: Options['answers']
  serve<F>(host: Host, listener: () => Listener<F>): Half & { accept(channel: ServerChannel<F>): Receiver }
  drive(host: Host, dialer: Dialer): Half
}
