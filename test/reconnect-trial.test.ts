/** The reconnect workload with real processes and sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Member } from '../src/control.ts'
import type { Trial } from '../src/result.ts'
import { missingTrait } from '../src/runner/support.ts'
import type { Settings } from '../src/scenario.ts'
import { loadTransport, transportNames } from '../src/transports/index.ts'
import { reconnect } from '../src/workloads/reconnect.ts'
import { reconnectParameters } from './reconnect-parameters.ts'
import { checkLedger } from './result-checks.ts'
import { isAlive, measure } from './trial-rig.ts'

/** 200 messages in a second to each of 10 subscribers. */
const settings: Partial<Settings> = {
  connections: 10,
  load: { model: 'open', ratePerSec: 200, arrivals: 'uniform' },
  warmupNs: 100e6,
  durationNs: 1e9,
  timeoutNs: 10e9,
}

async function run(
  transport: string,
  parameters: Settings['parameters'],
  more: Partial<Settings> = {},
): Promise<Trial> {
  const members: Member[] = []
  const trial = await measure(
    transport,
    { ...settings, parameters, ...more },
    { measuring: (_, all) => members.push(...all) },
    undefined,
    reconnect,
  )
  for (const { role, pid } of members) assert.ok(!isAlive(pid), `the ${role} process is gone`)
  return trial
}

/** Whatever broke, everything sent has come to everyone exactly once. */
function checkRecovered(trial: Trial): void {
  const { counts, workload } = trial
  const where = JSON.stringify({ counts, figures: workload.figures, reasons: trial.reasons })
  checkLedger(trial)
  // Whether a busy machine keeps up with the load is not the question here.
  const reasons = trial.reasons.filter(({ code }) => code !== 'load-not-reached')
  assert.deepEqual(reasons, [], where)
  assert.ok(counts.sent > 0 && counts.delivered === counts.sent * 10, where)
  const { lost, duplicate, outOfOrder, corrupt, late, unaccounted } = counts
  assert.deepEqual(
    { lost, duplicate, outOfOrder, corrupt, late, unaccounted },
    { lost: 0, duplicate: 0, outOfOrder: 0, corrupt: 0, late: 0, unaccounted: 0 },
    where,
  )
  assert.deepEqual([workload.figures.notRecovered, workload.figures.gaps], [0, 0], where)
  assert.ok(!trial.warnings.some(({ code }) => code === 'channels-closed' || code === 'undelivered'), where)
}

for (const name of transportNames) {
  const { traits } = await loadTransport(name)
  const skip = missingTrait(reconnect, traits) ?? false

  for (const by of ['client', 'server'] as const) {
    test(`${name}: dropped by the ${by} while messages flow, all come back and miss nothing`, { skip }, async () => {
      const trial = await run(name, reconnectParameters({ by, share: 0.5, every: 200e6 }), { durationNs: 700e6 })
      checkRecovered(trial)
      const { dropped, reconnects } = trial.workload.figures
      assert.ok(Number(dropped) >= 5, `${dropped} dropped, half of those who were there, three times`)
      assert.equal(reconnects, dropped)
    })
  }

  test(`${name}: the server process restarts: all come back, what fell due meanwhile is delivered`, {
    skip,
  }, async () => {
    const trial = await run(name, reconnectParameters({ by: 'restart', down: 100e6 }), { durationNs: 1.5e9 })
    checkRecovered(trial)
    const { scheduled, replayed } = trial.counts
    assert.ok(Math.abs(scheduled - 300) <= 1, `${scheduled} scheduled: the feed has no hole`)
    assert.ok(replayed > 0)
    assert.equal(trial.workload.figures.dropped, 10)
    assert.ok(Number(trial.workload.figures.refused) > 0, 'nobody was there for a while')
    assert.deepEqual(trial.processes.map(({ role }) => role).sort(), ['client', 'server', 'server'])
  })

  test(`${name}: a client process stands still: heartbeats find it where they can, and it misses nothing`, {
    skip,
  }, async () => {
    const heartbeat = { every: 100e6, missed: 2 }
    const parameters = reconnectParameters({ by: 'freeze', share: 0.5, down: 700e6 }, { heartbeat })
    const trial = await run(name, parameters, { durationNs: 1.5e9 })
    checkRecovered(trial)
    const { figures, notes } = trial.workload
    if (traits.heartbeat === 'both') {
      assert.ok(Number(figures.foundSilent) >= 5, `${figures.foundSilent} found: all of the stopped process`)
      assert.ok(Number(figures.reconnects) >= 5 && trial.counts.replayed > 0, JSON.stringify(figures))
    } else {
      assert.equal(figures.foundSilent, null)
      assert.match(notes.join(), /no heartbeats/)
    }
  })
}
