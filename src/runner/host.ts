import type { Clock } from '../clock.ts'
import type { Assignment } from '../control.ts'
import { type Activity, fineAlarm } from '../engine/alarm.ts'
import { closedLoop } from '../engine/closed-loop.ts'
import { createInbox } from '../engine/inbox.ts'
import { openLoop } from '../engine/open-loop.ts'
import { Recorder } from '../engine/recorder.ts'
import { saturation } from '../engine/saturation.ts'
import { poissonSchedule, uniformSchedule } from '../engine/schedule.ts'
import { Sender } from '../engine/sender.ts'
import { tickClock } from '../engine/tick-clock.ts'
import { composer, messageReader } from '../message.ts'
import type { Recording } from '../recording.ts'
import type { Traits } from '../transport.ts'
import type { Host, Pace, Source, Window } from '../workload.ts'

/** Channels that are being opened at the same time by one process. */
const CONNECTING_AT_ONCE = 64

/** A workload's host, and what the process that runs it wants to know of it. */
export interface EngineHost {
  readonly host: Host
  readonly activity: Activity
  /** Opens the window for recording, on pacing and receiving sides alike. */
  open(window: Window): void
  recording(): Recording
  messages(): { sent: number; received: number }
  cut(): void
}

/** The numbers of the channels that one of several client processes opens: dealt out in turn, none left over. */
export function channelsOf(connections: number, workers: number, index: number): number[] {
  const numbers: number[] = []
  for (let number = index; number < connections; number += workers) numbers.push(number)
  return numbers
}

/** Puts the load engine together for one process of a trial. */
export function engineHost(assignment: Assignment, traits: Traits, clock: Clock): EngineHost {
  const { role, index, workers, settings, seed } = assignment
  const { connections, load, payload, timeoutNs } = settings
  const activity: Activity = { messages: 0, spinNs: 0 }
  const recorder = new Recorder(load.model === 'open')
  // One message in flight shares a reading with no other; then the plain clock is cheaper and finer.
  const tick = load.model === 'closed' && load.inFlight === 1 ? clock : tickClock(clock)
  const inbox = createInbox({ clock: tick, recorder, activity, timeoutNs })
  const paces: Array<{ pace: Pace & { cut(): void }; sender: Sender }> = []

  const paceFor = (sender: Sender, total: number): Pace & { cut(): void } => {
    const alarm = fineAlarm(clock, activity)
    if (load.model === 'closed') return closedLoop(sender, load.inFlight, timeoutNs, tick, alarm)
    if (load.model === 'saturate') return saturation(sender, clock, alarm)
    const schedule =
      load.arrivals === 'poisson' ? poissonSchedule(load.ratePerSec, seed) : uniformSchedule(load.ratePerSec)
    return openLoop(sender, schedule, total, clock, alarm)
  }

  const host: Host = {
    clock,
    channels: role === 'client' ? channelsOf(connections, workers, index) : [],
    connections,
    traits,
    inbox,
    composer: () => composer(payload),
    reader: () => messageReader(payload),
    pace(sources: readonly Source[], total: number) {
      const sender = new Sender(sources, recorder, activity)
      const pace = paceFor(sender, total)
      paces.push({ pace, sender })
      return pace
    },
    async connect(open) {
      let next = 0
      const lane = async (): Promise<void> => {
        while (next < host.channels.length) {
          const at = next++
          await open(host.channels[at] as number, at)
        }
      }
      await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, lane))
    },
  }
  return {
    host,
    activity,
    open: (window) => recorder.open(window),
    recording: () => recorder.finish(),
    messages() {
      const sent = paces.reduce((sum, { sender }) => sum + sender.total, 0)
      return { sent, received: activity.messages - sent }
    },
    cut() {
      for (const { pace } of paces) pace.cut()
    },
  }
}
