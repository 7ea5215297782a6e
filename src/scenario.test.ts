import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, errorOf, inTemporaryDirectory, read } from '../test/scenario-text.ts'
import type { Settings } from './scenario.ts'

inTemporaryDirectory()

const defaults: Settings = {
  connections: 1,
  payload: { sizeBytes: 128, kind: 'text' },
  load: { model: 'closed', inFlight: 1 },
  warmupNs: 1e9,
  warmupMessages: 200,
  durationNs: 10e9,
  timeoutNs: 5e9,
  workers: null,
  highWaterBytes: 65536,
  parameters: {},
}

test('a minimal scenario has every default', () => {
  const { sha256, resolved, rules, ...scenario } = read(BASE)
  assert.match(sha256, /^[0-9a-f]{64}$/)
  assert.deepEqual(scenario, {
    name: 'a',
    workload: 'echo',
    subjects: [
      { label: 'ws', transport: 'ws' },
      { label: 'tcp', transport: 'tcp' },
    ],
    blocks: { least: 3, most: 3, auto: false, budgetNs: null },
    seed: 1,
    points: [{ at: {}, settings: defaults }],
    thresholds: [],
  })
  assert.deepEqual(resolved, scenario)
  assert.deepEqual(JSON.parse(JSON.stringify(resolved)), resolved)
})

test('a full scenario', () => {
  const text = `# yaml-language-server: $schema=x
$schema: x
name: full
description: "two\\nlines"
workload: echo
transports: [ws, {use: ws, label: ws 2}, {use: sse}]
connections: 50
payload: {size: 1KiB, kind: json}
load: {rate: 120/min, arrivals: poisson}
warmup: {time: 500ms, messages: 10}
duration: 3s
blocks: 5
seed: 4294967295
workers: 2
timeout: 250ms
highWater: 1MiB
thresholds: ["latency.p99 < 20ms", delivery.lost == 0, rate.achieved>=1900/s]
`
  const scenario = read(text)
  assert.equal(scenario.description, 'two\nlines')
  assert.deepEqual(scenario.subjects[1], { label: 'ws 2', transport: 'ws' })
  assert.deepEqual(scenario.points, [
    {
      at: {},
      settings: {
        connections: 50,
        payload: { sizeBytes: 1024, kind: 'json' },
        load: { model: 'open', ratePerSec: 2, arrivals: 'poisson' },
        warmupNs: 5e8,
        warmupMessages: 10,
        durationNs: 3e9,
        timeoutNs: 25e7,
        workers: 2,
        highWaterBytes: 1048576,
        parameters: {},
      },
    },
  ])
  assert.deepEqual(scenario.thresholds, [
    { expression: 'latency.p99 < 20ms', metric: 'latency.p99', op: '<', value: 20e6, unit: 'ns' },
    { expression: 'delivery.lost == 0', metric: 'delivery.lost', op: '==', value: 0, unit: 'count' },
    { expression: 'rate.achieved>=1900/s', metric: 'rate.achieved', op: '>=', value: 1900, unit: 'messages/s' },
  ])
  assert.deepEqual(read(text.replaceAll('\n', '\r\n')).points, scenario.points)
})

const parts: readonly (readonly [line: string, expected: Partial<Settings>])[] = [
  ['payload: 64', { payload: { sizeBytes: 64, kind: 'text' } }],
  ['payload: "64"', { payload: { sizeBytes: 64, kind: 'text' } }],
  ['payload: 16KiB', { payload: { sizeBytes: 16384, kind: 'text' } }],
  ['payload: {kind: binary}', { payload: { sizeBytes: 128, kind: 'binary' } }],
  ['payload: 16MiB', { payload: { sizeBytes: 16 * 2 ** 20, kind: 'text' } }],
  ['load: {rate: 2000/s}', { load: { model: 'open', ratePerSec: 2000, arrivals: 'uniform' } }],
  ['load: {rate: 2000}', { load: { model: 'open', ratePerSec: 2000, arrivals: 'uniform' } }],
  ['load: {inFlight: 10000}', { load: { model: 'closed', inFlight: 10000 } }],
  ['load: {saturate: true}', { load: { model: 'saturate' } }],
  ['warmup: 2m', { warmupNs: 120e9, warmupMessages: 200 }],
  ['warmup: 0s', { warmupNs: 0, warmupMessages: 0 }],
  ['warmup: {messages: 5}', { warmupNs: 1e9, warmupMessages: 5 }],
  ['connections: 1000000', { connections: 1e6 }],
  ['highWater: 1', { highWaterBytes: 1 }],
  ['connections: &n 7\nworkers: *n', { connections: 7, workers: 7 }],
]

for (const [line, expected] of parts) {
  test(`reads ${line}`, () =>
    assert.deepEqual(read(`${BASE}${line}\n`).points[0]?.settings, { ...defaults, ...expected }))
}

/** Lines from the third on, and the beginning of each line of the error. */
const refused: readonly (readonly [lines: string, ...errors: string[]])[] = [
  ['conections: 5', '3:1: unknown key "conections"; did you mean "connections"?'],
  ['bananas: 5', '3:1: unknown key "bananas"; known are name, description, workload, transports, connections, '],
  ['"\\e[31m": 5', '3:1: unknown key "\\u001b[31m"; known are '],
  ['load: {rate:5}', '3:8: unknown key "rate:5" in load; put a space after its ":"'],
  ['load: {rte: 5}', '3:8: unknown key "rte" in load; did you mean "rate"?'],
  ['payload: {size: 64, knd: text}', '3:21: unknown key "knd" in payload; did you mean "kind"?'],
  ['payload: {kind: tex}', '3:17: unknown payload kind "tex"; did you mean "text"? known are text, json, binary'],
  ['payload: 47', '3:10: payload must be a size from 48B (the message header) to 16MiB, got 47; '],
  ['payload: {size: 50, kind: json}', '3:17: payload.size must be at least '],
  ['payload: {size: 10}', '3:17: payload.size must be a size from 48B'],
  ['payload: 17MiB', '3:10: payload must be a size'],
  ['payload: 12 elephants', '3:10: payload must be a size'],
  ['payload: [[64]]', '3:11: payload must be a size'],
  ['payload:', '3:9: payload must be a size'],
  ['payload: 100.5', '3:10: payload must be a size'],
  ['connections: 1000000000', '3:14: connections must be a whole number from 1 to 1000000, got 1000000000; '],
  ['connections: 0', '3:14: connections must be a whole number from 1 to 1000000, got 0; '],
  ['connections: -1', '3:14: connections must be a whole number'],
  ['connections: 1.5', '3:14: connections must be a whole number'],
  ['connections: .nan', '3:14: connections must be a whole number from 1 to 1000000, got NaN; '],
  ['connections: .inf', '3:14: connections must be a whole number from 1 to 1000000, got Infinity; '],
  ['connections: 1e400', '3:14: connections must be a whole number'],
  ['connections: "5"', '3:14: connections must be a whole number from 1 to 1000000, got "5"; '],
  ['connections: true', '3:14: connections must be a whole number'],
  ['load: {rate: -5/s}', '3:14: load.rate must be a rate from 1/h to 10000000/s, got "-5/s"; '],
  ['load: {rate: 0}', '3:14: load.rate must be a rate'],
  ['load: {rate: 0/s}', '3:14: load.rate must be a rate'],
  ['load: {rate: .inf}', '3:14: load.rate must be a rate'],
  ['load: {rate: 1e400/s}', '3:14: load.rate must be a rate'],
  [`load: {rate: ${'9'.repeat(400)}/s}`, '3:14: load.rate must be a rate'],
  ['load: {rate: 5, inFlight: 2}', '3:27: load.inFlight cannot stand beside load.rate, got 2; remove load.inFlight'],
  ['load: {inFlight: 2, saturate: true}', '3:31: load.saturate cannot stand beside load.inFlight, got true; remove'],
  ['load: {inFlight: 2, arrivals: poisson}', '3:31: load.arrivals is for load.rate alone, got "poisson"; remove it'],
  ['load: {rate: 5, arrivals: posson}', '3:27: unknown arrivals "posson"; did you mean "poisson"? known are uniform'],
  ['load: {inFlight: 10001}', '3:18: load.inFlight must be a whole number from 1 to 10000, got 10001; '],
  ['load: {saturate: false}', '3:18: load.saturate must be true, got false; '],
  ['load: {}', '3:7: load must have one of rate, inFlight and saturate, got {}; '],
  ['load: 2000/s', '3:7: load must be a mapping with one of rate, inFlight and saturate, got "2000/s"; '],
  ['warmup: -1s', '3:9: warmup must be a time from 0s to 1h'],
  ['warmup: {time: 2h}', '3:16: warmup.time must be a time from 0s to 1h, got "2h"; '],
  ['duration: 10', '3:11: duration must be a time from 1ms to 24h, got 10; write a number and a unit'],
  ['duration: 0s', '3:11: duration must be a time from 1ms to 24h, got "0s"; '],
  ['duration: 25h', '3:11: duration must be a time'],
  ['blocks: 0', '3:9: blocks must be a whole number from 1 to 1000, auto or a mapping, got 0; '],
  ['seed: -1', '3:7: seed must be a whole number from 0 to 4294967295, got -1; '],
  ['timeout: never', '3:10: timeout must be a time'],
  ['highWater: 0', '3:12: highWater must be a size from 1B to 1GiB, got 0; '],
  ['workers: 257', '3:10: workers must be a whole number from 1 to 256, got 257; '],
  ['workers: 2', '3:10: workers must be at most the number of connections (1), got 2; '],
  ['name: 5', '3:7: name must be printable text of 1 to 100 characters on one line, got 5; quote'],
  ['name: ""', '3:7: name must be printable text'],
  ['name: "a\\e[31m"', '3:7: name must be printable text of 1 to 100 characters on one line, got "a\\u001b[31m"; '],
  [`name: ${'x'.repeat(101)}`, '3:7: name must be printable text'],
  ['description: "a\\x07"', '3:14: description must be printable text'],
  ['thresholds: latency.p99 < 20ms', '3:13: thresholds must be a list of at most 100, got "latency.p99 < 20ms"; '],
  ['thresholds: [delivery.lost == 0, latency.p99 20ms]', '3:34: thresholds[1] must compare a metric with a value'],
  [
    'thresholds: [latncy.p99 < 20ms]',
    '3:14: thresholds[0] must name a known metric, got "latncy.p99 < 20ms"; "latncy.p99" is',
  ],
  ['vary: [1]', '3:7: vary must be a mapping, got [1]; '],
  ['vary: {payload: []}', '3:17: vary.payload must be a list of values, got []; '],
  ['vary: {payload: 64}', '3:17: vary.payload must be a list of values, got 64; '],
  ['vary: {payloud: [64]}', '3:8: unknown parameter "payloud" to vary; did you mean "payload"?'],
  ['vary: {blocks: [1, 2]}', '3:8: unknown parameter "blocks" to vary; known are connections, '],
  ['vary: {payload: [64, 10]}', '3:22: payload must be a size'],
  ['vary: {load.rate: [5, fast, -1]}', '3:23: load.rate must be a rate', '3:29: load.rate must be a rate'],
  ['vary: {payload: [64, 128], payload.size: [64]}', '3:28: vary.payload.size sets what vary.payload sets; '],
  ['vary: {load.rate: [5], load.inFlight: [1]}', '3:24: vary.load.inFlight sets what vary.load.rate sets; '],
  [
    'vary: {payload: [1024, 1KiB]}',
    '3:1: vary gives the same settings at {"payload":1024} and at {"payload":"1KiB"}; ',
  ],
  [
    `vary: {connections: [${Array.from({ length: 501 }, (_, n) => n + 1)}]}`,
    '3:1: vary must give at most 1000 cells (points times transports), got 1002; ',
  ],
  ['payload: {size: 50}\nvary: {payload.kind: [text, json]}', '3:17: payload.size must be at least '],
  ['blocks: 0\nconections: 1\nseed: x', '3:9: blocks must', '4:1: unknown key', '5:7: seed must'],
]

for (const [lines, ...errors] of refused) {
  test(`refuses ${lines.slice(0, 60)}`, () => {
    const got = errorOf(() => read(BASE + lines)).split('\n')
    assert.equal(got.length, errors.length, got.join('\n'))
    for (const [at, error] of errors.entries()) assert.ok(got[at]?.startsWith(`a.yaml:${error}`), got[at])
  })
}

/** Whole files. */
const wrong: readonly (readonly [text: string, error: string])[] = [
  ['transports: [ws]', 'a.yaml:1:1: workload is missing; write one of echo, fan-out, idle'],
  ['workload: echo', 'a.yaml:1:1: transports is missing; write it as in [ws, tcp]'],
  [
    'workload: ecoh\ntransports: [ws]',
    'a.yaml:1:11: unknown workload "ecoh"; did you mean "echo"? known are echo, fan-out, idle',
  ],
  ['workload: video\ntransports: [ws]', 'a.yaml:1:11: unknown workload "video"; known are echo, fan-out, idle'],
  ['workload: 5\ntransports: [ws]', 'a.yaml:1:11: workload must be a name, got 5; known are echo, fan-out, idle'],
  [
    'workload: echo\ntransports: []',
    'a.yaml:2:13: transports must be a list of 1 to 100 transports, got []; write it as in [ws, tcp]',
  ],
  [
    'workload: echo\ntransports: ws',
    'a.yaml:2:13: transports must be a list of 1 to 100 transports, got "ws"; write it as in [ws, tcp]',
  ],
  [
    'workload: echo\ntransports: [wss]',
    'a.yaml:2:14: unknown transport "wss"; did you mean "ws"? known are ws, grpc, grpc-unary, sse, tcp',
  ],
  [
    'workload: echo\ntransports: [{use: wss}]',
    'a.yaml:2:20: unknown transport "wss"; did you mean "ws"? known are ws, grpc, grpc-unary, sse, tcp',
  ],
  [
    'workload: echo\ntransports: [{label: x}]',
    'a.yaml:2:14: transports[0].use is missing; write one of ws, grpc, grpc-unary, sse, tcp',
  ],
  [
    'workload: echo\ntransports: [{use: ws, labl: x}]',
    'a.yaml:2:24: unknown key "labl" in transports[0]; did you mean "label"?',
  ],
  [
    'workload: echo\ntransports: [ws, ws]',
    'a.yaml:2:18: transports[1] must have a label of its own, got "ws"; write it as in {use: ws, label: another name}',
  ],
  [
    'workload: echo\ntransports: [5]',
    'a.yaml:2:14: transports[0] must be a transport, got 5; write its name, or {use: ws, label: name}',
  ],
  ['{}', 'a.yaml:1:1: workload is missing; write one of echo, fan-out, idle'],
  [
    'workload: ecoh\ntransports: [wss]\nconections: 0\nsubscribers: 5',
    'a.yaml:1:11: unknown workload "ecoh"; did you mean "echo"? known are echo, fan-out, idle',
  ],
]

for (const [text, error] of wrong) {
  test(`refuses ${JSON.stringify(text)}`, () =>
    assert.equal(
      errorOf(() => read(text)),
      error,
    ))
}

test('hostile amounts of mistakes are refused at once', () => {
  for (const [lines, error] of [
    [Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n'), /unknown key "k0"/],
    [`thresholds: [${'x,'.repeat(1e5)}]`, /thresholds must be a list of at most 100/],
    [`vary: {${Array.from({ length: 15_000 }, (_, n) => `k${n}: [1]`).join(', ')}}`, /unknown parameter "k0"/],
    [`vary: {connections: [${'0,'.repeat(500)}]}`, /connections must be/],
    [`vary: {connections: [${'1,'.repeat(1e5)}]}`, /at most 1000 cells/],
  ] as const) {
    const start = performance.now()
    const message = errorOf(() => read(`${BASE}${lines}`))
    assert.match(message, error)
    assert.ok(message.split('\n').length <= 21)
    assert.ok(performance.now() - start < 20_000)
  }
  const many = errorOf(() => read(`workload: echo\ntransports: [${'ws,'.repeat(8e4)}]`))
  assert.match(many, /transports must be a list of 1 to 100 transports/)
})
