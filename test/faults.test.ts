/** What happens to a trial when its processes die; real processes and sockets. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../src/control.ts'
import { missingTrait } from '../src/runner/support.ts'
import { loadTransport, transportNames } from '../src/transports/index.ts'
import { echo } from '../src/workloads/echo.ts'
import { childrenOf } from './cli-rig.ts'
import { checkLedger } from './result-checks.ts'
import { isAlive, measure } from './trial-rig.ts'

/** Kills a member so long after the window opened, and remembers all of them. */
function killing(role: 'server' | 'client', afterMs = 400) {
  const members: Member[] = []
  return {
    members,
    async measuring(window: { startNs: number; warmNs: number }, all: readonly Member[]) {
      members.push(...all)
      const victim = all.find((member) => member.role === role)
      await sleep((window.warmNs - window.startNs) / 1e6 + afterMs)
      process.kill(victim?.pid ?? 0, 'SIGKILL')
    },
  }
}

function assertAllGone(members: readonly Member[]): void {
  assert.ok(members.length >= 2)
  for (const { role, pid } of members) assert.ok(!isAlive(pid), `the ${role} process is gone`)
}

for (const transport of transportNames) {
  const lacking = missingTrait(echo, (await loadTransport(transport)).traits)
  if (lacking !== undefined) {
    test(`${transport}: an echo is unsupported, with the missing trait, and nothing is started for it`, async () => {
      const trial = await measure(transport, {}, { measuring: () => assert.fail('no window may be opened') })
      assert.equal(trial.verdict, 'unsupported')
      assert.deepEqual(trial.reasons, [{ code: 'unsupported', message: lacking }])
      assert.match(lacking, /^echo needs answers: each; /)
      assert.deepEqual(childrenOf(process.pid), [])
    })
    continue
  }

  test(`${transport}: a server killed while measuring makes the trial invalid, and the accounts still close`, async () => {
    const watcher = killing('server')
    const trial = await measure(transport, {}, watcher)
    assert.equal(trial.verdict, 'invalid')
    assert.deepEqual(trial.reasons, [{ code: 'server-died', message: 'the server process was killed by SIGKILL' }])
    checkLedger(trial)
    assert.ok(trial.counts.delivered > 0, 'what came before is kept')
    assert.equal(trial.counts.unaccounted, 0, 'the client kept the accounts')
    assertAllGone(watcher.members)
  })

  test(`${transport}: a trial over two client processes loses nothing and leaves no process`, async () => {
    const members: Member[] = []
    const trial = await measure(
      transport,
      { workers: 2, connections: 5, durationNs: 500e6 },
      { measuring: (_, all) => members.push(...all) },
    )
    checkLedger(trial)
    const { scheduled, sent, delivered, unaccounted } = trial.counts
    assert.deepEqual({ scheduled, unaccounted }, { scheduled: 250, unaccounted: 0 })
    assert.equal(delivered, sent, 'whatever a busy machine left unsent, what was sent came back')
    assertAllGone(members)
  })
}

test('a client killed while measuring takes its accounts along: invalid, and the sum still closes', async () => {
  // Members report their counts once a second.
  const watcher = killing('client', 1300)
  const trial = await measure('tcp', { workers: 2, durationNs: 3e9 }, watcher)
  assert.equal(trial.verdict, 'invalid')
  assert.deepEqual(trial.reasons, [{ code: 'client-died', message: 'client process 0 was killed by SIGKILL' }])
  checkLedger(trial)
  assert.ok(trial.counts.unaccounted > 0, 'what the dead process had last reported')
  assert.ok(trial.counts.delivered > 0, 'what the other process did is kept')
  assertAllGone(watcher.members)
})

test('an aborted trial ends its processes at once, stopped ones among them', async () => {
  const members: Member[] = []
  const controller = new AbortController()
  const measuring = measure(
    'tcp',
    { durationNs: 60e9 },
    {
      measuring(_, all) {
        members.push(...all)
        for (const { pid } of all) process.kill(pid, 'SIGSTOP')
        setTimeout(() => controller.abort(new Error('enough')), 300)
      },
    },
    controller.signal,
  )
  await assert.rejects(measuring, /enough/)
  assertAllGone(members)
})

/** Only a failsafe against hanging. */
const FAILSAFE_MS = 30_000

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const startedMs = Date.now(); Date.now() - startedMs < FAILSAFE_MS; await sleep(5)) {
    const found = look()
    if (found !== undefined && found !== false) return found
  }
  throw new Error(`${what} did not come about`)
}

/** Process ids of the client processes of the trial under way, in their order, once there are so many. */
function clientsOnce(count: number): Promise<number[]> {
  return until(`${count} client processes`, () => {
    const commands = childrenOf(process.pid).map((pid) => ({
      pid,
      line: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'),
    }))
    const clients = commands.filter(({ line }) => line.includes('rtbench-client'))
    clients.sort((one, other) => Number(one.line.at(-2)) - Number(other.line.at(-2)))
    return clients.length === count && clients.map(({ pid }) => pid)
  })
}

function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((descriptor) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith('socket:')
    } catch {
      // Closed between the listing and the look.
      return false
    }
  }).length
}

const unmeasured = { measuring: () => assert.fail('no window may be opened') }

function assertNothingMeasured(trial: Awaited<ReturnType<typeof measure>>, client: number): void {
  assert.equal(trial.verdict, 'invalid')
  assert.deepEqual(trial.reasons, [{ code: 'client-died', message: `client process ${client} was killed by SIGKILL` }])
  assert.deepEqual([trial.timeline, trial.processes, trial.warnings], [[], [], []])
  assert.deepEqual([trial.counts.scheduled, trial.counts.expected, trial.phases.settleNs], [0, 0, 0])
  checkLedger(trial)
  assert.deepEqual(childrenOf(process.pid), [], 'no process is left')
}

test('a client killed before it has connected: the trial ends without a window', async () => {
  const measuring = measure('tcp', { workers: 2 }, unmeasured)
  const [, victim = 0] = await clientsOnce(2)
  process.kill(victim, 'SIGKILL')
  assertNothingMeasured(await measuring, 1)
})

test('a client killed when it has connected and others have not: the trial ends without a window', async () => {
  const measuring = measure('tcp', { workers: 2, connections: 40 }, unmeasured)
  const [victim = 0, other = 0] = await clientsOnce(2)
  process.kill(other, 'SIGSTOP')
  await until('the connections of the first client', () => socketsOf(victim) >= 20)
  // It has told so, too.
  await sleep(200)
  process.kill(victim, 'SIGKILL')
  await until('the end of the first client', () => !isAlive(victim))
  await sleep(50)
  process.kill(other, 'SIGCONT')
  const trial = await measuring
  assertNothingMeasured(trial, 0)
})

test('a client killed while settling: what it sent is known, and is counted once', async () => {
  const victims: Member[] = []
  const trial = await measure(
    'tcp',
    { workers: 2, durationNs: 1.5e9 },
    {
      measuring(_, members) {
        const victim = members.find(({ role }) => role === 'client')
        assert.ok(victim)
        victims.push(victim)
        const { settle } = victim
        victim.settle = (owed, deadlineNs) => {
          process.kill(victim.pid, 'SIGKILL')
          return settle(owed, deadlineNs)
        }
      },
    },
  )
  assert.equal(trial.verdict, 'invalid')
  assert.deepEqual(trial.reasons, [{ code: 'client-died', message: 'client process 0 was killed by SIGKILL' }])
  assert.ok((victims[0]?.progress.measured ?? 0) > 0, 'it had reported on its way, too')
  const { scheduled, sent, expected, delivered, unaccounted } = trial.counts
  assert.deepEqual([scheduled, sent, expected], [750, 750, 750], 'as the schedule says')
  assert.equal(unaccounted, 375, 'the half of the dead client')
  assert.equal(delivered, 375, 'the half of the other')
  checkLedger(trial)
})
