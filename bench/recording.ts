/** What one message costs in the engine: its sample, its account, its header; and that none of it allocates. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Command } from 'commander'
import { type Clock, monotonicClock } from '../src/clock.ts'
import { createInbox } from '../src/engine/inbox.ts'
import { Recorder } from '../src/engine/recorder.ts'
import { tickClock } from '../src/engine/tick-clock.ts'
import { noTraffic } from '../src/engine/traffic.ts'
import { composer, type Header, messageReader, type Payload } from '../src/message.ts'
import { median } from './median.ts'
import { passFail, table } from './table.ts'

const PAYLOAD: Payload = { sizeBytes: 64, kind: 'text' }
const RECORDING_TARGET_NS = 50
/** Growth of the heap by whole pages and by the measurement itself; one object a sample would be 12 bytes or more. */
const NO_BYTES = 0.1
/** Latencies that are looked up instead of drawn, so that drawing them is not measured. */
const LATENCIES = Float64Array.from({ length: 1024 }, (_, at) => Math.round(20_000 + ((at * 7919) % 1024) ** 2 * 3))
/** Messages of one read of a socket, which share a clock reading. */
const PER_TICK = 16

interface Flags {
  readonly samples: number
  readonly rounds: number
}

interface Subject {
  readonly name: string
  readonly isRecording: boolean
  /** Does the thing so many times. */
  run(samples: number): void | Promise<void>
}

export const summary = 'The cost of one sample in the engine, ns, and the bytes it leaves on the heap'

export function addFlags(command: Command): Command {
  return command
    .option('--samples <count>', 'of a round', Number, 10_000_000)
    .option('--rounds <count>', 'rounds after one that warms up', Number, 5)
}

export async function bench({ samples, rounds }: Flags): Promise<boolean> {
  console.log(`${summary}.
${samples.toLocaleString('en-US')} samples a round, median of ${rounds} rounds. Bytes: growth of heapUsed over a round, garbage collected before and after, a sample.
"allocated": the same without collecting, where no collection came in between.
`)
  const rows: string[][] = []
  let passed = true
  for (const subject of subjects()) {
    await subject.run(samples / 10)
    const results: Cost[] = []
    for (let round = 0; round < rounds; round++) results.push(await costOf(subject, samples))
    const ns = median(results.map(({ nsEach }) => nsEach))
    const kept = median(results.map(({ keptBytesEach }) => keptBytesEach))
    const isPassed = kept < NO_BYTES && (!subject.isRecording || ns <= RECORDING_TARGET_NS)
    passed &&= isPassed
    const target = subject.isRecording ? `<= ${RECORDING_TARGET_NS} ns, 0 bytes` : '0 bytes'
    const allocated = median(results.map(({ allocatedBytesEach }) => allocatedBytesEach))
    rows.push([subject.name, ns.toFixed(1), kept.toFixed(3), allocated.toFixed(3), target, passFail(isPassed)])
  }
  console.log(table(['for each message', 'ns', 'bytes kept', 'allocated', 'target', ''], rows))
  return passed
}

interface Cost {
  readonly nsEach: number
  readonly keptBytesEach: number
  readonly allocatedBytesEach: number
}

async function costOf({ run }: Subject, samples: number): Promise<Cost> {
  collectGarbage()
  const heapBefore = process.memoryUsage().heapUsed
  const startedNs = process.hrtime.bigint()
  await run(samples)
  const ns = Number(process.hrtime.bigint() - startedNs)
  const heapAfter = process.memoryUsage().heapUsed
  collectGarbage()
  const heapKept = process.memoryUsage().heapUsed
  return {
    nsEach: ns / samples,
    keptBytesEach: Math.max(0, heapKept - heapBefore) / samples,
    allocatedBytesEach: Math.max(0, heapAfter - heapBefore) / samples,
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** A window around a clock that stands at its middle. */
function opened(scheduled: boolean): { recorder: Recorder; atNs: number } {
  const recorder = new Recorder(scheduled)
  recorder.open({ startNs: 0, warmNs: 0, endNs: 600e9 })
  return { recorder, atNs: 300e9 }
}

function* subjects(): Generator<Subject> {
  for (const scheduled of [false, true]) {
    const { recorder, atNs } = opened(scheduled)
    yield {
      name: `recording a sample, ${scheduled ? 'open loop (response, service)' : 'closed loop'}`,
      isRecording: true,
      run(samples) {
        for (let at = 0; at < samples; at++) recorder.delivered(atNs, atNs - (LATENCIES[at & 1023] as number), 1000)
      },
    }
  }
  for (const scheduled of [false, true]) {
    yield taking(`account and sample, ${scheduled ? 'open' : 'closed'} loop, clock standing`, scheduled, () => 300e9)
  }
  const clock = monotonicClock(process.hrtime.bigint())
  yield ticking(clock)
  yield {
    name: 'clock reading',
    isRecording: false,
    run(samples) {
      for (let at = 0; at < samples; at++) clock.nowNs()
    },
  }
  const header: Header = { kind: 1, source: 77, sequence: 0, intendedNs: 5e9, lagNs: 0, position: 0 }
  const stamper = composer(PAYLOAD)
  yield {
    name: 'stamping the header',
    isRecording: false,
    run(samples) {
      for (let at = 0; at < samples; at++) {
        header.sequence = at
        header.intendedNs = 5e9 + at * 1000
        stamper.stamp(header)
      }
    },
  }
  const reader = messageReader(PAYLOAD)
  const message = Buffer.from(stamper.stamp(header))
  yield {
    name: 'reading the header, comparing the filler',
    isRecording: false,
    run(samples) {
      for (let at = 0; at < samples; at++) reader.read(message)
    },
  }
}

function taking(name: string, scheduled: boolean, nowNs: Clock['nowNs']): Subject {
  const { recorder } = opened(scheduled)
  const activity = { messages: 0, spinNs: 0 }
  const traffic = noTraffic()
  const inlet = createInbox({ clock: { nowNs }, recorder, activity, traffic, timeoutNs: 2e9 }).inlet(1, 1)
  const header: Header = { kind: 1, source: 1, sequence: 0, intendedNs: 0, lagNs: 1000, position: 0 }
  return {
    name,
    isRecording: true,
    run(samples) {
      for (let at = 0; at < samples; at++) {
        header.intendedNs = 300e9 - (LATENCIES[at & 1023] as number)
        inlet.take(header, PAYLOAD.sizeBytes)
        header.sequence++
      }
    },
  }
}

/** As in a closed loop: the clock is read once for the messages of a tick. */
function ticking(clock: Clock): Subject {
  const { recorder } = opened(false)
  const activity = { messages: 0, spinNs: 0 }
  const traffic = noTraffic()
  const inlet = createInbox({ clock: tickClock(clock), recorder, activity, traffic, timeoutNs: 600e9 }).inlet(1, 1)
  const header: Header = { kind: 1, source: 1, sequence: 0, intendedNs: 0, lagNs: 0, position: 0 }
  return {
    name: `account and sample, closed loop, clock read once for ${PER_TICK}`,
    isRecording: false,
    run(samples) {
      return new Promise((resolve) => {
        let left = samples
        const tick = () => {
          for (let at = 0; at < PER_TICK; at++) {
            inlet.take(header, PAYLOAD.sizeBytes)
            header.sequence++
          }
          left -= PER_TICK
          if (left > 0) process.nextTick(tick)
          else resolve()
        }
        tick()
      })
    },
  }
}
