/** What a server does to messages on purpose is found by the ledger, to the message, over real sockets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Handicap } from '../../src/handicap.ts'
import { checkLedger } from '../result-checks.ts'
import { measure } from '../trial-rig.ts'

const cases: readonly (readonly [transport: string, handicap: Handicap])[] = [
  ['ws', { lose: 0.02 }],
  ['grpc', { duplicate: 0.1 }],
  ['sse', { reorder: 0.1 }],
  ['tcp', { lose: 0.02, duplicate: 0.05, reorder: 0.05 }],
]

test('injected loss, duplication and reordering are reported exactly', async () => {
  const trials = await Promise.all(cases.map(([transport, handicap]) => measure(transport, {}, { handicap })))
  for (const [index, { counts, injected, reasons, ...trial }] of trials.entries()) {
    const [transport, handicap] = cases[index] ?? []
    checkLedger({ counts, injected, reasons, ...trial })
    assert.deepEqual(reasons, [], transport)
    assert.ok(injected)
    for (const [share, count] of [
      [handicap?.lose, injected.lost],
      [handicap?.duplicate, injected.duplicated],
      [handicap?.reorder, injected.reordered],
    ] as const) {
      assert.equal(count > 0, share !== undefined, `${transport}: ${JSON.stringify(injected)}`)
    }
    // The last message of a channel has none behind it that would tell that it was lost: it is waited for, and times out.
    assert.ok(counts.timedOut <= trial.load.connections)
    assert.deepEqual(
      { lost: counts.lost + counts.timedOut, duplicated: counts.duplicate, reordered: counts.outOfOrder },
      injected,
      transport,
    )
    assert.equal(counts.delivered, counts.expected - injected.lost, transport)
  }
})
