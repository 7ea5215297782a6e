import assert from 'node:assert/strict'
import test from 'node:test'
import { settings } from '../../test/outcome-fixture.ts'
import { UserError } from '../errors.ts'
import type { Scenario, Settings } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import { checkResources, descriptorLimit, type Limits, readLimits, workersOf } from './preflight.ts'

const UNLIMITED = Number.POSITIVE_INFINITY
const sockets: Readonly<Record<string, number>> = { single: 1, double: 2, none: 0 }

function traitsOf(transport: string): Traits {
  return {
    push: true,
    ordered: true,
    halfClose: true,
    textOnly: false,
    answers: 'any',
    seesPeerClose: true,
    socketsPerChannel: sockets[transport] ?? Number.NaN,
  }
}

function scenario(transports: readonly string[], connections: readonly number[]): Scenario {
  return {
    name: 'many',
    workload: 'echo',
    subjects: transports.map((transport) => ({ label: `${transport}+tuned`, transport })),
    blocks: 1,
    seed: 1,
    points: connections.map((count) => ({ at: {}, settings: { ...settings, connections: count, workers: 4 } })),
    thresholds: [],
    sha256: '',
    resolved: {},
  }
}

/** 128 descriptors are kept for other things. */
const rows: ReadonlyArray<
  readonly [name: string, transports: string[], connections: number[], limits: Limits, says: readonly RegExp[]]
> = [
  ['just enough descriptors', ['single'], [1000], { descriptors: 1128, ports: UNLIMITED }, []],
  [
    'one descriptor too few in the server',
    ['single'],
    [1000],
    { descriptors: 1127, ports: UNLIMITED },
    [
      /^many: 1000 connections over single\+tuned need 1128 file descriptors in the server process, /,
      /and there are 1127; raise the limit with "ulimit -Hn 1128"/,
      /ask for at most 999 connections$/,
    ],
  ],
  ['just enough for two sockets a connection', ['double'], [1000], { descriptors: 2128, ports: 2000 }, []],
  [
    'one descriptor too few for two sockets a connection',
    ['double'],
    [1000],
    { descriptors: 2127, ports: UNLIMITED },
    [/need 2128 file descriptors in the server process \(2 sockets a connection\)/, /there are 2127/, /at most 999 /],
  ],
  ['just enough ports', ['single'], [1000], { descriptors: UNLIMITED, ports: 1000 }, []],
  [
    'one port too few',
    ['single'],
    [1000],
    { descriptors: UNLIMITED, ports: 999 },
    [
      /^many: 1000 connections over single\+tuned need 1000 local ports, and there are 999; /,
      /"sysctl -w net\.ipv4\.ip_local_port_range='1024 65535'", or ask for fewer connections$/,
    ],
  ],
  [
    'one port too few for two sockets a connection',
    ['double'],
    [1000],
    { descriptors: UNLIMITED, ports: 1999 },
    [/need 2000 local ports \(2 sockets a connection\), and there are 1999/],
  ],
  ['no limits', ['single', 'double'], [1e6], { descriptors: UNLIMITED, ports: UNLIMITED }, []],
  ['a transport without sockets', ['none'], [1e6], { descriptors: 128, ports: 0 }, []],
  [
    'only a later point needs more',
    ['single'],
    [10, 1000],
    { descriptors: 500, ports: UNLIMITED },
    [/1000 connections .* need 1128/],
  ],
  [
    'only a later subject needs more',
    ['single', 'double'],
    [1000],
    { descriptors: 1500, ports: UNLIMITED },
    [/over double\+tuned need 2128/],
  ],
]

for (const [name, transports, connections, limits, says] of rows) {
  test(`${name}: ${says.length === 0 ? 'go' : 'refused with numbers and a cure'}`, () => {
    const check = () => checkResources(scenario(transports, connections), traitsOf, limits)
    if (says.length === 0) return check()
    assert.throws(check, (thrown) => {
      assert.ok(thrown instanceof UserError)
      assert.equal(thrown.exitCode, 2)
      for (const part of says) assert.match(thrown.message, part)
      return true
    })
  })
}

test('this machine has limits, or none that it tells', () => {
  const { descriptors, ports } = readLimits()
  assert.ok(descriptors > 0 && ports > 0)
  assert.equal(descriptors, descriptorLimit())
})

const workers: ReadonlyArray<readonly [asked: Partial<Settings>, workers: number]> = [
  [{ workers: 3, connections: 10 }, 3],
  [{ workers: 30, connections: 10 }, 10],
  [{ workers: null, connections: 1 }, 1],
]

for (const [asked, expected] of workers) {
  test(`${asked.workers ?? 'no number of'} workers asked for, ${asked.connections} connections: ${expected}`, () => {
    assert.equal(workersOf({ ...settings, ...asked }), expected)
  })
}

test('left to itself it takes at least one worker, and never more than connections', () => {
  const own = workersOf({ ...settings, workers: null, connections: 1e6 })
  assert.ok(own >= 1 && Number.isInteger(own))
  for (const connections of [1, 2, 3]) {
    assert.equal(workersOf({ ...settings, workers: null, connections }), Math.min(own, connections))
  }
})
