import type { Clock } from '../clock.ts'
import type { Assignment, Channels, Progress } from '../control.ts'
import { type Activity, type Alarm, fineAlarm } from '../engine/alarm.ts'
import { closedLoop } from '../engine/closed-loop.ts'
import { createInbox } from '../engine/inbox.ts'
import { openLoop } from '../engine/open-loop.ts'
import type { CuttablePace } from '../engine/pace.ts'
import { seededRandom } from '../engine/random.ts'
import { Recorder } from '../engine/recorder.ts'
import { saturation } from '../engine/saturation.ts'
import { poissonSchedule, uniformSchedule } from '../engine/schedule.ts'
import { Sender } from '../engine/sender.ts'
import { tickClock } from '../engine/tick-clock.ts'
import { noTraffic, type Traffic } from '../engine/traffic.ts'
import { composer, messageReader } from '../message.ts'
import type { Values } from '../parameter.ts'
import type { Recording } from '../recording.ts'
import type { Load } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import type { Host, Source, Window } from '../workload.ts'

/** Channels that are being opened at the same time by one process. */
const CONNECTING_AT_ONCE = 64

/** A workload's host, and what the process that runs it wants to know of it. */
export interface EngineHost<P = Values> {
  readonly host: Host<P>
  readonly activity: Activity
  /** Opens the window for recording, on pacing and receiving sides alike. */
  open(window: Window): void
  recording(): Recording
  progress(): Progress
  traffic: Readonly<Traffic>
  cut(): void
}

function numbersOf({ first, step, end }: Channels): number[] {
  const numbers: number[] = []
  for (let number = first; number < end; number += step) numbers.push(number)
  return numbers
}

/** Puts the load engine together for one process of a trial. */
export function engineHost<P = Values>(
  assignment: Assignment,
  traits: Traits,
  clock: Clock,
  alarmFor: (activity: Activity) => Alarm = (activity) => fineAlarm(clock, activity),
  weigh: () => void = () => {},
): EngineHost<P> {
  const { index, workers, settings, seed, group, channels, connections, inherited } = assignment
  const { load, payload, timeoutNs } = settings
  const activity: Activity = { messages: 0, spinNs: 0 }
  const recorder = new Recorder(load.model === 'open')
  const traffic = noTraffic()
  const sender = new Sender(recorder, activity, traffic)
  // Where latency is the figure each message has its own time of receipt, and one message in flight shares a reading with
  // no other; else one reading does for all messages of a read.
  const alone = load.model === 'open' || (load.model === 'closed' && load.inFlight === 1)
  const tick = alone ? clock : tickClock(clock)
  const inbox = createInbox({ clock: tick, recorder, activity, traffic, timeoutNs })
  const paces: CuttablePace[] = []

  const paceFor = (own: Load, by: Sender, sources: readonly Source[], total: number): CuttablePace => {
    const alarm = alarmFor(activity)
    if (own.model === 'closed') return closedLoop(by, sources, own.inFlight, timeoutNs, tick, alarm)
    if (own.model === 'saturate') return saturation(by, sources, clock, alarm)
    const schedule =
      own.arrivals === 'poisson' ? poissonSchedule(own.ratePerSec, seed) : uniformSchedule(own.ratePerSec)
    return openLoop(by, sources, total, schedule, clock, alarm)
  }
  const kept = (pace: CuttablePace): CuttablePace => {
    paces.push(pace)
    return pace
  }

  const host: Host<P> = {
    settings,
    parameters: settings.parameters as P,
    traits,
    group,
    channels: numbersOf(channels),
    connections,
    inherited,
    inbox,
    weigh,
    nowNs: () => clock.nowNs(),
    after: (ns, run) => {
      const alarm = alarmFor(activity)
      alarm.around(clock.nowNs() + ns, run)
      return () => alarm.clear()
    },
    measures: (ns) => recorder.measures(ns),
    random: seededRandom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0),
    composer: (shape) => composer(payload, shape),
    reader: (shape) => messageReader(payload, shape),
    histogram: (name) => recorder.histogram(name),
    pace: (sources, total) => kept(paceFor(load, sender, sources, total)),
    paceOf: (own, sources, total) => {
      // Recorded nowhere: its messages are beside the measured ones.
      const apart = new Sender(new Recorder(false), activity, traffic)
      return kept(paceFor(own, apart, sources, total))
    },
    async connect(open, ratePerSec) {
      const establish = recorder.histogram('establish')
      const everyNs = ratePerSec === undefined ? 0 : (workers / ratePerSec) * 1e9
      const beganNs = clock.nowNs()
      let next = 0
      const lane = async (): Promise<void> => {
        while (next < host.channels.length) {
          const at = next++
          // The first one waits, too: n of them take n intervals at least. A timer may ring early.
          const dueNs = beganNs + (at + 1) * everyNs
          for (let nowNs = clock.nowNs(); nowNs < dueNs && everyNs > 0; nowNs = clock.nowNs()) {
            const waitNs = dueNs - nowNs
            await new Promise<void>((resolve) => host.after(waitNs, resolve))
          }
          const startedNs = clock.nowNs()
          await open(host.channels[at] as number, at)
          establish.record(clock.nowNs() - startedNs)
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
    progress: () => ({
      ...sender.tally,
      received: activity.messages - sender.tally.sent,
      ...recorder.soFar(),
      atNs: clock.nowNs(),
    }),
    traffic,
    cut() {
      for (const pace of paces) pace.cut()
    },
  }
}
