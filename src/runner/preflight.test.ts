import assert from 'node:assert/strict'
import test from 'node:test'
import { fixedBlocks, rules, settings } from '../../test/outcome-fixture.ts'
import { UserError } from '../errors.ts'
import type { Scenario, Settings } from '../scenario.ts'
import type { Traits } from '../transport.ts'
import { echo } from '../workloads/echo.ts'
import { idle } from '../workloads/idle.ts'
import { planClients } from './cast.ts'
import { descriptorLimit, type Limits, readLimits } from './limits.ts'
import { checkFeasible } from './preflight.ts'

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
    heartbeat: 'none',
    socketsPerChannel: sockets[transport] ?? Number.NaN,
  }
}

function scenario(transports: readonly string[], connections: readonly number[]): Scenario {
  return {
    name: 'many',
    workload: 'echo',
    subjects: transports.map((transport) => ({ label: `${transport}+tuned`, transport })),
    blocks: fixedBlocks(1),
    rules,
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
  ['just enough descriptors', ['single'], [1000], { descriptors: 1128, ports: UNLIMITED, isLinux: false }, []],
  [
    'one descriptor too few in the server',
    ['single'],
    [1000],
    { descriptors: 1127, ports: UNLIMITED, isLinux: false },
    [
      /^many: 1000 connections over single\+tuned need 1128 file descriptors in the server process, /,
      /and there are 1127; raise the limit with "ulimit -Hn 1128"/,
      /ask for at most 999 connections$/,
    ],
  ],
  [
    'just enough for two sockets a connection',
    ['double'],
    [1000],
    { descriptors: 2128, ports: 2000, isLinux: false },
    [],
  ],
  [
    'one descriptor too few for two sockets a connection',
    ['double'],
    [1000],
    { descriptors: 2127, ports: UNLIMITED, isLinux: false },
    [
      /need 2128 file descriptors in the server process \(up to 2 sockets a connection\)/,
      /there are 2127/,
      /at most 999 /,
    ],
  ],
  ['just enough ports', ['single'], [1000], { descriptors: UNLIMITED, ports: 1000, isLinux: false }, []],
  [
    'one port too few',
    ['single'],
    [1000],
    { descriptors: UNLIMITED, ports: 999, isLinux: false },
    [
      /^many: 1000 connections over single\+tuned need 1000 local ports, and there are 999; /,
      /"sysctl -w net\.ipv4\.ip_local_port_range='1024 65535'", or ask for fewer connections$/,
    ],
  ],
  [
    'one port too few for two sockets a connection',
    ['double'],
    [1000],
    { descriptors: UNLIMITED, ports: 1999, isLinux: false },
    [/need 2000 local ports \(up to 2 sockets a connection\), and there are 1999/],
  ],
  ['no limits', ['single', 'double'], [1e6], { descriptors: UNLIMITED, ports: UNLIMITED, isLinux: false }, []],
  ['a transport without sockets', ['none'], [1e6], { descriptors: 128, ports: 0, isLinux: false }, []],
  [
    'only a later point needs more',
    ['single'],
    [10, 1000],
    { descriptors: 500, ports: UNLIMITED, isLinux: false },
    [/1000 connections .* need 1128/],
  ],
  [
    'only a later subject needs more',
    ['single', 'double'],
    [1000],
    { descriptors: 1500, ports: UNLIMITED, isLinux: false },
    [/over double\+tuned need 2128/],
  ],
]

for (const [name, transports, connections, limits, says] of rows) {
  test(`${name}: ${says.length === 0 ? 'go' : 'refused with numbers and a cure'}`, () => {
    const check = () => checkFeasible(scenario(transports, connections), echo, traitsOf, limits)
    if (says.length === 0) return check()
    assert.throws(check, (thrown) => {
      assert.ok(thrown instanceof UserError)
      assert.equal(thrown.exitCode, 2)
      for (const part of says) assert.match(thrown.message, part)
      return true
    })
  })
}

test('clients that never send take one socket each, whatever the transport needs for both ways', () => {
  const many = scenario(['double'], [1000])
  const check = (descriptors: number) =>
    checkFeasible(many, idle, traitsOf, { descriptors, ports: 1000, isLinux: false })
  check(1128)
  assert.throws(() => check(1127), /many: 1000 connections over double\+tuned need 1128 file descriptors/)
})

test('two that are compared have to carry the workload; of the others it is said when their turn comes', () => {
  const one = scenario(['single', 'none'], [1])
  const gate = { ...rules, base: 'single+tuned', head: 'none+tuned' }
  const without = (transport: string) => ({ ...traitsOf(transport), push: transport !== 'none' })
  checkFeasible(one, idle, without, plenty)
  checkFeasible({ ...one, gate }, echo, without, plenty)
  assert.throws(
    () => checkFeasible({ ...one, gate }, idle, without, plenty),
    /^UserError: many: none\+tuned cannot be compared: idle needs push: true; .*; choose another transport/,
  )
  const [first, second] = one.subjects
  assert.ok(first && second)
  const lossy = { ...one, gate, subjects: [first, { ...second, handicap: { lose: 0.1 } }] }
  const each = (transport: string): Traits => ({ ...traitsOf(transport), answers: 'each' })
  assert.throws(() => checkFeasible(lossy, echo, each, plenty), /none\+tuned cannot be compared: a handicap that loses/)
})

test('this machine has limits, or none that it tells', () => {
  const { descriptors, ports } = readLimits()
  assert.ok(descriptors > 0 && ports > 0)
  assert.equal(descriptors, descriptorLimit())
})

const plenty: Limits = { descriptors: UNLIMITED, ports: UNLIMITED, isLinux: true }

/** How many channels each client process opens. */
function spread(asked: Partial<Settings>, limits = plenty, transport = 'single'): number[] {
  const all = { ...settings, ...asked }
  const plans = planClients(echo.cast(all, {}), all, traitsOf(transport), limits)
  return plans.map(({ channels: { first, step, end } }) => Math.ceil((end - first) / step))
}

const workers: ReadonlyArray<readonly [asked: Partial<Settings>, spread: number[]]> = [
  [{ workers: 3, connections: 10 }, [4, 3, 3]],
  [{ workers: 5, connections: 3 }, [1, 1, 1]],
  [{ workers: null, connections: 1 }, [1]],
]

for (const [asked, expected] of workers) {
  test(`${asked.workers ?? 'no number of'} workers asked for, ${asked.connections} connections: ${expected}`, () => {
    assert.deepEqual(spread(asked), expected)
  })
}

test('left to itself it takes at least one worker, and never more than connections', () => {
  const own = spread({ workers: null, connections: 1000 }).length
  assert.ok(own >= 1)
  for (const connections of [1, 2, 3]) {
    assert.equal(spread({ workers: null, connections }).length, Math.min(own, connections))
  }
})

test('more sockets than one process can hold spread over more processes', () => {
  const few = { ...plenty, descriptors: 128 + 100 }
  assert.deepEqual(spread({ workers: 1, connections: 250 }, few), [84, 83, 83])
  assert.equal(spread({ workers: 1, connections: 250 }, few, 'double').length, 5)
})

test('of channels that are not open together, only those that are need room', () => {
  const briefly = {
    ...echo,
    cast: () => [{ group: '', channels: 1000, atOnce: 100, processes: 'workers', sends: true } as const],
  }
  const check = (descriptors: number) => () =>
    checkFeasible(scenario(['single'], [1000]), briefly, traitsOf, { ...plenty, descriptors })
  check(228)()
  assert.throws(check(227), /^UserError: many: 100 connections over single\+tuned need 228 file descriptors/)
  const all = { ...settings, workers: 1 }
  const plans = planClients(briefly.cast(), all, traitsOf('single'), { ...plenty, descriptors: 228 })
  assert.deepEqual(
    plans.map(({ channels }) => channels),
    [{ first: 0, step: 1, end: 1000 }],
    'one process does them all',
  )
})

test('more sockets than one address has ports come from several addresses, where the loopback range has them', () => {
  const all = { ...settings, workers: 1, connections: 250 }
  const addresses = (isLinux: boolean) =>
    planClients(echo.cast(all, {}), all, traitsOf('single'), { ...plenty, ports: 100, isLinux }).map(
      ({ localAddress }) => localAddress,
    )
  assert.deepEqual(addresses(true), ['127.0.0.2', '127.0.0.3', '127.0.0.4'])
  assert.deepEqual(addresses(false), [undefined, undefined, undefined])
})

test('clients that are to keep off the ports of the server have addresses of their own, however few they are', () => {
  const all = { ...settings, workers: 2, connections: 10 }
  const addresses = (apart: boolean) =>
    planClients(echo.cast(all, {}), all, traitsOf('single'), plenty, apart).map(({ localAddress }) => localAddress)
  assert.deepEqual(addresses(true), ['127.0.0.2', '127.0.0.3'])
  assert.deepEqual(addresses(false), [undefined, undefined])
})
