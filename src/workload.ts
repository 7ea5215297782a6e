/**
 * The workload contract: the shape of the traffic. Both halves, server and client, have one shape, whoever paces.
 * A workload sees channels, message headers and the engine its host lends it; never sockets, files or processes.
 */
import type { Role, Usage } from './control.ts'
import type { Composer, Header, JsonShape, MessageReader } from './message.ts'
import type { Figure, QuantileName } from './metric.ts'
import type { Parameters, ParametersOf } from './parameter.ts'
import type { Load, Settings } from './scenario.ts'
import type { Closed, Dialer, Heartbeat, Listener, Receiver, ServerChannel, Traits } from './transport.ts'

/** The measured part of a trial, on the run's clock. A message belongs to it by its intended time alone. */
export interface Window {
  readonly startNs: number
  /** End of the warm-up: the window is [warmNs, endNs). */
  readonly warmNs: number
  readonly endNs: number
}

/** Sequence numbers [from, to). */
export type Pair = readonly [from: number, to: number]

/** The send side of the ledger for one source: scheduled = sent + skipped + the sum of errors. */
export interface Sent {
  readonly source: number
  /** Sequence numbers sent inside the window: [from, to). */
  readonly from: number
  readonly to: number
  /** Where not all of [from, to) is of the window: the ranges that are, sorted and disjoint. */
  readonly ranges?: readonly Pair[]
  /** Passed on for others, under numbers of its own: what was scheduled and sent counts at its origin. */
  readonly relay?: boolean
  /** Subscribers that keep an account of it; one, unless given. So what a lost process should have got is known. */
  readonly audience?: number
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
  /** What the subscriber is owed, sorted and disjoint; all of it, `[[0, Infinity]]`, for one that is there from start to end. */
  readonly owed: readonly Pair[]
  /** One above the highest sequence received. */
  readonly next: number
  /** Ranges below `next` that were not delivered. */
  readonly missing: readonly Pair[]
  /** Ranges given up after the timeout, whether below `next` or above it. */
  readonly timedOut: readonly Pair[]
  /** When the ledger was closed: `left` on purpose, `closed` by somebody else. */
  readonly state: 'open' | 'left' | 'closed'
  /** False: a gap on an open channel may still be under way. */
  readonly ordered: boolean
  /** Only passes on what it gets: of its account what failed counts, and deliveries are counted behind it. */
  readonly relay: boolean
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
  /** Messages of the window that came again from a history, after a reconnect; delivered, with a histogram of their own. */
  readonly replayed: number
  /** Its latencies are in a histogram of their own, and not in the trial's. */
  readonly apart?: boolean
}

/** What one half found out; latencies travel apart, in the host's recorder. */
export interface Part {
  readonly got: readonly Got[]
  /** What only this workload knows, for its `conclude`: plain data. */
  readonly found?: Readonly<Record<string, unknown>>
}

/** One stream of paced messages: the engine says when, the workload says what. */
export interface Source {
  readonly number: number
  readonly open: boolean
  /** Has to wait: for room on its channel, or for another source on the same one, whose turn it is. */
  readonly full: boolean
  /** Has nothing to say for now. Open loop: what is due on it is sent by the next source of its process that is there. */
  readonly away?: boolean
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
  /** The same for a message that came again from a history. */
  takeReplayed(header: Header, bytes: number): boolean
  /** Accounts for one damaged message; `header` when its head could still be read. */
  damaged(bytes: number, header?: Header): void
  /** What is outstanding below `to`, behind the last message that came, is not waited for any longer: it is timed out. */
  giveUp(to: number): void
  /** What is outstanding below `to`, behind the last message that came, will not come, says the sender: it is lost. */
  forgone(to: number): void
  /** The subscriber came: it is owed what follows from `sequence` on. Without a call it is owed everything. */
  joined(sequence: number): void
  /** The subscriber went on purpose: it is owed nothing from `sequence` on. */
  left(sequence: number): void
  /** The subscriber is gone and will not come back. */
  closed(why: Closed): void
}

export interface InletOptions {
  /** False: messages may overtake each other without that being a fault. */
  readonly ordered?: boolean
  /** Passes on what it gets, and records no latency. */
  readonly relay?: boolean
  /** Its latencies go into this histogram and not into the trial's latency: it is known to be another one's. */
  readonly histogram?: string
}

/** Takes messages in for all subscribers of this process. */
export interface Inbox {
  /** The same account for the same subscriber and source, however often it is asked for. */
  inlet(subscriber: number, source: number, options?: InletOptions): Inlet
  /** A message came that is in nobody's account: it is part of the traffic, and of nothing else. */
  beside(bytes: number): void
  /** Resolves, with nothing, when everything owed is accounted for, or at the deadline. */
  settle(owed: readonly Owed[], deadlineNs: number): Promise<readonly Sent[]>
  got(): Got[]
}

/** Durations of one kind, beside the latency: ns. Those of all processes are added up. */
export interface Histogram {
  record(ns: number): void
}

/** What a half is lent by the process that hosts it. */
export interface Host<P = unknown> {
  readonly settings: Settings
  /** The workload's own part of the scenario. */
  readonly parameters: P
  readonly traits: Traits
  /** Which of the workload's groups this client process belongs to. */
  readonly group: string
  /** Numbers of the channels this process opens; unique over all client processes, groups in their order. Empty on the server. */
  readonly channels: readonly number[]
  /** Channels that all client processes open together. */
  readonly connections: number
  readonly inbox: Inbox
  /** What a server that was retired handed over to this one, which takes its place. */
  readonly inherited: unknown
  /** What this process holds from now on is weighed until the trial has settled (`Usage.heldBeforeBytes`). Takes some ms. */
  weigh(): void
  nowNs(): number
  /** Calls `run` once after about so long. @returns what takes that back */
  after(ns: number, run: () => void): () => void
  /** Whether a message or an event belongs to the measured window. */
  measures(ns: number): boolean
  /** From 0 to 1, below 1; seeded. */
  random(): number
  /** Stamps messages in place; one buffer a process. With a shape they are JSON objects of it. */
  composer(shape?: JsonShape): Composer
  reader(shape?: JsonShape): MessageReader
  /** A pace for the scenario's load over this process's sources, `total` of which, numbered from 0, there are in all processes. */
  pace(sources: readonly Source[], total: number): Pace
  /** A pace of the workload's own choice, beside the scenario's load; what it sends is in no ledger but the one it returns. */
  paceOf(load: Load, sources: readonly Source[], total: number): Pace
  /**
   * Runs `open` for each channel, a bounded number at a time, and records how long each took (histogram `establish`).
   * @param ratePerSec openings a second of all processes together at the most
   */
  connect(open: (channel: number, index: number) => Promise<void>, ratePerSec?: number): Promise<void>
  /** By name; found in the record under `workload.histograms`. */
  histogram(name: string): Histogram
}

/** One side of a workload, in the order its host calls it. */
export interface Half {
  prepare(): Promise<void>
  start(window: Window): Promise<Sent[]>
  /**
   * Waits until what is owed has come, or the deadline. The server is asked first.
   * @returns what a server that passes messages on has sent under its own numbers, for the clients to settle; else nothing
   */
  settle(owed: readonly Owed[], deadlineNs: number): Promise<readonly Sent[]>
  finish(): Part
  /** The server is about to be replaced: `start` resolves now. @returns what its successor needs to go on: plain data */
  retire?(): unknown
}

/** Client processes with one task. */
export interface Cast {
  readonly group: string
  readonly channels: number
  /** How many of them are open at the same time at the most; all, unless given. */
  readonly atOnce?: number
  /** `one`: a process of its own, whatever `workers` says. */
  readonly processes: 'one' | 'workers'
  /** Sends messages up, so that a transport needs all of `socketsPerChannel` for it. */
  readonly sends: boolean
}

/** Something that befalls the processes of a trial while it measures. */
export type Incident =
  /** The server process is retired and another one takes its address. */
  | { readonly kind: 'restart-server'; readonly atNs: number; readonly downNs: number }
  /** A client process is stopped (SIGSTOP) and goes on afterwards. */
  | { readonly kind: 'freeze-client'; readonly atNs: number; readonly forNs: number; readonly index: number }

/** A point of one of the workload's histograms. */
type Place = readonly [histogram: string, at: 'p50' | 'p90' | 'p99' | 'p999' | 'max']

/** A figure that only this workload has, by its name, which is fit for a threshold: `spread.p99`. */
export interface FigureSpec extends Omit<Figure, 'name'> {
  /** Taken from one of the workload's histograms; others come from `conclude`. */
  readonly of?: Place
  /** Divided by this one: a ratio. */
  readonly per?: Place
}

/** What all halves of a trial found out. */
export interface Evidence<P = unknown> {
  readonly parameters: P
  readonly settings: Settings
  readonly traits: Traits
  /** Of the whole trial's ledger. */
  readonly counts: { readonly expected: number; readonly delivered: number }
  /** Of that, the part of receivers whose latencies are in a histogram of their own. */
  readonly apart: { readonly expected: number; readonly delivered: number }
  readonly reports: ReadonlyArray<{
    readonly role: Role
    readonly group: string
    readonly part: Part
    readonly usage: Usage
  }>
}

export interface Conclusion {
  /** By the names of the workload's `figures`; null where there is none. */
  readonly figures?: Readonly<Record<string, number | null>>
  /** Plain data for the record. */
  readonly details?: Readonly<Record<string, unknown>>
  /**
   * Deliveries that were left out on purpose (a policy's), channels that were closed on purpose, and messages that wait for
   * their acknowledgement on purpose at any time: no reason for doubt.
   */
  readonly intended?: { readonly undelivered?: number; readonly closed?: number; readonly waiting?: number }
  /**
   * How many durations each of its histograms should hold, by name, where some may never have ended: what is missing counts
   * as the longest in every percentile.
   */
  readonly due?: Readonly<Record<string, number>>
  /** What is wrong with the trial, as the workload sees it. */
  readonly problems?: readonly string[]
  /** Connections that were lost, where more of them can be lost than have an account; and why, if somebody said so. */
  readonly lost?: { readonly count: number; readonly because?: string }
  /** What a reader has to know of the subject beside its figures, as a sentence that follows its name and a colon, without a full stop. */
  readonly notes?: readonly string[]
}

/** What is wrong with the settings of a scenario: which key, and `requirement; remedy`, as in `must be at most 5; lower it`. */
export interface Complaint {
  readonly path: readonly string[]
  readonly text: string
}

/** How much a figure grows with each one more of what is varied: memory by connections. */
export interface Slope {
  /** One of the workload's figures, or a metric. */
  readonly metric: string
  /** A number of the scenario, by the name it has in `vary`. */
  readonly over: string
}

/** What is known of a workload before anything runs. */
export interface WorkloadSpec<P extends Parameters = Parameters> {
  readonly name: string
  /** One line for `rtbench list`. */
  readonly summary: string
  /** From where to where one latency runs. */
  readonly latency: string
  readonly needs: Partial<Pick<Traits, 'push' | 'ordered' | 'halfClose' | 'seesPeerClose' | 'answers'>>
  readonly parameters: P
  /** Load models that make sense, as they are written. */
  readonly loads: ReadonlyArray<Load['model']>
  /** The load unless the scenario gives one, as it would be written. */
  readonly defaultLoad: Readonly<Record<string, unknown>>
  /**
   * Why `connections` cannot be set, and what to set: the workload counts otherwise. Follows `connections cannot be
   * set for x; `. Without it, `cast` deals out exactly `settings.connections`.
   */
  readonly withoutConnections?: string
  readonly figures: Readonly<Record<string, FigureSpec>>
  /** Figures that are fitted as a straight line over the levels of a varied number. */
  readonly slopes?: readonly Slope[]
  /** The percentile of its latency that a trial must have samples for; p99 unless given. */
  readonly samplesFor?: QuantileName
  /** All its client processes; the sum of their channels is the number of connections. */
  cast(settings: Settings, parameters: ParametersOf<P>): Cast[]
  /** Asked before `cast`, which gets only what passes; `settings.connections` is 0 where it cannot be set. */
  check?(settings: Settings, parameters: ParametersOf<P>): Complaint[]
}

export interface Workload<P extends Parameters = Parameters> extends WorkloadSpec<P> {
  /** Whether heartbeats, a retry time and the like are wanted of the transport. */
  ask?(parameters: ParametersOf<P>): { readonly heartbeat?: Heartbeat; readonly retryMs?: number }
  serve<F>(
    host: Host<ParametersOf<P>>,
    listener: () => Listener<F>,
  ): Half & { accept(channel: ServerChannel<F>): Receiver }
  drive(host: Host<ParametersOf<P>>, dialer: Dialer): Half
  /** Incidents, by their time since the start of the window. */
  incidents?(settings: Settings, parameters: ParametersOf<P>): Incident[]
  conclude?(evidence: Evidence<ParametersOf<P>>): Conclusion
}
