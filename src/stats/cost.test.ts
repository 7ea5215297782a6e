import assert from 'node:assert/strict'
import test from 'node:test'
import { trialOf } from '../../test/result-fixture.ts'
import type { MetricName, Trial } from '../result.ts'
import { figureOf } from './figure.ts'

type Process = Trial['processes'][number]

/** 1000 messages delivered in a window of 1 s, 3000 up and 6000 down in all. */
const trial = { ...trialOf({ subject: 'ws', delivered: 1000 }), bytes: bytesOf({ up: 3000, down: 6000 }) }
const [server, client] = trial.processes as [Process, Process]

function bytesOf(messages: Trial['bytes']['messages']): Trial['bytes'] {
  return { messages, payload: { up: 300_000, down: 1_200_000 }, wire: { up: 360_000, down: 600_000 } }
}

function processesOf(changes: ReadonlyArray<Partial<Process>>): Trial {
  return {
    ...trial,
    processes: changes.map((change) => ({ ...(change.role === 'client' ? client : server), ...change })),
  }
}

const two = (one: Partial<Process>, other: Partial<Process>) =>
  processesOf([{ role: 'client' }, { role: 'server', ...one }, { role: 'server', ...other }])

const cases: ReadonlyArray<readonly [string, Trial, MetricName, number | null]> = [
  [
    'CPU is of all processes',
    two({ cpuUserNs: 100e6, cpuSystemNs: 200e6 }, { cpuUserNs: 400e6, cpuSystemNs: 800e6 }),
    'cpu.serverPerMessageNs',
    1_500_000,
  ],
  [
    'user',
    two({ cpuUserNs: 100e6, cpuSystemNs: 200e6 }, { cpuUserNs: 400e6, cpuSystemNs: 800e6 }),
    'cpu.serverUserPerMessageNs',
    500_000,
  ],
  [
    'system',
    two({ cpuUserNs: 100e6, cpuSystemNs: 200e6 }, { cpuUserNs: 400e6, cpuSystemNs: 800e6 }),
    'cpu.serverSystemPerMessageNs',
    1_000_000,
  ],
  [
    'a little waiting is taken off both parts',
    processesOf([{ cpuUserNs: 600e6, cpuSystemNs: 400e6, spinNs: 50e6 }]),
    'cpu.serverSystemPerMessageNs',
    380_000,
  ],
  [
    'much waiting hides the parts',
    processesOf([{ cpuUserNs: 600e6, cpuSystemNs: 400e6, spinNs: 60e6 }]),
    'cpu.serverSystemPerMessageNs',
    null,
  ],
  [
    'and not the whole',
    processesOf([{ cpuUserNs: 600e6, cpuSystemNs: 400e6, spinNs: 60e6 }]),
    'cpu.serverPerMessageNs',
    940_000,
  ],
  ['no process of the side', processesOf([{ role: 'client' }]), 'cpu.serverUserPerMessageNs', null],
  [
    'too little CPU for its parts',
    processesOf([{ cpuUserNs: 100e6, cpuSystemNs: 100e6 }]),
    'cpu.serverUserPerMessageNs',
    null,
  ],
  ['bytes up by messages up', trial, 'wire.upBytesPerMessage', 120],
  ['bytes down by messages down', trial, 'wire.downBytesPerMessage', 100],
  ['added bytes', trial, 'wire.upOverhead', 0.2],
  ['compression takes bytes away', trial, 'wire.downOverhead', -0.5],
  ['nothing went up', { ...trial, bytes: bytesOf({ up: 0, down: 1 }) }, 'wire.upBytesPerMessage', null],
  ['nobody counted', { ...trial, bytes: bytesOf(null) }, 'wire.upBytesPerMessage', null],
  ['no payload', { ...trial, bytes: { ...trial.bytes, payload: { up: 0, down: 1 } } }, 'wire.upOverhead', null],
  ['memory is added up', two({ peakRssBytes: 5 }, { peakRssBytes: 7 }), 'memory.serverPeakBytes', 12],
  ['memory that one could not read', two({ peakRssBytes: 5 }, { peakRssBytes: null }), 'memory.serverPeakBytes', null],
  ['the latest loop', two({ eventLoopDelayP99: 5 }, { eventLoopDelayP99: 7 }), 'eventLoop.serverDelayP99', 7],
  [
    'a loop of which nothing is known',
    two({ eventLoopDelayP99: 5 }, { eventLoopDelayP99: null }),
    'eventLoop.serverDelayP99',
    null,
  ],
  [
    'waiting is no use of a loop',
    processesOf([{ eventLoopUtilization: 1, spinNs: 0.75e9 }]),
    'eventLoop.serverUtilization',
    0.25,
  ],
  ['the one that collected most', two({ gcNs: 10e6 }, { gcNs: 30e6 }), 'gc.serverShare', 0.03],
  ['the longest pause', two({ gcMaxNs: 3 }, { gcMaxNs: 2 }), 'gc.serverMax', 3],
  ['a side is not the other', two({ gcMaxNs: 3 }, { gcMaxNs: 2 }), 'gc.clientMax', null],
]

for (const [what, of, metric, expected] of cases) {
  test(`cost: ${what}`, () => {
    const actual = figureOf(of, metric)
    if (expected === null || actual === null) assert.equal(actual, expected)
    else assert.ok(Math.abs(actual - expected) <= Math.abs(expected) * 1e-9, `${actual}, not ${expected}`)
  })
}
