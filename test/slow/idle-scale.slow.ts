/** 15,000 idle connections on each transport, about 20 s each: `npm run test:slow`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { readLimits } from '../../src/runner/limits.ts'
import { missingTrait } from '../../src/runner/support.ts'
import { loadTransport, transportNames } from '../../src/transports/index.ts'
import type { Workload } from '../../src/workload.ts'
import { idle } from '../../src/workloads/idle.ts'
import { parametersFor } from '../memory-rig.ts'
import { checkLedger } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const CONNECTIONS = 15_000
const DESCRIPTORS = 16_000

const { descriptors } = readLimits()
const skip =
  descriptors < DESCRIPTORS && `needs ${DESCRIPTORS} file descriptors a process, and there are ${descriptors}`

for (const transport of transportNames) {
  if (missingTrait(idle, (await loadTransport(transport)).traits)) continue
  test(`${transport}: ${CONNECTIONS} idle connections, none of them lost`, {
    skip,
    timeout: 240_000,
  }, async (context) => {
    const trial = await measure(
      transport,
      {
        connections: CONNECTIONS,
        load: { model: 'open', ratePerSec: 50, arrivals: 'uniform' },
        durationNs: 4e9,
        timeoutNs: 10e9,
        parameters: parametersFor(idle, { connectRate: 10_000, probes: 1000, heartbeat: undefined }),
      },
      {},
      undefined,
      idle as Workload,
    )
    assert.notEqual(trial.verdict, 'invalid', JSON.stringify(trial.reasons))
    checkLedger(trial)
    const { figures, histograms, details } = trial.workload
    assert.deepEqual([trial.counts.scheduled, trial.counts.delivered], [200, trial.counts.sent])
    assert.equal(figures.survivors, 1)
    assert.equal(histograms.establish?.count, CONNECTIONS)
    assert.deepEqual((details.registry as Record<string, unknown>).open, [[0, CONNECTIONS]])
    const kib = (name: string) => `${((figures[name] ?? Number.NaN) / 1024).toFixed(1)} KiB`
    context.diagnostic(
      `${Math.round(figures['connect.rate'] ?? 0)} connections/s; a connection: server ${kib('memory.serverPerConnection')}, ` +
        `client ${kib('memory.clientPerConnection')}`,
    )
  })
}
