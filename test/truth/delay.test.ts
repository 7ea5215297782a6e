/** A server that hands on every message a second later: the whole distribution has to move by that, and nothing else may. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import type { Trial } from '../../src/result.ts'
import { checkLedger } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

/** The server wakes up once more for a message that waits; on a busy machine that alone takes tens of milliseconds. */
const DELAY_NS = 1e9
/** A timer rings up to a millisecond late. */
const TOLERANCE_NS = 2e6 + 0.1 * DELAY_NS
/** So few that nobody needs much of the processor. */
const load = { model: 'open', ratePerSec: 200, arrivals: 'uniform' } as const
/**
 * The warm-up is longer than the delay: the window begins when as many messages come back as leave. The window is so long that a
 * standstill of a busy machine, a tenth of a second and more, is of few of its messages.
 */
const settings = { load, warmupNs: 1.2e9, durationNs: 3e9, timeoutNs: 5e9 }
const DECILES = [10, 20, 30, 40, 50, 60, 70, 80, 90]

function deciles(trial: Trial): number[] {
  const histogram = decodeFromCompressedBase64(trial.latency.response?.hdr ?? '')
  return DECILES.map((percent) => histogram.getValueAtPercentile(percent))
}

test('a delay in the server shifts response times by itself, from p10 to p90', async () => {
  // At the same time, so that whatever else this machine does befalls both.
  const [plain, delayed] = await Promise.all([
    measure('tcp', settings),
    measure('tcp', settings, { handicap: { delayNs: DELAY_NS } }),
  ])
  for (const trial of [plain, delayed]) checkLedger(trial)
  assert.ok((delayed.latency.response?.min ?? 0) >= DELAY_NS, 'no message was quicker than the delay')
  const before = deciles(plain)
  for (const [at, value] of deciles(delayed).entries()) {
    const shiftNs = value - (before[at] ?? 0)
    assert.ok(Math.abs(shiftNs - DELAY_NS) <= TOLERANCE_NS, `p${DECILES[at]} moved by ${shiftNs} ns`)
  }
})
