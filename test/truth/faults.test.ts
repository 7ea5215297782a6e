/** What a server does to messages on purpose is found by the ledger, to the message, over real sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Handicap } from '../../src/handicap.ts'
import { checkLedger } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const cases: readonly (readonly [transport: string, handicap: Handicap])[] = [
  ['ws', { lose: 0.04 }],
  ['grpc', { duplicate: 0.1 }],
  ['sse', { reorder: 0.1 }],
  ['tcp', { lose: 0.04, duplicate: 0.05, reorder: 0.05 }],
]

test('injected loss, duplication and reordering are reported exactly', async () => {
  // So few messages that a busy machine keeps up with all of the trials at once.
  const load = { model: 'open', ratePerSec: 200, arrivals: 'uniform' } as const
  const trials = await Promise.all(cases.map(([transport, handicap]) => measure(transport, { load }, { handicap })))
  for (const [index, trial] of trials.entries()) {
    const { counts, injected } = trial
    const [transport, handicap] = cases[index] ?? []
    checkLedger(trial)
    assert.ok(injected)
    for (const [share, count] of [
      [handicap?.lose, injected.lost],
      [handicap?.duplicate, injected.duplicated],
      [handicap?.reorder, injected.reordered],
    ] as const) {
      assert.equal(count > 0, share !== undefined, `${transport}: ${JSON.stringify(injected)}`)
    }
    // The last message of a channel has none behind it that would tell that it was lost: it is waited for, and times out.
    const last = counts.timedOut - counts.late
    assert.ok(last <= trial.load.connections, transport)
    assert.deepEqual(
      { lost: counts.lost + last, duplicated: counts.duplicate, reordered: counts.outOfOrder },
      injected,
      transport,
    )
    assert.equal(counts.delivered, counts.expected - injected.lost - counts.late, transport)
  }
})
