/** Fan-out to 1, 100 and 1,000 subscribers at 20 messages a second on each transport: `npm run test:slow`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { missingTrait } from '../../src/runner/support.ts'
import { loadTransport, transportNames } from '../../src/transports/index.ts'
import { fanOut } from '../../src/workloads/fan-out.ts'
import { parametersFor } from '../memory-rig.ts'
import { checkLedger } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const SECONDS = 3
const PER_SEC = 20

for (const transport of transportNames) {
  if (missingTrait(fanOut, (await loadTransport(transport)).traits)) continue
  for (const subscribers of [1, 100, 1000]) {
    test(`${transport}: ${subscribers} subscribers, nothing lost`, { timeout: 120_000 }, async (context) => {
      const parameters = parametersFor(fanOut, {
        subscribers,
        publishers: 1,
        rooms: 1,
        strategy: 'immediate',
        slow: undefined,
        buffer: { limit: undefined, policy: undefined },
      })
      const trial = await measure(
        transport,
        {
          connections: subscribers + 1,
          load: { model: 'open', ratePerSec: PER_SEC, arrivals: 'uniform' },
          warmupNs: 2e9,
          durationNs: SECONDS * 1e9,
          timeoutNs: 10e9,
          parameters,
        },
        {},
        undefined,
        fanOut,
      )
      assert.deepEqual(trial.reasons, [])
      checkLedger(trial)
      const { expected, delivered, lost, timedOut, inFlightAtEnd, unaccounted } = trial.counts
      assert.equal(expected, SECONDS * PER_SEC * subscribers)
      assert.deepEqual([delivered, lost, timedOut, inFlightAtEnd, unaccounted], [expected, 0, 0, 0, 0])
      context.diagnostic(`p50 ${trial.latency.response?.p50} ns, p99 ${trial.latency.response?.p99} ns`)
    })
  }
}
