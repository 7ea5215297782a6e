/** The reconnect workload with real processes and sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Member } from '../src/control.ts'
import type { Trial } from '../src/result.ts'
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
  assert.deepEqual(trial.reasons, [], where)
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
  const skip = traits.push && traits.ordered ? false : 'it cannot push, or not in order'

  for (const by of ['client', 'server'] as const) {
    test(`${name}: dropped by the ${by} while messages flow, all come back and miss nothing`, { skip }, async () => {
      const trial = await run(name, reconnectParameters({ by, share: 0.5, every: 300e6 }))
      checkRecovered(trial)
      const { dropped, reconnects } = trial.workload.figures
      assert.deepEqual([dropped, reconnects], [15, 15], 'half of them, three times')
    })
  }
}
