import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { calibrationOf, noiseRow } from '../../test/calibration-fixture.ts'
import { readScenario, type Scenario } from '../scenario.ts'
import { plannedBlocks } from '../stats/noise.ts'
import { differences, startingAt } from './calibration.ts'
import { catalog } from './catalog.ts'

function scenarioOf(blocks: string): Scenario {
  const folder = mkdtempSync(join(tmpdir(), 'rtbench-test-'))
  try {
    const file = join(folder, 'x.yaml')
    const subjects = '[{use: tcp, label: base}, {use: ws, label: head}]'
    writeFileSync(file, `workload: echo\ntransports: ${subjects}\nload: {rate: 100/s}\nblocks: ${blocks}\n`)
    return readScenario(file, catalog())
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const noisy = (within: number) =>
  calibrationOf({
    noise: ['service.p50', 'cpu.serverPerMessageNs'].map((metric) => noiseRow(metric, { withinBlock: within })),
  })

test('blocks: auto begins where the noise says, between its own ends', () => {
  const scenario = scenarioOf('auto')
  const { least, most } = scenario.blocks
  assert.ok(scenario.gate)
  const planned = plannedBlocks(noisy(0.035), scenario.gate, 1) ?? 0
  assert.ok(planned > least && planned < most, `${planned}`)
  assert.deepEqual(startingAt(scenario, noisy(0.035)).blocks, { ...scenario.blocks, least: planned })
  assert.equal(startingAt(scenario, noisy(0.001)).blocks.least, least)
  assert.equal(startingAt(scenario, noisy(0.2)).blocks.least, most)
  assert.equal(startingAt(scenario, undefined), scenario)
  assert.equal(startingAt(scenario, calibrationOf({ noise: [] })), scenario, 'what was not calibrated plans nothing')
  const fixed = scenarioOf('7')
  assert.equal(startingAt(fixed, noisy(0.035)), fixed)
})

test('another machine is one with another processor, memory, system or Node; another CI flag is none', () => {
  const { environment } = calibrationOf()
  const here = { ...environment, ci: !environment.ci, fdLimit: null, memoryBytes: environment.memoryBytes * 0.97 }
  assert.deepEqual(differences(environment, here), [])
  const other = { ...here, cpuModel: 'Another', cores: 4, kernel: '5.4', node: '24.1.0', memoryBytes: 2 ** 30 }
  const found = differences(environment, other).join('\n')
  for (const what of ['cpuModel A CPU, here Another', 'cores 8, here 4', 'kernel', 'node', 'memoryBytes']) {
    assert.ok(found.includes(what), what)
  }
})
