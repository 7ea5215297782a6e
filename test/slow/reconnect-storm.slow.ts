/** 2,000 subscribers lose their connections at the same instant, and all recover: `npm run test:slow`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { missingTrait } from '../../src/runner/support.ts'
import type { Settings } from '../../src/scenario.ts'
import { loadTransport, transportNames } from '../../src/transports/index.ts'
import { reconnect } from '../../src/workloads/reconnect.ts'
import { reconnectParameters } from '../reconnect-parameters.ts'
import { checkLedger } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const CONNECTIONS = 2000

const settings: Partial<Settings> = {
  connections: CONNECTIONS,
  load: { model: 'open', ratePerSec: 2, arrivals: 'uniform' },
  warmupNs: 500e6,
  durationNs: 10e9,
  timeoutNs: 60e9,
}

function ms(ns: unknown): string {
  return typeof ns === 'number' ? `${(ns / 1e6).toFixed(0)} ms` : '-'
}

for (const name of transportNames) {
  const { traits } = await loadTransport(name)
  const skip = missingTrait(reconnect, traits) ?? false

  for (const by of ['client', 'server', 'restart'] as const) {
    test(`${name}: a storm of ${CONNECTIONS} reconnects (${by}), all recovered`, { skip }, async (t) => {
      const backoff = { initial: 100e6, max: 2e9, jitter: 0.5 }
      const parameters = reconnectParameters({ by, down: 500e6 }, { backoff })
      const trial = await measure(name, { ...settings, parameters }, {}, undefined, reconnect)
      const { counts } = trial
      const { figures } = trial.workload
      t.diagnostic(
        `recovery p50 ${ms(figures['recovery.p50'])}, p99 ${ms(figures['recovery.p99'])}, max ${ms(figures['recovery.max'])}; ` +
          `${figures.reconnects} reconnects, ${figures.refused} refused, ${counts.replayed} replayed`,
      )
      const where = JSON.stringify({ counts, figures, reasons: trial.reasons })
      checkLedger(trial)
      assert.equal(figures.dropped, CONNECTIONS, where)
      assert.deepEqual([figures.reconnects, figures.notRecovered, figures.gaps], [CONNECTIONS, 0, 0], where)
      assert.equal(counts.delivered, counts.sent * CONNECTIONS, where)
      assert.deepEqual([counts.lost, counts.duplicate, counts.outOfOrder, counts.corrupt], [0, 0, 0, 0], where)
    })
  }
}
