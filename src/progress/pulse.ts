/** What the last messages of a trial's processes say about it. */
import { type Member, noProgress, type Progress } from '../control.ts'
import { quantilesOf } from '../engine/sketch.ts'
import type { Window } from '../workload.ts'

/** Null until a process has told of the window. */
export interface Reading {
  /** Messages a second, as far as they count for the achieved rate: between the last two messages of each process. */
  readonly perSec: number
  /** Response times since the start of the window, ns, within 3 %; null where nothing is timed. */
  readonly p50: number | null
  readonly p99: number | null
}

/** Follows the processes of one trial. */
export class Pulse {
  private readonly window: Window
  private readonly members: ReadonlyArray<Pick<Member, 'progress'>>
  /** What each said last, and before. */
  private readonly told = new Map<Pick<Member, 'progress'>, readonly [before: Progress, last: Progress]>()

  constructor(window: Window, members: ReadonlyArray<Pick<Member, 'progress'>>) {
    this.window = window
    this.members = members
  }

  read(): Reading | null {
    for (const member of this.members) {
      const [, last] = this.told.get(member) ?? [noProgress, noProgress]
      if (member.progress !== last) this.told.set(member, [last, member.progress])
    }
    const { warmNs, endNs } = this.window
    const told = [...this.told.values()].filter(([, { atNs }]) => atNs > warmNs)
    if (told.length === 0) return null
    const perSec = told.reduce((sum, [before, last]) => {
      const tookNs = Math.min(last.atNs, endNs) - Math.max(before.atNs, warmNs)
      return tookNs > 0 ? sum + ((last.inside - before.inside) / tookNs) * 1e9 : sum
    }, 0)
    const sketches = told.map(([, { response }]) => response)
    const [p50 = null, p99 = null] = quantilesOf(sketches, [0.5, 0.99])
    return { perSec, p50, p99 }
  }
}
