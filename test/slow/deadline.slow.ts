/** What waits for a deadline by design, more than ten seconds: `npm run test:slow`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../../src/control.ts'
import type { Window } from '../../src/workload.ts'
import { checkLedger } from '../result-checks.ts'
import { isAlive, measure } from '../trial-rig.ts'

test('a server that stands still for good: the trial ends at the deadline, and the client’s accounts are kept', async () => {
  const members: Member[] = []
  const trial = await measure(
    'tcp',
    { warmupNs: 100e6, durationNs: 1e9, timeoutNs: 500e6 },
    {
      async measuring({ startNs, warmNs }: Window, all: readonly Member[]) {
        members.push(...all)
        await sleep((warmNs - startNs) / 1e6 + 500)
        process.kill(all.find(({ role }) => role === 'server')?.pid ?? 0, 'SIGSTOP')
      },
    },
  )
  assert.equal(trial.verdict, 'invalid')
  assert.deepEqual(
    trial.reasons.map(({ code }) => code),
    ['deadline'],
  )
  assert.match(trial.reasons[0]?.message ?? '', /^the server process did not answer: settling took longer than \d+ s$/)
  const { scheduled, delivered, inFlightAtEnd, lost, timedOut, unaccounted } = trial.counts
  assert.equal(scheduled, 500, 'as the schedule says')
  assert.ok(delivered > 0 && delivered < scheduled, 'what came before is kept')
  assert.ok(lost + timedOut + inFlightAtEnd > 0, 'and the rest is not called delivered')
  assert.equal(unaccounted, 0)
  assert.ok(trial.timeline.length > 0)
  assert.deepEqual(
    trial.processes.map(({ role }) => role),
    ['client'],
  )
  checkLedger(trial)
  assert.equal(members.length, 2)
  for (const { role, pid } of members) assert.ok(!isAlive(pid), `the ${role} process is gone`)
})
