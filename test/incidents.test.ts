/** What befalls the processes of a trial on purpose, and what happens when that goes wrong; real processes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicClock } from '../src/clock.ts'
import type { Member } from '../src/control.ts'
import { lastingPorts } from '../src/runner/lasting-port.ts'
import { sourcePorts } from '../src/runner/limits.ts'
import { runTrial } from '../src/runner/trial.ts'
import type { Settings } from '../src/scenario.ts'
import { reconnect } from '../src/workloads/reconnect.ts'
import { childrenOf } from './cli-rig.ts'
import { reconnectParameters } from './reconnect-parameters.ts'
import { checkLedger } from './result-checks.ts'
import { measure, smallEcho } from './trial-rig.ts'

/** The server process restarts in the middle; tests say when that is, and for how long nobody is there. */
function restarting(durationNs: number, down: number): Partial<Settings> {
  const backoff = { initial: 10e6, max: 50e6, jitter: 0.5 }
  return { durationNs, warmupNs: 100e6, parameters: reconnectParameters({ by: 'restart', down }, { backoff }) }
}

/** Inode of a socket that a process holds. */
function inodeOf(pid: number, descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]
  } catch {
    // Closed between the listing and the look.
    return undefined
  }
}

/** Port on which a process of this machine listens. */
function portOf(pid: number): number {
  const inodes = readdirSync(`/proc/${pid}/fd`).map((descriptor) => inodeOf(pid, descriptor))
  const sockets = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n')
  const fields = sockets.map((line) => line.trim().split(/\s+/))
  const listening = fields.find((of) => of[3] === '0A' && inodes.includes(of[9]))
  return Number.parseInt(listening?.[1]?.split(':')[1] ?? '', 16)
}

async function inTime<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const limit = new AbortController()
  const late = sleep(limitMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`took longer than ${limitMs} ms`)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    limit.abort()
    late.catch(() => {})
  }
}

test('a server that will come back is where no client that tries to connect meanwhile can be given its port', async () => {
  const given = sourcePorts()
  assert.ok(given, 'Linux tells which ports it gives')
  const seen: number[] = []
  const watcher = { measuring: (_: unknown, [server]: readonly Member[]) => void seen.push(portOf(server?.pid ?? 0)) }
  const trial = await inTime(30_000, measure('tcp', restarting(600e6, 1e6), watcher, undefined, reconnect))
  assert.ok(!trial.reasons.some(({ code }) => code === 'connect-failed'), JSON.stringify(trial.reasons))
  assert.equal(trial.processes.filter(({ role }) => role === 'server').length, 2, 'it came back')
  const [port = 0] = seen
  assert.ok(port > 0 && (port < given.low || port > given.high), `${port}, given are ${given.low} to ${given.high}`)
})

test('of the ports a server is to try it takes the first one that is free', async () => {
  const [taken = 0, free = 0] = lastingPorts(undefined)
  const thief = createServer()
  await once(thief.listen(taken, '127.0.0.1'), 'listening')
  const epochNs = process.hrtime.bigint()
  const clients = [{ group: 'client', channels: { first: 0, step: 1, end: 4 } }]
  const spec = { clients, incidents: [], transport: 'tcp', workload: 'echo', settings: smallEcho, seed: 1 }
  const seen: number[] = []
  const watcher = { measuring: (_: unknown, [server]: readonly Member[]) => void seen.push(portOf(server?.pid ?? 0)) }
  const { signal } = new AbortController()
  const running = runTrial(
    { ...spec, ports: [taken, free], epochNs: String(epochNs) },
    monotonicClock(epochNs),
    signal,
    watcher,
  )
  const { reasons } = await inTime(30_000, running)
  thief.close()
  assert.deepEqual({ reasons, seen }, { reasons: [], seen: [free] })
})

test('a server that cannot come back, because its port was taken: invalid, soon, and nothing is left behind', async () => {
  const thief = createServer((socket) => socket.destroy())
  const measuring = measure(
    'tcp',
    restarting(60e9, 1),
    {
      measuring(_, [server]) {
        assert.ok(server)
        const port = portOf(server.pid)
        const { stop } = server
        server.stop = async () => {
          await stop()
          if (!thief.listening) await once(thief.listen(port, '127.0.0.1'), 'listening')
        }
      },
    },
    undefined,
    { ...reconnect, incidents: () => [{ kind: 'restart-server', atNs: 200e6, downNs: 1 }] },
  )
  const trial = await inTime(30_000, measuring)
  thief.close()
  assert.equal(trial.verdict, 'invalid')
  assert.equal(trial.reasons[0]?.code, 'connect-failed', JSON.stringify(trial.reasons))
  assert.match(trial.reasons[0]?.message ?? '', /^the server could not be restarted: .*the port is taken/)
  assert.equal(trial.reasons.length, 1)
  checkLedger(trial)
  assert.ok(trial.counts.delivered > 0, 'what came before is kept')
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
})

test('a trial that is aborted while no server is there ends at once', async () => {
  const controller = new AbortController()
  let successors = 0
  const measuring = measure(
    'tcp',
    restarting(600e9, 250e9),
    {
      measuring(_, members) {
        members[0]?.ended.then(async () => {
          await sleep(100)
          successors = members.filter(({ role }) => role === 'server').length - 1
          controller.abort(new Error('enough'))
        })
      },
    },
    controller.signal,
    { ...reconnect, incidents: () => [{ kind: 'restart-server', atNs: 100e6, downNs: 250e9 }] },
  )
  await inTime(30_000, assert.rejects(measuring, /enough/))
  assert.equal(successors, 1, 'it starts meanwhile, so that nobody waits for that')
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
})

test('a client that dies while no server is there: invalid for that alone, and nothing is left behind', async () => {
  const measuring = measure(
    'tcp',
    restarting(600e9, 250e9),
    { measuring: (_, [server, client]) => void server?.ended.then(() => setTimeout(() => client?.kill(), 100)) },
    undefined,
    { ...reconnect, incidents: () => [{ kind: 'restart-server', atNs: 100e6, downNs: 250e9 }] },
  )
  const trial = await inTime(30_000, measuring)
  assert.deepEqual(trial.reasons, [{ code: 'client-died', message: 'the client process was killed by SIGKILL' }])
  checkLedger(trial)
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
})

test('a server that dies long before it was to be restarted ends the trial, which does not wait for that', async () => {
  const measuring = measure(
    'tcp',
    restarting(600e9, 1),
    { measuring: (_, [server]) => void setTimeout(() => server?.kill(), 500) },
    undefined,
    reconnect,
  )
  const trial = await inTime(30_000, measuring)
  assert.deepEqual(trial.reasons, [{ code: 'server-died', message: 'the server process was killed by SIGKILL' }])
  checkLedger(trial)
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
})

test('the successor dies, too: invalid, and what was delivered is kept', async () => {
  const measuring = measure(
    'tcp',
    restarting(60e9, 1e6),
    {
      async measuring(_, members: readonly Member[]) {
        const servers = () => members.filter(({ role }) => role === 'server')
        while (servers().length < 2) await sleep(10)
        await sleep(300)
        servers()[1]?.kill()
      },
    },
    undefined,
    { ...reconnect, incidents: () => [{ kind: 'restart-server', atNs: 100e6, downNs: 1e6 }] },
  )
  const trial = await inTime(30_000, measuring)
  assert.deepEqual(trial.reasons, [{ code: 'server-died', message: 'the server process was killed by SIGKILL' }])
  checkLedger(trial)
  assert.ok(trial.counts.delivered > 0)
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
})

test('a client process that was stopped goes on when the trial ends early, and is gone with it', async () => {
  const controller = new AbortController()
  const members: Member[] = []
  const measuring = measure(
    'tcp',
    restarting(600e9, 1),
    {
      measuring(_, all) {
        members.push(...all)
        setTimeout(() => controller.abort(new Error('enough')), 600)
      },
    },
    controller.signal,
    { ...reconnect, incidents: () => [{ kind: 'freeze-client', atNs: 0, forNs: 500e9, index: 0 }] },
  )
  await inTime(30_000, assert.rejects(measuring, /enough/))
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
})
