/**
 * A server that serves R messages a second: a search for its capacity has to find R, and not this machine. In a closed loop with
 * N messages under way each of them takes N / R (Little's law), so where no more than T is allowed, the capacity is R·T. A
 * closed loop waits along with a busy machine; a generator that keeps to a schedule does not, and test/slow has that.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { parseResult } from '../../src/result-reader.ts'
import { inFolder, rtbench } from '../cli-rig.ts'
import { measure } from '../trial-rig.ts'

/** So far below what this machine does that the machine has no say. */
const SHARE_OF_FLOOR = 1 / 5
const MOST_PER_SEC = 400
const WITHIN = 0.1
/** Connections that the limit comes to; the objective lies between them and one more. */
const CONNECTIONS = 20

test('a search finds the limit of a server that serves so many messages a second', () =>
  inFolder(async (folder) => {
    const floor = await measure('tcp', { load: { model: 'closed', inFlight: 4 }, durationNs: 500e6 })
    const limit = Math.min(MOST_PER_SEC, Math.floor(floor.load.achievedPerSec * SHARE_OF_FLOOR))
    const mostMs = ((CONNECTIONS + 0.5) / limit) * 1000
    // The median: it does not move when the machine has other things to do for a moment.
    const slo = [`latency.p50 < ${mostMs.toFixed(3)}ms`]
    const [from, to] = [CONNECTIONS * 0.7, CONNECTIONS * 2]
    const scenario = {
      name: 'limit',
      workload: 'echo',
      transports: [{ use: 'tcp', server: { handicap: { limit } } }],
      load: { inFlight: 1, search: { over: 'connections', from, to, slo, precision: '10 %', confirm: 1 } },
      warmup: { time: '100ms', messages: 0 },
      duration: '500ms',
    }
    writeFileSync(join(folder, 'limit.yaml'), JSON.stringify(scenario))
    const outcome = await rtbench(['run', 'limit.yaml', '--json', 'limit.json'], folder)
    const { capacities, status } = parseResult(readFileSync(join(folder, 'limit.json'), 'utf8'), 'limit.json')
    assert.equal(status, 'passed', outcome.stderr)
    const [one] = capacities
    const foundPerSec = ((one?.capacity ?? 0) / mostMs) * 1000
    const found = `limit ${limit}/s, found ${foundPerSec}/s: ${JSON.stringify(one?.curve)}`
    assert.ok(one?.firstFailing, found)
    assert.ok(Math.abs(foundPerSec / limit - 1) <= WITHIN, found)
    assert.match(outcome.stdout, /handicapped on purpose: \d+ messages\/s at the most/)
  }))
