/** Truths that take long, or a machine with nothing else to do. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Result } from '../../src/result.ts'
import { parseResult } from '../../src/result-reader.ts'
import { inFolder, rtbench } from '../cli-rig.ts'

async function resultOf(scenario: Readonly<Record<string, unknown>>, exit: number): Promise<Result> {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, 'truth.yaml'), JSON.stringify({ name: 'truth', workload: 'echo', ...scenario }))
    const outcome = await rtbench(['run', 'truth.yaml', '--json', 'truth.json'], folder)
    assert.equal(outcome.code, exit, outcome.stderr)
    return parseResult(readFileSync(join(folder, 'truth.json'), 'utf8'), 'truth.json')
  })
}

test('a search over the rate finds the limit of a server, in an open loop', async () => {
  const LIMIT = 500
  const { capacities } = await resultOf(
    {
      transports: [{ use: 'tcp', server: { handicap: { limit: LIMIT } } }],
      connections: 4,
      // Above the limit a queue grows: 5 % too much over two seconds come to 100 ms, in the middle of them to 50 ms.
      load: { search: { over: 'rate', from: 200, to: 4000, slo: ['latency.p50 < 20ms'] } },
      duration: '2s',
    },
    0,
  )
  const capacity = capacities[0]?.capacity ?? 0
  assert.ok(Math.abs(capacity / LIMIT - 1) <= 0.1, `limit ${LIMIT}/s, found ${capacity}/s`)
})

test('a little more CPU for each message is found, with blocks enough; the same server twice is not', async () => {
  const scenario = (server: object) => ({
    transports: [
      { use: 'ws', label: 'base' },
      { use: 'ws', label: 'head', ...server },
    ],
    connections: 10,
    load: { rate: '1000/s' },
    duration: '1s',
    blocks: 24,
  })
  const worse = await resultOf(scenario({ server: { handicap: { cpuPerMessage: '40us' } } }), 99)
  const cpu = worse.comparisons.find(({ metric }) => metric === 'cpu.serverPerMessageNs')
  assert.equal(cpu?.verdict, 'worse', JSON.stringify(cpu))
  const same = await resultOf(scenario({}), 0)
  assert.ok(same.comparisons.every(({ verdict, gated }) => !gated || verdict !== 'worse'))
})
