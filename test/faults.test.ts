/** What happens to a trial when its processes die; real processes and sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../src/control.ts'
import { transportNames } from '../src/transports/index.ts'
import { checkLedger, checkTrial } from './result-checks.ts'
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
      { workers: 2, connections: 5 },
      { measuring: (_, all) => members.push(...all) },
    )
    checkTrial(trial)
    assert.equal(trial.counts.scheduled, 500)
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
