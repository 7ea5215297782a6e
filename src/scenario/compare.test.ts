/** `compare`, `blocks` and `budget`: who is compared, by what, and for how long. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, catalog, errorOf, inTemporaryDirectory, read } from '../../test/scenario-text.ts'
import { overridesOf } from '../commands/flags.ts'
import { readScenario } from '../scenario.ts'

inTemporaryDirectory()

const PAIR = 'workload: echo\ntransports: [{use: ws, label: base}, {use: ws, label: head}, tcp]\n'
const CLOSED = ['throughput.messagesPerSec', 'cpu.serverPerMessageNs']
const presets = { minEffect: 0.05, detect: 0.1, sessionAllowance: 0.25, failOnInconclusive: false }

test('subjects labelled base and head are compared without being told to, others are not', () => {
  const { gate, resolved } = read(PAIR)
  assert.deepEqual(gate, { base: 'base', head: 'head', metrics: CLOSED, ...presets })
  assert.deepEqual(resolved.compare, { base: 'base', head: 'head', gate: CLOSED, ...presets })
  assert.equal(read(BASE).gate, undefined)
  assert.equal(read(BASE).resolved.compare, undefined)
})

test('what is gated follows from the load', () => {
  const open = ['service.p50', 'cpu.serverPerMessageNs']
  assert.deepEqual(read(`${PAIR}load: {rate: 100/s}`).gate?.metrics, open)
  assert.deepEqual(read(`${PAIR}load: {saturate: true}`).gate?.metrics, CLOSED)
  assert.deepEqual(read(`${BASE}load: {rate: 100/s}`).rules.metrics, open)
})

test('a full comparison', () => {
  const text = `${BASE}compare: {base: tcp, head: ws, gate: [latency.p99], minEffect: 3 %, detect: 8 %, sessionAllowance: 0.3, failOnInconclusive: true}`
  const said = { minEffect: 0.03, detect: 0.08, sessionAllowance: 0.3, failOnInconclusive: true }
  assert.deepEqual(read(text).gate, { base: 'tcp', head: 'ws', metrics: ['latency.p99'], ...said })
})

test('detect follows a large minEffect, unless it is given', () => {
  assert.equal(read(`${PAIR}compare: {minEffect: 8 %}`).gate?.detect, 0.16)
  assert.equal(read(`${PAIR}compare: {minEffect: 8 %, detect: 8 %}`).gate?.detect, 0.08)
})

for (const [line, expected] of [
  ['blocks: 6', { least: 6, most: 6, auto: false, budgetNs: null }],
  ['blocks: auto', { least: 8, most: 40, auto: true, budgetNs: null }],
  ['blocks: {}', { least: 8, most: 40, auto: true, budgetNs: null }],
  ['blocks: {atLeast: 50}', { least: 50, most: 50, auto: true, budgetNs: null }],
  ['blocks: {atMost: 4}', { least: 4, most: 4, auto: true, budgetNs: null }],
  ['blocks: {atLeast: 10, atMost: 20}\nbudget: 10m', { least: 10, most: 20, auto: true, budgetNs: 600e9 }],
  ['budget: 90s', { least: 3, most: 3, auto: false, budgetNs: 90e9 }],
] as const) {
  test(`reads ${JSON.stringify(line)}`, () => assert.deepEqual(read(BASE + line).blocks, expected))
}

/** Lines from the third on, and the beginning of each line of the error. */
const wrong: readonly (readonly [lines: string, ...errors: string[]])[] = [
  [
    'compare: {base: ws, head: tpc}',
    '3:27: compare.head must be the label of a subject, got "tpc"; did you mean "tcp"?',
  ],
  ['compare: {base: ws, head: ws}', '3:27: compare.head must be another subject than compare.base, got "ws"; name two'],
  [
    'compare: {minEffect: 5 %}',
    '3:10: compare.base must be the label of a subject, got "base" (its default); known are ws, tcp',
    '3:10: compare.head must be the label of a subject, got "head" (its default); known are ws, tcp',
  ],
  ['compare: yes', '3:10: compare must be a mapping, got "yes"; write it as in {base: old, head: new'],
  ['compare: {bas: ws, head: tcp}', '3:11: unknown key "bas" in compare; did you mean "base"?'],
  [
    'compare: {base: ws, head: tcp, gate: [servce.p50]}',
    '3:39: compare.gate[0] must be a known metric, got "servce.p50"; did you mean "service.p50"?',
  ],
  [
    'compare: {base: ws, head: tcp, gate: [delivery.lost]}',
    '3:39: compare.gate[0] must be a figure that is compared by its ratio, and delivery.lost is a count, got "delivery.lost"; make it a threshold',
  ],
  ['compare: {base: ws, head: tcp, gate: [sendLag.p99]}', '3:39: compare.gate[0] must be a figure of a subject'],
  [
    'compare: {base: ws, head: tcp, gate: [rate.offered]}',
    '3:39: compare.gate[0] must be a figure of which more or less',
  ],
  [
    'compare: {base: ws, head: tcp, gate: []}',
    '3:38: compare.gate must be a list of 1 to 20 different metrics, got []',
  ],
  [
    'compare: {base: ws, head: tcp, gate: [service.p50, service.p50]}',
    '3:38: compare.gate must be a list of 1 to 20 different metrics',
  ],
  [
    'compare: {base: ws, head: tcp, gate: [throughput.messagesPerSec]}\nload: {rate: 5/s}',
    '3:39: compare.gate cannot take throughput.messagesPerSec under an offered rate, which sets it; choose another',
  ],
  ['compare: {base: ws, head: tcp, minEffect: 90 %}', '3:43: compare.minEffect must be a share from 0.1 % to 50 %'],
  [
    'compare: {base: ws, head: tcp, minEffect: 5 %, detect: 3 %}',
    '3:56: compare.detect must not be below compare.minEffect (0.05), got "3 %"; raise it',
  ],
  [
    'compare: {base: ws, head: tcp}\nload: [{rate: 5/s}, {inFlight: 1}]',
    '3:10: compare.gate is missing, and needed where the kind of load varies',
  ],
  [
    'compare: {base: ws, head: tcp}\nload: {search: {over: rate, from: 1/s, to: 9/s, slo: [latency.p50 < 1s]}}',
    '3:10: compare cannot stand beside load.search',
  ],
  [
    'budget: 5m\nload: {search: {over: rate, from: 1/s, to: 9/s, slo: [latency.p50 < 1s]}}',
    '3:1: budget cannot stand beside load.search',
  ],
  [
    'blocks: atuo',
    '3:9: blocks must be a whole number from 1 to 1000, auto or a mapping, got "atuo"; write it as in 6, ',
  ],
  ['blocks: {atLest: 5}', '3:10: unknown key "atLest" in blocks; did you mean "atLeast"?'],
  ['blocks: {atLeast: 0}', '3:19: blocks.atLeast must be a whole number from 1 to 1000, got 0'],
  ['blocks: {atLeast: 9, atMost: 8}', '3:19: blocks.atLeast must be at most blocks.atMost (8), got 9; lower it'],
  ['budget: 10', '3:9: budget must be a time from 1s to 168h, got 10'],
]

for (const [lines, ...errors] of wrong) {
  test(`refuses ${JSON.stringify(lines)}`, () => {
    const told = errorOf(() => read(`${BASE}${lines}\n`)).split('\n')
    assert.equal(told.length, errors.length, told.join('\n'))
    for (const [at, error] of errors.entries())
      assert.ok(told[at]?.startsWith(`a.yaml:${error}`), `${told[at]} should start with ${error}`)
  })
}

test('labels that all but say base and head are asked about', () => {
  const meant = BASE.replace(/^transports:.*$/m, 'transports: [{use: ws, label: base}, {use: ws, label: Head}]')
  assert.match(
    errorOf(() => read(meant)),
    /^a\.yaml:2:13: transports are compared where they are labelled base and head; /,
  )
})

const flags = { set: [], baseline: [], output: 'results', progress: true }
const flagged = (own: object, purpose = {}) =>
  readScenario('a.yaml', catalog, overridesOf({ ...flags, ...own }), purpose)

test('flags set what is compared', () => {
  read(PAIR)
  const own = {
    blocks: 'auto',
    budget: '2m',
    minEffect: '2 %',
    detect: '6 %',
    sessionAllowance: '0',
    failOnInconclusive: true,
  }
  const { gate, blocks } = flagged(own)
  const said = { minEffect: 0.02, detect: 0.06, sessionAllowance: 0, failOnInconclusive: true }
  assert.deepEqual(gate, { base: 'base', head: 'head', metrics: CLOSED, ...said })
  assert.deepEqual(blocks, { least: 8, most: 40, auto: true, budgetNs: 120e9 })
})

test('a flag without two to compare is refused by its name, except beside stored results', () => {
  read(BASE)
  const own = { minEffect: '2 %' }
  assert.match(
    errorOf(() => flagged(own)),
    /^--min-effect: compare.base must be the label of a subject/,
  )
  const { gate, rules } = flagged(own, { hasBaselines: true })
  assert.equal(gate, undefined)
  assert.equal(rules.minEffect, 0.02)
})

test('two that are compared are not searched for their capacity by name alone', () => {
  const search = 'load: {search: {over: rate, from: 1/s, to: 9/s, slo: [latency.p50 < 1s]}}'
  assert.equal(read(`${PAIR}${search}`).gate, undefined)
})
