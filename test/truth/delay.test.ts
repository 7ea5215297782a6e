/** A server that hands on every message 100 ms later: the whole distribution has to move by that, and nothing else may. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import type { Trial } from '../../src/result.ts'
import { checkTrial } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const DELAY_NS = 100e6
/** A timer rings up to a millisecond late, on both sides of the server. */
const TOLERANCE_NS = 2e6 + 0.1 * DELAY_NS
const DECILES = [10, 20, 30, 40, 50, 60, 70, 80, 90]

function deciles(trial: Trial): number[] {
  const histogram = decodeFromCompressedBase64(trial.latency.response?.hdr ?? '')
  return DECILES.map((percent) => histogram.getValueAtPercentile(percent))
}

test('a delay in the server shifts response times by itself, from p10 to p90', async () => {
  // At the same time, so that whatever else this machine does befalls both.
  const [plain, delayed] = await Promise.all([
    measure('tcp', { durationNs: 1.5e9 }),
    measure('tcp', { durationNs: 1.5e9 }, { handicap: { delayNs: DELAY_NS } }),
  ])
  for (const trial of [plain, delayed]) checkTrial(trial)
  assert.ok((delayed.latency.response?.min ?? 0) >= DELAY_NS, 'no message was quicker than the delay')
  const before = deciles(plain)
  for (const [at, value] of deciles(delayed).entries()) {
    const shiftNs = value - (before[at] ?? 0)
    assert.ok(Math.abs(shiftNs - DELAY_NS) <= TOLERANCE_NS, `p${DECILES[at]} moved by ${shiftNs} ns`)
  }
})
