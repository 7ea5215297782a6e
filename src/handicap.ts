/** A known fault that a built-in server is given, so that what measures it can be measured. All of it is absent unless given. */
export interface Handicap {
  /** Busy work for each message received, ns of CPU. */
  readonly cpuPerMessageNs?: number
  /** Every message is handed on this much later, ns. */
  readonly delayNs?: number
  /** The server process does nothing for so long, `atNs` after the start of the window. */
  readonly freeze?: { readonly atNs: number; readonly forNs: number }
  /** Shares of the messages received, from 0 to 1, chosen by the trial's seed. */
  readonly lose?: number
  readonly duplicate?: number
  /** Such a message is handed on after the one that follows it. */
  readonly reorder?: number
  /** Messages a second that are handed on at the most; what is more waits. */
  readonly limitPerSec?: number
}
