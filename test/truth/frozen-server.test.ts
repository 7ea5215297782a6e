/**
 * A server that stands still for T: an open loop has to show it as theory says, and a closed loop hides it, because it
 * waits along. Messages are due evenly over a window D, so T/D of them meet the frozen server, and wait evenly between
 * 0 and T: a share s of all waits longer than T - s·D.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Handicap } from '../../src/handicap.ts'
import { checkTrial } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const DURATION_NS = 4e9
const FREEZE_NS = 1e9
/** As few as a p99 needs: a busy machine keeps up with them. */
const load = { model: 'open', ratePerSec: 300, arrivals: 'uniform' } as const
const handicap: Handicap = { freeze: { atNs: 1e9, forNs: FREEZE_NS } }

test('an open loop shows a frozen server in p90, p99 and the maximum as theory says', async () => {
  const settings = { load, durationNs: DURATION_NS, timeoutNs: 10e9 }
  const [trial, control] = await Promise.all([measure('tcp', settings, { handicap }), measure('tcp', settings)])
  for (const one of [trial, control]) checkTrial(one)
  const { response } = trial.latency
  // The machine may add to a wait (waking up, draining): 15 % of T, and what a server that did not freeze shows at the same time.
  const machineNs = control.latency.response?.max ?? 0
  const toleranceNs = 0.15 * FREEZE_NS + machineNs
  for (const [name, share] of [
    ['p90', 0.1],
    ['p99', 0.01],
    ['max', 0],
  ] as const) {
    const theoryNs = FREEZE_NS - share * DURATION_NS
    const figure = response?.[name] ?? 0
    assert.ok(figure >= theoryNs - 0.15 * FREEZE_NS, `${name}: ${figure} ns, theory ${theoryNs} ns`)
    assert.ok(figure <= theoryNs + toleranceNs, `${name}: ${figure} ns, theory ${theoryNs} ns, machine ${machineNs} ns`)
  }
  assert.ok((response?.p50 ?? 0) < 0.1 * FREEZE_NS + machineNs, 'half of the messages never met the frozen server')
})

test('a closed loop hides the same freeze in everything but its maximum', async () => {
  const closed = {
    load: { model: 'closed', inFlight: 1 },
    connections: 1,
    durationNs: DURATION_NS,
    timeoutNs: 10e9,
  } as const
  const trial = await measure('tcp', closed, { handicap })
  checkTrial(trial)
  const { response } = trial.latency
  assert.ok((response?.max ?? 0) > 0.9 * FREEZE_NS, 'one message waited all the time')
  // An open loop has 0.96 T there; what a busy machine adds to a quick answer is far below a quarter of T.
  assert.ok((response?.p99 ?? Number.POSITIVE_INFINITY) < 0.25 * FREEZE_NS, 'and 99 % of them tell nothing of it')
})
