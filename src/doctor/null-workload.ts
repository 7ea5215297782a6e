import { type Clock, monotonicClock } from '../clock.ts'
import { type Activity, fineAlarm } from '../engine/alarm.ts'
import { Histogram } from '../engine/histogram.ts'
import { createInbox } from '../engine/inbox.ts'
import { openLoop } from '../engine/open-loop.ts'
import { Recorder } from '../engine/recorder.ts'
import { saturation } from '../engine/saturation.ts'
import { uniformSchedule } from '../engine/schedule.ts'
import { Sender } from '../engine/sender.ts'
import { tickClock } from '../engine/tick-clock.ts'
import { noTraffic } from '../engine/traffic.ts'
import { composer, type Header, messageReader, type Payload } from '../message.ts'
import type { Recording } from '../recording.ts'
import type { Inbox, Source, Window } from '../workload.ts'

const PAYLOAD: Payload = { sizeBytes: 128, kind: 'text' }
const WARMUP_NS = 100e6
const WINDOW_NS = 300e6
const TIMEOUT_NS = 60e9
/** Of the paced part: a rate at which the generator sleeps between messages. */
const RATE_PER_SEC = 1_000

/** What rtbench itself costs: below this, no transport can be measured. */
export interface NullWorkload {
  /** As fast as pacing, stamping, reading and recording go, in one process. */
  readonly messagesPerSec: number
  /** At 1,000 messages a second, ns. */
  readonly sendLagP50: number
  readonly sendLagP99: number
}

/** The whole way of a message but for the transport: it is received where it is sent. */
export async function nullWorkload(): Promise<NullWorkload> {
  const clock = monotonicClock(process.hrtime.bigint())
  const saturated = await run(clock, (parts) => saturation(parts.sender, [parts.mirror], clock, parts.alarm), false)
  const schedule = uniformSchedule(RATE_PER_SEC)
  const paced = await run(
    clock,
    (parts) => openLoop(parts.sender, [parts.mirror], 1, schedule, clock, parts.alarm),
    true,
  )
  const lag = new Histogram()
  if (paced.sendLag) lag.add(paced.sendLag)
  return {
    messagesPerSec: saturated.receivedInside / (WINDOW_NS / 1e9),
    sendLagP50: lag.percentile(0.5),
    sendLagP99: lag.percentile(0.99),
  }
}

interface Parts {
  readonly sender: Sender
  readonly mirror: Source
  readonly alarm: ReturnType<typeof fineAlarm>
}

async function run(
  clock: Clock,
  paceOf: (parts: Parts) => { run(window: Window): Promise<unknown> },
  scheduled: boolean,
): Promise<Recording> {
  const activity: Activity = { messages: 0, spinNs: 0 }
  const traffic = noTraffic()
  const recorder = new Recorder(scheduled)
  const tick = scheduled ? clock : tickClock(clock)
  const inbox = createInbox({ clock: tick, recorder, activity, traffic, timeoutNs: TIMEOUT_NS })
  const sender = new Sender(recorder, activity, traffic)
  const startNs = clock.nowNs()
  const window = { startNs, warmNs: startNs + WARMUP_NS, endNs: startNs + WARMUP_NS + WINDOW_NS }
  recorder.open(window)
  await paceOf({ sender, mirror: mirrorFor(inbox), alarm: fineAlarm(clock, activity) }).run(window)
  return recorder.finish()
}

function mirrorFor(inbox: Inbox): Source {
  const stamper = composer(PAYLOAD)
  const reader = messageReader(PAYLOAD)
  const inlet = inbox.inlet(0, 0)
  const header: Header = { kind: 0, source: 0, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
  return {
    number: 0,
    open: true,
    full: false,
    emit(sequence, intendedNs, lagNs) {
      header.sequence = sequence
      header.intendedNs = intendedNs
      header.lagNs = lagNs
      const message = stamper.stamp(header)
      if (reader.read(message) === 'good') inlet.take(reader.header, message.length)
      return message.length
    },
    abandon() {},
  }
}
