/** Idle connections with real processes and sockets: what the registry says, what it costs, and who finds out that a peer fell silent. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../src/control.ts'
import { missingTrait } from '../src/runner/support.ts'
import type { Settings } from '../src/scenario.ts'
import { loadTransport, transportNames } from '../src/transports/index.ts'
import type { Workload } from '../src/workload.ts'
import { idle } from '../src/workloads/idle.ts'
import { parametersFor } from './memory-rig.ts'
import { checkLedger } from './result-checks.ts'
import { measure } from './trial-rig.ts'

const CONNECTIONS = 60
const PROBES_PER_SEC = 100

const settings: Partial<Settings> = {
  connections: CONNECTIONS,
  load: { model: 'open', ratePerSec: PROBES_PER_SEC, arrivals: 'uniform' },
  durationNs: 500e6,
}

const able: string[] = []
for (const name of transportNames) if (!missingTrait(idle, (await loadTransport(name)).traits)) able.push(name)

for (const transport of able) {
  test(`${transport}: all connections survive, probes arrive at those of the sample, and the registry agrees`, async () => {
    const parameters = parametersFor(idle, { connectRate: 100_000, probes: 10, heartbeat: undefined })
    const trial = await measure(transport, { ...settings, parameters }, {}, undefined, idle as Workload)
    checkLedger(trial)
    const { counts, latency, bytes, payload, workload, processes } = trial
    assert.ok(
      trial.reasons.every(({ code }) => code !== 'workload'),
      JSON.stringify(trial.reasons),
    )
    assert.equal(counts.scheduled, PROBES_PER_SEC / 2)
    assert.ok(counts.sent > 0)
    assert.deepEqual([counts.delivered, latency.response?.count], [counts.sent, counts.sent])
    assert.equal(bytes.payload.up, 0, 'clients say nothing')
    assert.ok(bytes.payload.down >= counts.sent * payload.sizeBytes)
    assert.equal(workload.figures.survivors, 1)
    assert.equal(workload.figures['memory.server'] === null || workload.figures['memory.client'] === null, false)
    assert.equal(workload.histograms.establish?.count, CONNECTIONS)
    assert.ok((workload.figures['connect.rate'] ?? 0) > 0)
    const { open, hosts } = workload.details.registry as Record<string, unknown>
    assert.deepEqual([open, hosts], [[[0, CONNECTIONS]], { '127.0.0.1': CONNECTIONS }])
    for (const { heldBeforeBytes, heldSettledBytes } of processes) {
      assert.ok((heldBeforeBytes ?? 0) > 0 && (heldSettledBytes ?? 0) > 0)
    }
  })
}

/** Signs of life missed until a peer is dead take 0.9 to 1.2 s; the client stands still for twice that. */
const HEARTBEAT = { every: 300e6, missed: 3 }
const LONG_MS = 2400
/** Where there are no heartbeats at all, nothing would come of standing still for longer. */
const SHORT_MS = 500

for (const transport of able) {
  const { traits } = await loadTransport(transport)
  const finds = traits.heartbeat === 'both'
  const frozenMs = traits.heartbeat === 'none' ? SHORT_MS : LONG_MS
  test(`${transport}: a client process that stands still is ${finds ? 'found dead and cut' : 'not found, and the record says so'}`, async () => {
    const parameters = parametersFor(idle, { connectRate: 100_000, probes: 10, heartbeat: HEARTBEAT })
    const trial = await measure(
      transport,
      { ...settings, parameters, workers: 2, durationNs: (frozenMs + 900) * 1e6 },
      {
        async measuring({ startNs, warmNs }, members: readonly Member[]) {
          const frozen = members.find(({ role, index }) => role === 'client' && index === 1)
          await sleep((warmNs - startNs) / 1e6 + 300)
          frozen?.freeze(true)
          await sleep(frozenMs)
          frozen?.freeze(false)
        },
      },
      undefined,
      idle as Workload,
    )
    checkLedger(trial)
    assert.ok(trial.workload.details.registry, `the server reported: ${JSON.stringify(trial.reasons)}`)
    const { figures, details, notes } = trial.workload
    const { dead, open } = details.registry as { dead: Array<[number, number]>; open: Array<[number, number]> }
    assert.ok(
      trial.reasons.every(({ code }) => code !== 'workload'),
      JSON.stringify(trial.reasons),
    )
    if (finds) {
      const found = new Set(dead.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at)))
      // The second of two client processes has the odd numbers.
      for (let number = 1; number < CONNECTIONS; number += 2) assert.ok(found.has(number), `${number} was found dead`)
      assert.equal(figures['dead.byServer'], found.size)
      assert.ok((figures.survivors ?? 1) <= 0.5)
      assert.equal(trial.verdict, 'invalid')
      assert.ok(trial.reasons.some(({ code, message }) => code === 'channels-closed' && /heartbeat/.test(message)))
      assert.deepEqual(notes, [])
    } else {
      assert.deepEqual([dead, open], [[], [[0, CONNECTIONS]]], 'all seem to be there')
      assert.equal(figures['dead.byServer'], null)
      assert.equal(notes.length, 1)
      assert.match(notes[0] ?? '', /cannot? find out|neither side can find out/)
    }
  })
}
