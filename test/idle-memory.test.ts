/** The idle workload on a transport in memory: what its registry and its clients say, and what is made of it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Parameters } from '../src/parameter.ts'
import type { Trial } from '../src/result.ts'
import type { Dialer, Hello, Receiver, ServerChannel } from '../src/transport.ts'
import type { Workload } from '../src/workload.ts'
import { idle } from '../src/workloads/idle.ts'
import { type MemoryRun, parametersFor, runInMemory } from './memory-rig.ts'

const CONNECTIONS = 300
const MESSAGES = 60

const quiet = { connectRate: 100_000, probes: 10, heartbeat: undefined }
const beating = { ...quiet, heartbeat: { every: 1e9, missed: 2 } }

/** 60 probes in three seconds. */
function run(
  workload: Workload<Parameters>,
  changes: MemoryRun = {},
  parameters: typeof quiet | typeof beating = quiet,
) {
  return runInMemory(workload, {
    ...changes,
    parameters: parametersFor(idle, parameters),
    settings: {
      connections: CONNECTIONS,
      load: { model: 'open', ratePerSec: 20, arrivals: 'uniform' },
      durationNs: (MESSAGES / 20) * 1e9,
      ...changes.settings,
    },
  })
}

type Ends = Array<{ readonly channel: ServerChannel<unknown>; readonly receiver: Receiver }>

/** The same workload, its server's channels in a test's hands, by their numbers. */
function watched(ends: Ends, receiverOf: (receiver: Receiver) => Receiver = (one) => one): Workload {
  return {
    ...idle,
    serve(host, listener) {
      const half = idle.serve(host as never, listener)
      return {
        ...half,
        accept(channel) {
          const own = half.accept(channel)
          if (channel.hello.id === undefined) return own
          const id = Number(channel.hello.id)
          const receiver = receiverOf(own)
          ends[id] = { channel, receiver }
          return receiver
        },
      }
    },
  } as Workload
}

/** The same workload, its clients' way to the server in a test's hands. */
function dialling(change: (receiver: Receiver, hello: Hello) => { receiver: Receiver; hello: Hello }): Workload {
  return {
    ...idle,
    drive(host, dialer) {
      const changed: Dialer = {
        ...dialer,
        connect: (receiver, hello) => {
          const now = hello.id === undefined ? { receiver, hello } : change(receiver, hello)
          return dialer.connect(now.receiver, now.hello)
        },
      }
      return idle.drive(host as never, changed)
    },
  } as Workload
}

/** What its owner learns of a channel, all but that it is closed. */
function neverClosed(receiver: Receiver): Receiver {
  return { message: (bytes) => receiver.message(bytes), closed() {} }
}

const codes = ({ reasons, warnings }: Trial) => [...reasons, ...warnings].map(({ code }) => code)
const registry = (trial: Trial) => trial.workload.details.registry as Record<string, unknown>

for (const workers of [1, 3]) {
  test(`${workers} client processes: all connections survive, and the sample gets the probes`, async () => {
    const { trial, sents } = await run(idle as Workload, { settings: { workers } })
    assert.deepEqual([trial.verdict, trial.reasons], ['valid', []])
    const { scheduled, sent, expected, delivered } = trial.counts
    assert.deepEqual(
      { scheduled, sent, expected, delivered },
      {
        scheduled: MESSAGES,
        sent: MESSAGES,
        expected: MESSAGES,
        delivered: MESSAGES,
      },
    )
    assert.equal(trial.latency.response?.count, MESSAGES)
    assert.deepEqual(
      sents.map(({ sent: count }) => count),
      Array(10).fill(6),
      'each of the sample as often',
    )
    assert.equal(trial.workload.figures.survivors, 1)
    const { open, dead, closed } = registry(trial)
    assert.deepEqual([open, dead, closed], [[[0, CONNECTIONS]], [], []])
    assert.deepEqual(registry(trial).hosts, { memory: CONNECTIONS })
    assert.equal(trial.workload.histograms.establish?.count, CONNECTIONS)
  })
}

test('memory and CPU are those of the processes, for each connection and on the whole', async () => {
  const { trial } = await run(idle as Workload, { settings: { workers: 3 } })
  // Each process of the rig grew by a byte and used 10 ns besides waiting.
  const { figures } = trial.workload
  assert.equal(figures['memory.server'], 1)
  assert.equal(figures['memory.client'], 3)
  assert.equal(figures['memory.serverPerConnection'], 1 / CONNECTIONS)
  assert.equal(figures['memory.clientPerConnection'], 3 / CONNECTIONS)
  assert.equal(figures['cpu.serverIdle'], 10 / trial.durationNs)
  assert.equal(figures['cpu.clientIdle'], 30 / trial.durationNs)
})

test('connections are opened at the rate asked for, at the most', async () => {
  const { trial } = await run(idle as Workload, {}, { ...quiet, connectRate: 1000 })
  const rate = trial.workload.figures['connect.rate'] ?? Number.NaN
  assert.ok(rate > 0 && rate <= 1000, `${rate}/s`)
})

test('a sample larger than there are connections is all of them', async () => {
  const { trial, sents } = await run(idle as Workload, { settings: { connections: 4 } })
  assert.equal(sents.length, 4)
  assert.equal(trial.counts.delivered, MESSAGES)
})

for (const [count, expected] of [
  [3, { verdict: 'suspect', codes: ['channels-closed'] }],
  [4, { verdict: 'invalid', codes: ['channels-closed', 'channels-closed'] }],
] as const) {
  test(`${count} of ${CONNECTIONS} connections cut: both sides know it, ${expected.verdict}`, async () => {
    const ends: Ends = []
    const { trial } = await run(watched(ends), {
      // None of them in the sample, which is every 30th.
      measuring() {
        for (const { channel } of ends.slice(101, 101 + count)) channel.destroy()
      },
    })
    assert.deepEqual({ verdict: trial.verdict, codes: codes(trial) }, expected)
    assert.equal(trial.workload.figures.survivors, (CONNECTIONS - count) / CONNECTIONS)
    assert.deepEqual(registry(trial).closed, [[101, 101 + count]])
    assert.deepEqual(trial.workload.details.differing, { server: [], client: [], explained: 0 })
    assert.match(trial.warnings[0]?.message ?? '', new RegExp(`^${count} of ${CONNECTIONS} connections were lost`))
  })
}

test('a server that does not notice is found out by the comparison', async () => {
  const ends: Ends = []
  const { trial } = await run(
    watched(ends, (receiver) => neverClosed(receiver)),
    { measuring: () => ends[5]?.channel.destroy() },
  )
  assert.equal(trial.verdict, 'invalid')
  const [reason] = trial.reasons
  assert.deepEqual([reason?.code, /registry|server holds/.test(reason?.message ?? '')], ['workload', true])
  assert.match(reason?.message ?? '', /do not: 5$/)
})

test('clients that do not notice are found out, too, with their numbers', async () => {
  const ends: Ends = []
  const deaf = dialling((receiver, hello) => ({ receiver: neverClosed(receiver), hello }))
  const { serve } = watched(ends)
  const { trial } = await run({ ...deaf, serve } as Workload, {
    measuring() {
      for (const id of [4, 5, 6, 9]) ends[id]?.channel.destroy()
    },
  })
  assert.equal(trial.verdict, 'invalid')
  assert.ok(trial.reasons.some(({ code, message }) => code === 'workload' && message.endsWith('does not: 4-6, 9')))
})

test('what was closed a moment before the end is no contradiction', async () => {
  const ends: Ends = []
  const { trial } = await run(
    watched(ends, (receiver) => neverClosed(receiver)),
    {
      measuring: (time, window) => {
        time.alarm().around(window.endNs - 500e6, () => ends[5]?.channel.destroy())
      },
    },
  )
  assert.deepEqual([trial.reasons, codes(trial)], [[], ['channels-closed']])
  assert.deepEqual(trial.workload.details.differing, { server: [], client: [], explained: 1 })
})

test('two connections of one number, one of none: the registry says so', async () => {
  const { trial } = await run(
    dialling((receiver, hello) => ({
      receiver,
      hello: hello.id === '8' ? { id: '7' } : hello.id === '9' ? {} : hello,
    })),
  )
  const problems = trial.reasons.filter(({ code }) => code === 'workload').map(({ message }) => message)
  assert.equal(problems.length, 3, problems.join('\n'))
  assert.ok(problems.some((text) => text === 'more than one connection said that it was 7'))
  assert.ok(problems.some((text) => text.startsWith('1 connections did not say')))
  assert.ok(problems.some((text) => text.endsWith('does not: 8-9')))
})

test('a message where none was sent is a fault', async () => {
  const ends: Ends = []
  const { trial } = await run(watched(ends), { measuring: () => ends[5]?.channel.send(new Uint8Array(100)) })
  assert.deepEqual(
    trial.reasons.map(({ message }) => message),
    ['1 messages came to connections that were sent none'],
  )
})

test('peers found dead by the server are counted, and the client that does not know it is no contradiction', async () => {
  const ends: Ends = []
  const { trial } = await run(
    watched(ends),
    {
      traits: { heartbeat: 'both' },
      measuring: () => {
        for (const { receiver } of ends.slice(40, 45)) receiver.closed({ by: 'heartbeat', error: new Error('silent') })
      },
    },
    beating,
  )
  const { figures, details, notes } = trial.workload
  assert.deepEqual([figures['dead.byServer'], figures['dead.byClient']], [5, 0])
  assert.equal(figures.survivors, (CONNECTIONS - 5) / CONNECTIONS)
  assert.deepEqual(registry(trial).dead, [[40, 45]])
  assert.deepEqual(details.differing, { server: [], client: [], explained: 5 })
  assert.deepEqual(details.heartbeat, { everyMs: 1000, missed: 2, finds: 'both' })
  assert.match(trial.reasons[0]?.message ?? '', /found dead by heartbeat: 5 by the server, 0 by the clients$/)
  assert.deepEqual(notes, [])
})

for (const [finds, figures, note] of [
  ['both', [0, 0], undefined],
  ['client', [null, 0], /^heartbeats go from the server to its clients alone/],
  ['none', [null, null], /^without heartbeats, neither side can find out/],
] as const) {
  test(`heartbeats on a transport where ${finds} can find a silent peer`, async () => {
    const { trial } = await run(idle as Workload, { traits: { heartbeat: finds } }, beating)
    assert.equal(trial.verdict, 'valid')
    const { notes } = trial.workload
    assert.deepEqual([trial.workload.figures['dead.byServer'], trial.workload.figures['dead.byClient']], figures)
    assert.equal(notes.length, note ? 1 : 0)
    if (note) assert.match(notes[0] ?? '', note)
  })
}

test('without heartbeats asked for nobody is said to be unable to find out', async () => {
  const { trial } = await run(idle as Workload, { traits: { heartbeat: 'none' } })
  assert.deepEqual(trial.workload.notes, [])
  assert.equal(trial.workload.details.heartbeat, null)
  assert.equal(trial.workload.figures['dead.byServer'], null)
})

test('heartbeats are asked of the transport in its own unit', () => {
  assert.deepEqual(idle.ask?.({ ...quiet, heartbeat: { every: 250e6, missed: 3 } }), {
    heartbeat: { everyMs: 250, missed: 3 },
  })
  assert.deepEqual(idle.ask?.(quiet), {})
})
