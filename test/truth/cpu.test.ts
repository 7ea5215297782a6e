/** A server that burns a known amount of CPU for each message: the costs show it, and the gate finds it. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { parseResult } from '../../src/result-reader.ts'
import { inFolder, rtbench } from '../cli-rig.ts'

/** As few as can decide anything: with 6 of 6 one way round, p is 1/64. */
const BLOCKS = 6
/** A message costs the server some tens of microseconds otherwise. */
const BURNT_NS = 200e3

test('a server that burns CPU for each message is found by the gate, and by how much by the costs', () =>
  inFolder(async (folder) => {
    const head = { use: 'tcp', label: 'head', server: { handicap: { cpuPerMessage: `${BURNT_NS}ns` } } }
    const scenario = {
      name: 'burn',
      workload: 'echo',
      transports: [{ use: 'tcp', label: 'base' }, head],
      connections: 2,
      load: { inFlight: 1 },
      warmup: { time: '100ms', messages: 50 },
      duration: '300ms',
      blocks: BLOCKS,
    }
    writeFileSync(join(folder, 'burn.yaml'), JSON.stringify(scenario))
    const outcome = await rtbench(['run', 'burn.yaml', '--json', 'burn.json'], folder)
    const { comparisons, reasons } = parseResult(readFileSync(join(folder, 'burn.json'), 'utf8'), 'burn.json')
    const gated = comparisons.filter((one) => one.gated)
    const said = JSON.stringify(gated)
    assert.equal(gated.length, 2, said)
    const cpu = gated.find(({ metric }) => metric === 'cpu.serverPerMessageNs')
    assert.equal(cpu?.verdict, 'worse', said)
    // On a busy machine so few blocks may leave the throughput undecided; it cannot have become better by it.
    assert.ok(
      gated.every(({ verdict }) => verdict === 'worse' || verdict === 'inconclusive'),
      said,
    )
    const burntNs = (cpu?.headMedian ?? 0) - (cpu?.baseMedian ?? 0)
    // The cores of a busy machine differ in how quick they are from one moment to the next.
    assert.ok(burntNs > BURNT_NS / 2 && burntNs < BURNT_NS * 2, `asked for ${BURNT_NS} ns, found ${burntNs} ns`)
    assert.ok(reasons.some(({ code }) => code === 'regression'))
    assert.equal(outcome.code, 99, outcome.stderr)
  }))
