/** The reconnect workload on a transport in memory, in virtual time. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { reconnect } from '../src/workloads/reconnect.ts'
import { type MemoryRun, runInMemory } from './memory-rig.ts'
import { reconnectParameters } from './reconnect-parameters.ts'
import { checkLedger, faultsOf, noFaults } from './result-checks.ts'

/** 200 messages in 100 ms to each of 4 subscribers; the timeout is far away. */
const settings: MemoryRun['settings'] = { connections: 4, workers: 2 }

for (const by of ['client', 'server'] as const) {
  test(`dropped by the ${by}, with history enough: everything is delivered once, in order`, async () => {
    const { trial, recordings } = await runInMemory(reconnect, {
      settings: { ...settings, connections: 10 },
      parameters: reconnectParameters({ by }),
    })
    const { counts, workload, latency } = trial
    assert.deepEqual(faultsOf(counts), noFaults)
    assert.deepEqual([counts.scheduled, counts.expected, counts.delivered], [200, 2000, 2000])
    checkLedger(trial)
    assert.ok(counts.replayed > 0, 'what fell due meanwhile came again')
    assert.equal(workload.histograms.replayed?.count, counts.replayed, 'each with its own latency')
    assert.equal(latency.response?.count, 2000 - counts.replayed)
    const { dropped, reconnects, notRecovered, gaps, refused } = workload.figures
    assert.deepEqual(
      { dropped, reconnects, notRecovered, gaps, refused },
      { dropped: 10, reconnects: 10, notRecovered: 0, gaps: 0, refused: 0 },
    )
    assert.equal(workload.histograms.recovery?.count, 10)
    // Half of 10 ms is left to chance; then the next step of virtual time brings the first replay.
    const recovery = recordings.slice(1).map(({ histograms }) => histograms.recovery)
    for (const one of recovery)
      assert.ok(one && one.min >= 5e6 && one.max <= 20e6, JSON.stringify([one?.min, one?.max]))
    assert.equal(trial.verdict, 'valid', JSON.stringify([trial.reasons, trial.warnings]))
  })
}

test('a share of the connections drops every so often, and the account of each goes on', async () => {
  const { trial } = await runInMemory(reconnect, {
    settings: { ...settings, connections: 10 },
    parameters: reconnectParameters({ share: 0.2, every: 30e6 }),
  })
  const { dropped, reconnects, notRecovered } = trial.workload.figures
  // Two processes of five connections drop one each, three times.
  assert.deepEqual([dropped, reconnects, notRecovered], [6, 6, 0])
  assert.deepEqual([trial.counts.delivered, faultsOf(trial.counts)], [2000, noFaults])
})

test('a history that is too short: exactly what is missing is lost, and the gap is told', async () => {
  let resumedAt = 0
  const { trial } = await runInMemory(reconnect, {
    settings: { ...settings, connections: 1, workers: 1 },
    parameters: reconnectParameters({}, { history: 4 }),
    mischief(direction, _index, bytes) {
      // Kind 2: the gap, and from where it goes on.
      if (direction === 'down' && bytes[0] === 50) {
        resumedAt = Number.parseInt(Buffer.from(bytes.subarray(7, 15)).toString('latin1'), 32)
      }
      return [bytes]
    },
  })
  const { counts, workload } = trial
  checkLedger(trial)
  // The 100th message is due in the middle of the window, where the connection drops.
  const missed = resumedAt - 100
  assert.ok(missed > 0, `went on with ${resumedAt}`)
  assert.ok(Math.abs(counts.lost - missed) <= 1, `${counts.lost} lost, ${missed} missed`)
  assert.deepEqual([workload.figures.gaps, counts.replayed], [1, 4])
  assert.deepEqual([counts.delivered + counts.lost, faultsOf({ ...counts, lost: 0 })], [200, noFaults])
})

test('a gap at the very end is lost, not in flight: the server said so', async () => {
  const { trial } = await runInMemory(reconnect, {
    settings: { ...settings, connections: 1, workers: 1 },
    parameters: reconnectParameters({ every: 99e6 }, { history: 0 }),
  })
  const { counts } = trial
  checkLedger(trial)
  assert.ok(counts.lost > 0)
  assert.deepEqual([counts.inFlightAtEnd, counts.timedOut, trial.workload.figures.gaps], [0, 0, 1])
})

test('a replay of what has come already is counted as a duplicate, and delivered once', async () => {
  let replays = 0
  const { trial } = await runInMemory(reconnect, {
    settings,
    parameters: reconnectParameters({}),
    mischief(direction, _index, bytes) {
      const isReplay = direction === 'down' && bytes[0] === 49
      if (isReplay) replays++
      return isReplay ? [bytes, bytes] : [bytes]
    },
  })
  assert.ok(replays > 0)
  assert.deepEqual([trial.counts.duplicate, trial.counts.replayed], [replays, replays])
  assert.deepEqual(faultsOf(trial.counts), { ...noFaults, duplicate: replays })
})

test('jitter is seeded: the same trial again comes back at the same instants', async () => {
  const run = async () => {
    const { recordings } = await runInMemory(reconnect, { settings, parameters: reconnectParameters({}) })
    return recordings.map(({ histograms }) => histograms.recovery && [...histograms.recovery.indexes])
  }
  const [one, other] = [await run(), await run()]
  assert.deepEqual(one, other)
  assert.notDeepEqual(one[1], one[2], 'and each process has chances of its own')
})

test('whoever does not come back is lost, by name, and the ledger closes', async () => {
  const parameters = reconnectParameters({}, { backoff: { initial: 60e9, max: 60e9, jitter: 0 } })
  const { trial } = await runInMemory(reconnect, { settings, parameters, settleNs: 20e6 })
  checkLedger(trial)
  assert.equal(trial.workload.figures.notRecovered, 4)
  assert.ok(trial.counts.lost > 0)
  assert.deepEqual([trial.counts.inFlightAtEnd, trial.verdict], [0, 'invalid'])
  assert.ok(trial.reasons.some(({ code, message }) => code === 'channels-closed' && message.startsWith('4 of 4')))
})

test('who does not come back counts as the slowest to recover', async () => {
  const { trial } = await runInMemory(reconnect, {
    settings: { connections: 60, workers: 1 },
    parameters: reconnectParameters({}),
    refuses: (index) => index >= 60 + 25,
    settleNs: 20e6,
  })
  const { figures, histograms } = trial.workload
  assert.deepEqual([histograms.recovery?.count, figures.notRecovered], [25, 35])
  assert.deepEqual([figures['recovery.p50'], figures['recovery.max']], [null, null])
})

test('parameters that contradict each other are refused with what to do', () => {
  const full = { ...settings, durationNs: 1e9 } as Parameters<NonNullable<typeof reconnect.check>>[0]
  const complaints = (drop: object, more: object = {}) =>
    reconnect.check?.(full, reconnectParameters(drop, more) as never).map(({ path }) => path.join('.'))
  assert.deepEqual(complaints({}), [])
  assert.deepEqual(complaints({ every: 1e9 }), ['drop.every'])
  assert.deepEqual(complaints({}, { backoff: { initial: 2, max: 1, jitter: 0 } }), ['backoff.max'])
  assert.deepEqual(complaints({ by: 'restart', down: 600e6 }), ['drop.down'])
  assert.deepEqual(complaints({ by: 'restart', every: 200e6 }), ['drop.down'])
  assert.deepEqual(complaints({ by: 'restart', share: 0.5 }), ['drop.share'])
  assert.deepEqual(complaints({ by: 'freeze' }), ['heartbeat'])
  assert.deepEqual(complaints({ by: 'freeze' }, { heartbeat: { every: 100e6, missed: 2 } }), [])
  assert.deepEqual(complaints({ by: 'freeze' }, { heartbeat: { every: 100e6, missed: 3 } }), ['drop.down'])
})
