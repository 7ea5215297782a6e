import type { Clock } from '../clock.ts'
import type { Assignment, Progress } from '../control.ts'
import { type Activity, type Alarm, fineAlarm } from '../engine/alarm.ts'
import { closedLoop } from '../engine/closed-loop.ts'
import { createInbox, type Traffic } from '../engine/inbox.ts'
import { openLoop } from '../engine/open-loop.ts'
import type { CuttablePace } from '../engine/pace.ts'
import { Recorder } from '../engine/recorder.ts'
import { saturation } from '../engine/saturation.ts'
import { poissonSchedule, uniformSchedule } from '../engine/schedule.ts'
import { Sender } from '../engine/sender.ts'
import { tickClock } from '../engine/tick-clock.ts'
import { composer, messageReader } from '../message.ts'
import type { Recording } from '../recording.ts'
import type { Host, Source, Window } from '../workload.ts'

/** Channels that are being opened at the same time by one process. */
const CONNECTING_AT_ONCE = 64

/** A workload's host, and what the process that runs it wants to know of it. */
export interface EngineHost {
  readonly host: Host
  readonly activity: Activity
  /** Opens the window for recording, on pacing and receiving sides alike. */
  open(window: Window): void
  recording(): Recording
  progress(): Progress
  traffic: Readonly<Traffic>
  cut(): void
}

/** The numbers of the channels that one of several client processes opens: dealt out in turn, none left over. */
export function channelsOf(connections: number, workers: number, index: number): number[] {
  const numbers: number[] = []
  for (let number = index; number < connections; number += workers) numbers.push(number)
  return numbers
}

/** Puts the load engine together for one process of a trial. */
export function engineHost(
  assignment: Assignment,
  clock: Clock,
  alarmFor: (activity: Activity) => Alarm = (activity) => fineAlarm(clock, activity),
): EngineHost {
  const { role, index, workers, settings, seed } = assignment
  const { connections, load, payload, timeoutNs } = settings
  const activity: Activity = { messages: 0, spinNs: 0 }
  const recorder = new Recorder(load.model === 'open')
  const traffic: Traffic = { sentBytes: 0, receivedBytes: 0 }
  const sender = new Sender(recorder, activity, traffic)
  // Where latency is the figure each message has its own time of receipt, and one message in flight shares a reading with
  // no other; else one reading does for all messages of a read.
  const alone = load.model === 'open' || (load.model === 'closed' && load.inFlight === 1)
  const tick = alone ? clock : tickClock(clock)
  const inbox = createInbox({ clock: tick, recorder, activity, traffic, timeoutNs })
  const paces: CuttablePace[] = []

  const paceFor = (sources: readonly Source[], total: number): CuttablePace => {
    const alarm = alarmFor(activity)
    if (load.model === 'closed') return closedLoop(sender, sources, load.inFlight, timeoutNs, tick, alarm)
    if (load.model === 'saturate') return saturation(sender, sources, clock, alarm)
    const schedule =
      load.arrivals === 'poisson' ? poissonSchedule(load.ratePerSec, seed) : uniformSchedule(load.ratePerSec)
    return openLoop(sender, sources, total, schedule, clock, alarm)
  }

  const host: Host = {
    channels: role === 'client' ? channelsOf(connections, workers, index) : [],
    connections,
    inbox,
    composer: () => composer(payload),
    reader: () => messageReader(payload),
    pace(sources: readonly Source[], total: number) {
      const pace = paceFor(sources, total)
      paces.push(pace)
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
    progress: () => ({ ...sender.tally, received: activity.messages - sender.tally.sent }),
    traffic,
    cut() {
      for (const pace of paces) pace.cut()
    },
  }
}
