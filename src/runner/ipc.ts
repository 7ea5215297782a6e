/** What travels between the controller and a child process over Node's IPC channel (structured clone). */
import type { Assignment, Progress, Ready, Report } from '../control.ts'
import type { ReasonCode } from '../verdict.ts'
import type { Owed, Sent, Window } from '../workload.ts'

/** What the controller asks, and what comes back. */
export interface Requests {
  prepare: { ask: Assignment; answer: Ready }
  start: { ask: Window; answer: Sent[] }
  settle: { ask: { owed: readonly Owed[]; deadlineNs: number }; answer: readonly Sent[] }
  retire: { ask: null; answer: unknown }
  finish: { ask: null; answer: Report }
}

export type RequestName = keyof Requests

export type ToChild =
  | { [Name in RequestName]: { request: Name; ask: Requests[Name]['ask'] } }[RequestName]
  | { order: 'cut' | 'stop' }

export type ToController =
  | { answerTo: RequestName; answer: Requests[RequestName]['answer'] }
  | { answerTo: RequestName; failure: string; code?: ReasonCode }
  | { progress: Progress }
