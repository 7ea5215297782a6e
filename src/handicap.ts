/** A known fault that a built-in server is given, so that what measures it can be measured. All of it is absent unless given. */
export interface Handicap {
  /** Busy work for each message, ns of CPU. */
  readonly cpuPerMessageNs?: number
  /** Every message is handed on this much later, ns. */
  readonly delayNs?: number
  /** The server process does nothing for so long, `atNs` after the start of the window. */
  readonly freeze?: { readonly atNs: number; readonly forNs: number }
  /** Shares of the messages due in the window, from 0 to 1, chosen by the trial's seed; at most 1 together. */
  readonly lose?: number
  readonly duplicate?: number
  /** Such a message is handed on after the one that follows it. */
  readonly reorder?: number
  /** Messages a second that are handed on at the most, of all channels together; what is more waits. */
  readonly limitPerSec?: number
}

/** What a handicapped server did to messages due in the window. */
export interface Injected {
  readonly lost: number
  readonly duplicated: number
  /** Those that were overtaken: what nothing follows cannot be. */
  readonly reordered: number
}

/** What readers of the figures have to know: follows a subject's name and a colon, without a full stop. */
export function handicapNote(handicap: Handicap): string {
  const { cpuPerMessageNs, delayNs, freeze, lose, duplicate, reorder, limitPerSec } = handicap
  const parts = [
    cpuPerMessageNs !== undefined && `${time(cpuPerMessageNs)} CPU a message`,
    delayNs !== undefined && `${time(delayNs)} delay`,
    freeze && `frozen for ${time(freeze.forNs)} at ${time(freeze.atNs)}`,
    lose !== undefined && `${percent(lose)} of the messages lost`,
    duplicate !== undefined && `${percent(duplicate)} doubled`,
    reorder !== undefined && `${percent(reorder)} out of order`,
    limitPerSec !== undefined && `${rounded(limitPerSec)} messages/s at the most`,
  ]
  return `its server is handicapped on purpose: ${parts.filter(Boolean).join(', ')}`
}

const UNITS = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
] as const

function time(ns: number): string {
  const [unit, size] = UNITS.find(([, least]) => ns >= least) ?? ['ns', 1]
  return `${rounded(ns / size)} ${unit}`
}

function percent(share: number): string {
  return `${rounded(share * 100)} %`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)))
}
