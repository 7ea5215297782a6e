/**
 * The control contract: how the controller of a run leads the processes of a trial. Its members are child processes on
 * this host today (`runner/member.ts`); nothing here says so, that they may sit on other machines later.
 */
import type { Handicap, Injected } from './handicap.ts'
import type { Values } from './parameter.ts'
import type { Recording } from './recording.ts'
import type { Settings } from './scenario.ts'
import type { WireBytes } from './transport.ts'
import type { Owed, Part, Sent, Window } from './workload.ts'

export type Role = 'server' | 'client'

/** All that a member needs to know to take part in one trial. */
export interface Assignment {
  readonly role: Role
  /** Which of its role's members it is, from 0. */
  readonly index: number
  /** Which of the workload's groups it is of; empty for the server. */
  readonly group: string
  /** The numbers of the channels it opens; none for the server. */
  readonly channels: Channels
  /** Channels that all client processes open together. */
  readonly connections: number
  /** How many client processes there are. */
  readonly workers: number
  /** Epoch of the run's clock: a reading of the monotonic clock, ns, in decimal. */
  readonly epochNs: string
  readonly transport: string
  /** The transport's own, after defaults; absent where it has none. */
  readonly options?: Values
  readonly workload: string
  readonly settings: Settings
  readonly seed: number
  /** Where the server listens: for clients, and for a server that replaces another one. */
  readonly address?: string
  /** Of a server: the ports it tries in turn; any free one where none of them is, or none is given. */
  readonly ports?: readonly number[]
  /** Source address of its sockets; the system's choice unless given. */
  readonly localAddress?: string
  /** Of a server that replaces another one: what that one handed over. */
  readonly inherited?: unknown
  /** A known fault that a server has; none unless given. */
  readonly handicap?: Handicap
  /** Whether this member compares what comes back with what was sent, before anything is measured. */
  readonly checks: boolean
}

/** first, first + step, … below end. */
export interface Channels {
  readonly first: number
  readonly step: number
  readonly end: number
}

/** The member is connected and waits for the start. */
export interface Ready {
  /** Where the server listens; the server only. */
  readonly address?: string
}

/** Resources one process used; CPU figures are of the measured window, memory is of the process's life. */
export interface Usage {
  readonly cpuUserNs: number
  readonly cpuSystemNs: number
  /** Null where it cannot be read: near the descriptor limit. */
  readonly rssBytes: number | null
  readonly peakRssBytes: number | null
  /**
   * Resident memory without garbage and without the room for new objects, when the workload said so (`Host.weigh`) and when the
   * trial had settled, its channels still open. Null where nobody said so, or it cannot be read.
   */
  readonly heldBeforeBytes: number | null
  readonly heldSettledBytes: number | null
  /** CPU time burnt in waiting finely; part of the CPU figures, to be subtracted. */
  readonly spinNs: number
  readonly eventLoopDelayP99: number
  readonly eventLoopDelayMax: number
  /** Share of the window that the event loop was at work, busy waiting included. */
  readonly eventLoopUtilization: number
  /** Pauses for garbage collection: together, the longest, and how many. */
  readonly gcNs: number
  readonly gcMaxNs: number
  readonly gcCount: number
}

/** What a member hands over when the trial has settled. */
export interface Report {
  readonly part: Part
  readonly recording: Recording
  readonly usage: Usage
  /** Since the start of the warm-up. */
  readonly wire: WireBytes
  /** Payload bytes of the same messages, and how many there were. */
  readonly payload: WireBytes
  readonly messages: WireBytes
  /** Of a handicapped server. */
  readonly injected?: Injected
}

/** Sent once a second while measuring, and nothing else is. */
export interface Progress {
  /** Messages, the warm-up's among them. */
  readonly sent: number
  /** Of those, in the measured window. */
  readonly measured: number
  readonly received: number
  /** Of those, the ones that count for the achieved rate, and by which time on the run's clock. */
  readonly inside: number
  readonly atNs: number
  /** Of the measured messages so far. */
  readonly response: Sketch
}

/** Response times, coarsely: a logarithmic histogram whose empty buckets are left out. */
export interface Sketch {
  readonly indexes: Uint16Array
  readonly counts: Float64Array
}

/** Of a member that has not told of any yet. */
export const noProgress: Progress = {
  sent: 0,
  measured: 0,
  received: 0,
  inside: 0,
  atNs: 0,
  response: { indexes: new Uint16Array(), counts: new Float64Array() },
}

/** One process of a trial, as the controller sees it. Every request rejects when the member dies before it answers. */
export interface Member {
  readonly role: Role
  readonly index: number
  /** Which of the workload's groups it is of; empty for the server. */
  readonly group: string
  readonly pid: number
  /** Resolves when the process has ended, with a phrase that says how: `was killed by SIGKILL`. */
  readonly ended: Promise<string>
  readonly progress: Progress
  prepare(assignment: Assignment): Promise<Ready>
  start(window: Window): Promise<Sent[]>
  /** @returns what a server that passes messages on has sent under its own numbers */
  settle(owed: readonly Owed[], deadlineNs: number): Promise<readonly Sent[]>
  /** The member will be replaced: its `start` resolves now. @returns what its successor goes on with */
  retire(): Promise<unknown>
  finish(): Promise<Report>
  /** Stops sending now: `start` resolves with what was sent until here. */
  cut(): void
  /** Ends the process in order, or by force when it does not go in time. */
  stop(): Promise<void>
  /** Stops the process where it stands, or lets it go on. */
  freeze(frozen: boolean): void
  /** Ends the process at once. */
  kill(): void
}
