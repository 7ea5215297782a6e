import type { Clock } from '../src/clock.ts'
import type { Alarm } from '../src/engine/alarm.ts'

/** Turns of the event loop in which everything that is under way arrives: there, and back, and room made. */
const TURNS_TO_SETTLE = 8

/** A clock and an alarm that stand still until the test moves them; nothing that uses them depends on the machine. */
export class VirtualTime implements Clock, Alarm {
  present = 0
  private dueNs = Number.POSITIVE_INFINITY
  private ring: () => void = () => {}

  nowNs(): number {
    return this.present
  }

  at(instantNs: number, ring: () => void): void {
    this.dueNs = instantNs
    this.ring = ring
  }

  around(instantNs: number, ring: () => void): void {
    this.at(instantNs, ring)
  }

  clear(): void {
    this.dueNs = Number.POSITIVE_INFINITY
  }

  /** Rings what is due up to an instant, each alarm `lateNs` after it was due. */
  advance(toNs: number, lateNs = 0): void {
    while (this.dueNs <= toNs) {
      this.present = Math.max(this.present, this.dueNs + lateNs)
      this.dueNs = Number.POSITIVE_INFINITY
      this.ring()
    }
    this.present = Math.max(this.present, toNs)
  }

  /** Lets time pass in steps until `done`; in each step all that is under way arrives. */
  async passUntil<T>(done: Promise<T>, stepNs: number): Promise<T> {
    let over = false
    const ending = done.finally(() => {
      over = true
    })
    while (!over) {
      for (let turn = 0; turn < TURNS_TO_SETTLE; turn++) await new Promise((resolve) => setImmediate(resolve))
      this.advance(Math.min(this.dueNs, this.present + stepNs))
    }
    return ending
  }
}
