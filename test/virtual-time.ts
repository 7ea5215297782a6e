import type { Clock } from '../src/clock.ts'
import type { Alarm } from '../src/engine/alarm.ts'

/** Turns of the event loop in which everything that is under way arrives: there, and back, and room made. */
const TURNS_TO_SETTLE = 8

/** A clock and its alarms that stand still until the test moves them; nothing that uses them depends on the machine. */
export class VirtualTime implements Clock {
  present = 0
  private readonly alarms: VirtualAlarm[] = []

  nowNs(): number {
    return this.present
  }

  alarm(): Alarm {
    const alarm = new VirtualAlarm()
    this.alarms.push(alarm)
    return alarm
  }

  /** Rings what is due up to an instant, each alarm `lateNs` after it was due, the earliest first. */
  advance(toNs: number, lateNs = 0): void {
    for (let next = this.next(); next && next.dueNs <= toNs; next = this.next()) {
      this.present = Math.max(this.present, next.dueNs + lateNs)
      next.fire()
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
      this.advance(Math.min(this.next()?.dueNs ?? Number.POSITIVE_INFINITY, this.present + stepNs))
    }
    return ending
  }

  private next(): VirtualAlarm | undefined {
    let next: VirtualAlarm | undefined
    for (const alarm of this.alarms) if (alarm.dueNs < (next?.dueNs ?? Number.POSITIVE_INFINITY)) next = alarm
    return next
  }
}

class VirtualAlarm implements Alarm {
  dueNs = Number.POSITIVE_INFINITY
  private ring: () => void = () => {}

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

  fire(): void {
    this.clear()
    this.ring()
  }
}
